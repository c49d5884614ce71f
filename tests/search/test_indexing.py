"""How changes reach the index."""

from uuid import uuid4

import pytest
from sqlalchemy import delete, select, update

from core.database import Database
from models import Category, Product, StockLevel, Variant
from search.port import (
    SearchEngine,
    SearchFilter,
)
from tests.search.conftest import Shop
from tests.search.engines import OnElasticsearch, OnPostgresql, found

pytestmark = pytest.mark.anyio


class Indexing:
    async def test_indexes_what_changed(
        self, engine: SearchEngine, shop: Shop, database: Database
    ) -> None:
        mouse, gaming, radio, studio = (
            shop.products[name] for name in ("mouse", "gaming", "radio", "studio")
        )
        async with database.session.begin() as session:
            await session.execute(
                update(Product).where(Product.id == mouse).values(name="Trackball")
            )
            await session.execute(
                update(Product).where(Product.id == gaming).values(status="retired")
            )
            await session.execute(delete(Product).where(Product.id == radio))
            variants = select(Variant.id).where(Variant.product_id == studio)
            await session.execute(
                update(StockLevel).where(StockLevel.variant_id.in_(variants)).values(on_hand=3)
            )

        await engine.index([mouse, gaming, radio, studio, uuid4()])
        await engine.index([])

        assert await found(engine, shop, "trackball") == ["mouse"]
        assert await found(engine, shop, "mouse") == []
        assert await found(engine, shop, "", SearchFilter(in_stock=True)) == [
            "speakers",
            "studio",
            "mouse",
            "headphones",
        ]

    async def test_reindexes_everything(
        self, engine: SearchEngine, shop: Shop, database: Database
    ) -> None:
        async with database.session.begin() as session:
            await session.execute(
                update(Product).where(Product.id == shop.products["mouse"]).values(status="retired")
            )
            await session.execute(
                update(Category)
                .where(Category.id == shop.categories["headphones"])
                .values(name="Earwear")
            )
        reports = list[int]()

        assert await engine.reindex(reports.append) == 5
        assert reports == [5]
        assert await found(engine, shop, "earwear") == ["studio", "headphones"]
        assert await found(engine, shop, "mouse") == ["gaming"]

    async def test_is_usable(self, engine: SearchEngine) -> None:
        await engine.check()


class TestPostgresql(OnPostgresql, Indexing):
    pass


class TestElasticsearch(OnElasticsearch, Indexing):
    pass
