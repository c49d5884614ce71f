"""Public ids in the graph: which type a prefix stands for."""

from typing import Any
from uuid import UUID

import strawberry

from core.ids import decode_id, ids_of
from execution.arguments import Argument
from execution.fields import derived, root
from execution.rows import BINDINGS
from resolvers import nodes
from resolvers.nodes import NodeKey


@strawberry.interface(
    description="An object with an id of its own, by which `node(id:)` finds it again."
)
class Node:
    id: strawberry.ID = strawberry.field(
        description="An id of the whole shop, the same in GraphQL and REST; it names the type and"
        " sorts by age."
    )


def public_id(prefix: str) -> Any:  # noqa: ANN401 - it stands for a field of any class.
    """Declare the `id` field of a type."""
    ids = ids_of(prefix)
    return derived(
        lambda row: ids[row.id.bytes],
        "id",
        description=f"An id such as `{prefix}_01h455vb4pex5vsknk084sn02q`; it sorts by age.",
    )


def parse_id(prefix: str, text: str) -> UUID:
    """Read an id of one type; raises ValueError with a sentence for the client."""
    found, uuid = decode_id(text)
    if found != prefix:
        raise ValueError(f"{text!r} is not the id of a {prefix}.")
    return uuid


def id_argument(prefix: str, description: str, name: str = "id") -> Argument:
    return Argument(
        name, strawberry.ID | None, description, None, lambda text: parse_id(prefix, text)
    )


def parse_node_id(text: str) -> NodeKey:
    """Read an id of any type; raises ValueError with a sentence for the client."""
    prefix, uuid = decode_id(text)
    for type_name, binding in BINDINGS.items():
        if binding.prefix == prefix and binding.by_id is not None:
            return NodeKey(type_name, binding.by_id, uuid)
    raise ValueError(f"{text!r} is not the id of anything in this graph.")


@strawberry.type
class NodeQuery:
    node: Node | None = root(
        nodes.node,
        arguments=(
            Argument(
                "id", strawberry.ID, "The id of any object, of whatever type.", freeze=parse_node_id
            ),
        ),
        description="Any object by its id; null where there is none that the viewer may see.",
    )
