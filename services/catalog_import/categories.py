from collections.abc import Iterable, Iterator
from itertools import count
from uuid import UUID

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from models.catalog import Category
from services.catalog_import import staging
from services.slugs import slugify

Names = tuple[str, ...]


def free_slug(wanted: str, taken: set[str]) -> str:
    if wanted not in taken:
        return wanted
    return next(slug for n in count(2) if (slug := f"{wanted}-{n}") not in taken)


def missing_paths(paths: Iterable[Names], known: Iterable[Names]) -> list[Names]:
    """Return the paths and their ancestors that are not known, parents before children."""
    prefixes = {path[:depth] for path in paths for depth in range(1, len(path) + 1)}
    return sorted(prefixes.difference(known))


def _new_rows(
    missing: list[Names], ids: Iterable[UUID], known: dict[Names, list[UUID]], slugs: set[str]
) -> Iterator[dict[str, object]]:
    for names, new_id in zip(missing, ids, strict=True):
        above = known[names[:-1]] if names[:-1] else []
        known[names] = [*above, new_id]
        slug = free_slug(slugify(" ".join(names), otherwise="category"), slugs)
        slugs.add(slug)
        yield {
            "id": new_id,
            "parent_id": above[-1] if above else None,
            "path": known[names],
            "slug": slug,
            "name": names[-1],
        }


async def create_categories(connection: AsyncConnection) -> None:
    """Create the categories that staged articles name and the shop does not have.

    Categories are few beside products, so that they are worked out here and not in SQL.
    """
    tree = await connection.execute(text(staging.CATEGORY_TREE))
    known = {tuple(row.names): list(row.path) for row in tree}
    wanted = await connection.execute(text("SELECT DISTINCT category FROM import_articles"))
    missing = missing_paths((tuple(names) for names in wanted.scalars()), known)
    if not missing:
        return
    ids = await connection.execute(
        text("SELECT uuidv7() FROM generate_series(1, :number)"), {"number": len(missing)}
    )
    slugs = set(await connection.scalars(select(Category.slug)))
    await connection.execute(
        insert(Category), list(_new_rows(missing, ids.scalars(), known, slugs))
    )
