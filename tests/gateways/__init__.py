"""The same operations through the whole graph, and through gateways over its slices."""
