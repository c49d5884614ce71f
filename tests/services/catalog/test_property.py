"""A law of the catalogue that holds after any commands of staff."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from core.errors import DomainError
from models import Product, Variant
from services import catalog
from services.catalog.values import NewProduct, NewVariant, PriceSetting
from tests.services.catalog.shop import Shop

pytestmark = pytest.mark.anyio

# Few values, so that commands meet the same variants and prices again.
SKUS = st.sampled_from(["A", "B", "C", "D"])
PRICES = st.integers(0, 3)
STEPS = st.one_of(
    st.tuples(st.just("create"), SKUS, PRICES),
    st.tuples(st.just("add"), SKUS, PRICES),
    st.tuples(st.just("price"), SKUS, PRICES),
    st.tuples(st.just("delete"), SKUS, PRICES),
    st.tuples(st.just("publish"), SKUS, PRICES),
    st.tuples(st.just("retire"), SKUS, PRICES),
)
WRONG_PRICES = text("""
SELECT slug FROM products
LEFT JOIN (
    SELECT product_id, min(price_minor) AS low, max(price_minor) AS high
    FROM variants GROUP BY product_id
) AS prices ON product_id = products.id
WHERE (price_from_minor, price_to_minor) IS DISTINCT FROM (low, high)
    OR (status = 'active' AND low IS NULL)
""")


async def take(shop: Shop, kind: str, sku: str, price: int) -> None:
    variants = {row["sku"]: row for row in await shop.rows(Variant)}
    chosen = variants.get(sku, variants.get("MUG", {"id": shop.variant, "product_id": shop.mug}))
    steps: dict[str, tuple[Any, ...]] = {
        "create": (catalog.create_product, _new(shop, sku, price)),
        "add": (catalog.add_variant, shop.mug, NewVariant(sku, price)),
        "price": (catalog.set_prices, [PriceSetting(chosen["id"], price)]),
        "delete": (catalog.delete_variant, chosen["id"]),
        "publish": (catalog.publish_product, chosen["product_id"]),
        "retire": (catalog.retire_product, chosen["product_id"]),
    }
    command, *given = steps[kind]
    with suppress(DomainError):
        await shop.do(command, shop.merchant, *given)


def _new(shop: Shop, sku: str, price: int) -> NewProduct:
    several = (NewVariant(sku, price), NewVariant(sku * 2, price + 1))
    return NewProduct(name=sku, category_id=shop.category, currency="EUR", variants=several)


@given(steps=st.lists(STEPS, max_size=8))
@settings(
    deadline=None,
    max_examples=40,
    # One database for all examples is meant: commands meet the shop that others left.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_the_range_of_prices_is_that_of_the_variants(
    shop: Shop, steps: list[tuple[str, str, int]]
) -> None:
    for step in steps:
        await take(shop, *step)
        assert await shop.database.fetch(WRONG_PRICES, {}) == []

    assert await shop.rows(Product)
