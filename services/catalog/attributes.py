"""The attributes of a product, whose keys mean the same for all products of the shop."""

import re
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models import AttributeDefinition
from services.catalog.errors import AttributeValueInvalid
from services.catalog.values import Attribute


async def define_attributes(
    session: AsyncSession, attributes: Sequence[Attribute]
) -> dict[str, list[str]]:
    """Return attributes as a product keeps them; a new key becomes one of words.

    Raises AttributeValueInvalid for values that are not of the kind of their key. The caller has
    written or locked its product: an import, which changes kinds, then waits.
    """
    kinds = await _kinds(session, {each.key for each in attributes})
    for number, each in enumerate(attributes):
        kind = kinds.get(each.key, "TEXT")
        if not _fits(kind, each.values):
            raise AttributeValueInvalid(("attributes", str(number), "values"), each.key, kind)
    await _define(session, sorted({each.key for each in attributes} - kinds.keys()))
    return {each.key: list(each.values) for each in attributes}


async def _kinds(session: AsyncSession, keys: set[str]) -> dict[str, str]:
    if not keys:
        return {}
    rows = await session.execute(
        select(AttributeDefinition.key, AttributeDefinition.kind).where(
            AttributeDefinition.key.in_(keys)
        )
    )
    return {row.key: row.kind for row in rows}


def _fits(kind: str, values: Sequence[str]) -> bool:
    if kind == "BOOLEAN":
        return len(values) == 1 and values[0] in {"yes", "no"}
    if kind == "NUMBER":
        return all(re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value) for value in values)
    return True


async def _define(session: AsyncSession, keys: Sequence[str]) -> None:
    if keys:
        rows = [{"key": key, "name": _name(key), "kind": "TEXT"} for key in keys]
        await session.execute(insert(AttributeDefinition).values(rows).on_conflict_do_nothing())


def _name(key: str) -> str:
    words = re.sub("_+", " ", key).strip()
    return words[:1].upper() + words[1:]
