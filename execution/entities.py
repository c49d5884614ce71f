"""The objects that a gateway refers to by their keys.

https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/subgraph-spec
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from strawberry.annotation import StrawberryAnnotation
from strawberry.federation.schema import FederationAny
from strawberry.types.union import StrawberryUnion

from core.errors import BadInput
from core.ids import decode_id
from execution.arguments import Argument
from execution.fields import RootField
from execution.prices import list_size
from execution.rows import BINDINGS

MOST_REPRESENTATIONS = 100

# An object that was found, nothing, or why this one representation cannot be answered.
Entity = Any


@dataclass(frozen=True)
class EntityKey:
    type_name: str
    id: UUID


def entities_field(published: Collection[str]) -> RootField:
    """Declare `_entities` over the types of these names."""
    given = Argument(
        "representations",
        list[FederationAny],
        f"The type names and ids of at most {MOST_REPRESENTATIONS} objects.",
        freeze=lambda representations: _keys(representations, published),
    )
    types = [StrawberryAnnotation(BINDINGS[name].declared) for name in sorted(published)]
    union = StrawberryUnion("_Entity", tuple(types), description="What has an id of its own.")
    field = RootField(
        entities,
        (given,),
        f"The objects of at most {MOST_REPRESENTATIONS} representations, in their order; null where"
        " there is none that the viewer may see.",
        # A gateway may ask for objects of every type at once.
        statements=len(published),
    )
    field.python_name = field.graphql_name = "_entities"
    field.directives = [list_size(sliced_by=given.name)]
    field.type_annotation = StrawberryAnnotation(list[union | None])  # type: ignore[valid-type]
    return field


def _keys(
    representations: Sequence[object], published: Collection[str]
) -> tuple[EntityKey | BadInput, ...]:
    if len(representations) > MOST_REPRESENTATIONS:
        raise ValueError(
            f"At most {MOST_REPRESENTATIONS} objects can be asked for at once,"
            f" not {len(representations)}."
        )
    return tuple(
        _key(f"representations.{position}", representation, published)
        for position, representation in enumerate(representations)
    )


def _key(where: str, given: object, published: Collection[str]) -> EntityKey | BadInput:
    """Read one representation; what is wrong with it is its own answer, and not the others'."""
    if not isinstance(given, dict) or not isinstance(given.get("__typename"), str):
        return BadInput(where, "A representation is an object that names its `__typename`.")
    type_name, text = given["__typename"], given.get("id")
    if type_name not in published:
        return BadInput(f"{where}.__typename", "There are no objects of this type here.")
    uuid = _uuid(BINDINGS[type_name].prefix, text)
    if uuid is None:
        return BadInput(f"{where}.id", f"This is not the id of any object of type {type_name}.")
    return EntityKey(type_name, uuid)


def _uuid(prefix: str | None, text: object) -> UUID | None:
    try:
        found, uuid = decode_id(text if isinstance(text, str) else "")
    except ValueError:
        return None
    return uuid if found == prefix else None


async def entities(
    context: Any,
    *,
    representations: Sequence[EntityKey | BadInput],
    columns_of: Callable[[str], frozenset[str]],
) -> list[Entity]:
    """Answer each representation in its place, by one batch read for each type."""
    ids: dict[str, dict[UUID, None]] = {}
    for each in representations:
        if isinstance(each, EntityKey):
            ids.setdefault(each.type_name, {})[each.id] = None
    found = await asyncio.gather(
        *(_read(context, name, list(keys), columns_of(name)) for name, keys in ids.items())
    )
    by_type = dict(zip(ids, found, strict=True))
    return [
        by_type[each.type_name][each.id] if isinstance(each, EntityKey) else each
        for each in representations
    ]


async def _read(
    context: Any,
    type_name: str,
    ids: list[UUID],
    columns: frozenset[str],
) -> dict[UUID, Entity]:
    by_id = BINDINGS[type_name].by_id
    assert by_id is not None, type_name  # noqa: S101 - only entities are published.
    try:
        rows: Sequence[Entity] = await by_id(context, ids, columns=columns)
    except Exception as error:  # noqa: BLE001 - the objects of other types are there all the same.
        rows = [error] * len(ids)
    return dict(zip(ids, rows, strict=True))
