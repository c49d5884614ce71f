from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from core.reads import Row
from resolvers.context import ShopContext


@dataclass(frozen=True)
class NodeKey:
    """The type that an id belongs to, its batch read by id, and the id itself."""

    type_name: str
    by_id: Callable[..., Awaitable[Sequence[Row | None]]]
    id: UUID


async def node(
    context: ShopContext,
    *,
    id: NodeKey,  # noqa: A002 - the argument's name in the graph.
    columns_of: Callable[[str], frozenset[str]],
) -> Row | None:
    rows = await id.by_id(context, [id.id], columns=columns_of(id.type_name))
    return rows[0]
