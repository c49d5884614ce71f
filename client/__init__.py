"""A typed asynchronous client of the shop; it knows the graph and none of the shop's rooms."""

from client.errors import ShopError
from client.shop import ShopClient

__all__ = ["ShopClient", "ShopError"]
