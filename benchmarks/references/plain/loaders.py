"""What is read for many parents at once: a DataLoader each, made anew for every request."""

from collections import defaultdict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import joinedload
from strawberry.dataloader import DataLoader

from benchmarks.references.plain.models import Category, Variant

Sessions = async_sessionmaker[AsyncSession]


class Loaders:
    """Each load has a session of its own, as one session cannot run two statements at a time."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self.categories = DataLoader(load_fn=self._load_categories)
        self.variants_of_product = DataLoader(load_fn=self._load_variants_of_product)

    async def _load_categories(self, keys: list[UUID]) -> list[Category | None]:
        async with self._sessions() as session:
            found = await session.scalars(select(Category).where(Category.id.in_(keys)))
            rows = {row.id: row for row in found}
        return [rows.get(key) for key in keys]

    async def _load_variants_of_product(self, keys: list[UUID]) -> list[list[Variant]]:
        statement = (
            select(Variant)
            .where(Variant.product_id.in_(keys))
            .options(joinedload(Variant.stock))
            .order_by(Variant.position, Variant.id)
        )
        rows: defaultdict[UUID, list[Variant]] = defaultdict(list)
        async with self._sessions() as session:
            for row in await session.scalars(statement):
                rows[row.product_id].append(row)
        return [rows[key] for key in keys]
