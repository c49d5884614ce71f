"""Variants added, changed and removed."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import update

from core.errors import Refusals
from core.viewer import ANONYMOUS
from models import Product, StockLevel, Variant
from services import catalog
from services.catalog.errors import (
    ProductHasNoPrice,
    ProductVariantNotFound,
    SkuTaken,
    VariantReserved,
)
from services.catalog.values import (
    NewVariant,
    Option,
    PriceSetting,
    StockSetting,
    VariantChanges,
)
from tests.services.catalog.shop import Shop

pytestmark = pytest.mark.anyio


async def test_a_variant_comes_after_the_others(shop: Shop) -> None:
    new = NewVariant("MUG-2", 1500, options=(Option("colour", "red"),), on_hand=2)
    made = await shop.do(catalog.add_variant, shop.merchant, shop.mug, new)

    variant = await shop.row(Variant, id=made["variant_id"])
    assert made["product_id"] == variant["product_id"] == shop.mug
    assert (variant["position"], variant["name"]) == (1, "Mug, red")
    assert (await shop.row(StockLevel, variant_id=variant["id"]))["on_hand"] == 2
    product = await shop.row(Product, id=shop.mug)
    assert (product["price_from_minor"], product["price_to_minor"]) == (1000, 1500)
    assert await shop.events() == ["product.changed"]


async def test_a_taken_number_is_refused(shop: Shop) -> None:
    before = await shop.everything()

    with pytest.raises(SkuTaken) as raised:
        await shop.do(catalog.add_variant, shop.merchant, shop.mug, NewVariant("MUG", 1))

    assert raised.value.values == {"path": ("variant", "sku"), "sku": "MUG"}
    assert await shop.everything() == before


async def test_what_is_given_of_a_variant_changes(shop: Shop) -> None:
    await shop.do(catalog.update_variant, shop.admin, shop.variant, VariantChanges(mpn="7"))
    before = await shop.row(Variant, id=shop.variant)
    changes = VariantChanges(sku="CUP", mpn="", options=(Option("size", "S"),))
    await shop.do(catalog.update_variant, shop.merchant, shop.variant, changes)

    after = await shop.row(Variant, id=shop.variant)
    assert before["mpn"] == "7"
    assert after == before | {
        "sku": "CUP",
        "mpn": None,
        "options": [{"name": "size", "value": "S"}],
        "updated_at": after["updated_at"],
    }
    assert await shop.events() == ["product.changed"] * 2


async def test_a_taken_number_is_refused_on_change_too(shop: Shop) -> None:
    await shop.factory.variant(product=shop.mug, sku="CUP")
    before = await shop.everything()

    with pytest.raises(SkuTaken):
        await shop.do(
            catalog.update_variant, shop.merchant, shop.variant, VariantChanges(sku="CUP")
        )

    assert await shop.everything() == before


async def test_a_removed_variant_leaves_the_range_of_the_others(shop: Shop) -> None:
    await shop.factory.variant(product=shop.mug, price_minor=1500)
    await shop.do(catalog.delete_variant, shop.merchant, shop.variant)

    product = await shop.row(Product, id=shop.mug)
    assert (product["price_from_minor"], product["price_to_minor"]) == (1500, 1500)
    assert [row["price_minor"] for row in await shop.rows(Variant)] == [1500]
    assert await shop.events() == ["product.changed"]


async def test_the_last_variant_on_sale_stays(shop: Shop) -> None:
    before = await shop.everything()

    with pytest.raises(ProductHasNoPrice):
        await shop.do(catalog.delete_variant, shop.merchant, shop.variant)

    assert await shop.everything() == before


async def test_the_last_variant_off_sale_goes(shop: Shop) -> None:
    await shop.do(catalog.retire_product, shop.merchant, shop.mug)
    await shop.do(catalog.delete_variant, shop.merchant, shop.variant)

    product = await shop.row(Product, id=shop.mug)
    assert (product["price_from_minor"], product["price_to_minor"]) == (None, None)


async def test_a_reserved_variant_stays(shop: Shop) -> None:
    await shop.factory.variant(product=shop.mug)
    async with shop.database.session.begin() as session:
        level = StockLevel.variant_id == shop.variant
        await session.execute(update(StockLevel).where(level).values(reserved=2))
    before = await shop.everything()

    with pytest.raises(VariantReserved) as raised:
        await shop.do(catalog.delete_variant, shop.merchant, shop.variant)

    assert raised.value.values["reserved"] == 2
    assert await shop.everything() == before


COMMANDS: dict[str, Any] = {
    "update": lambda variant: (catalog.update_variant, variant, VariantChanges(name="Mine")),
    "delete": lambda variant: (catalog.delete_variant, variant),
    "price": lambda variant: (catalog.set_prices, [PriceSetting(variant, 1)]),
    "stock": lambda variant: (catalog.set_stocks, [StockSetting(variant, on_hand=9)]),
}


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("who", ["other", "customer", "nobody"])
async def test_others_variants_are_as_if_they_were_not(shop: Shop, name: str, who: str) -> None:
    viewer = ANONYMOUS if who == "nobody" else getattr(shop, who)
    before = await shop.everything()

    for variant in (shop.variant, uuid4()):
        command, *given = COMMANDS[name](variant)
        with pytest.raises(Refusals) as raised:
            await shop.do(command, viewer, *given)
        (error,) = raised.value.errors
        assert type(error) is ProductVariantNotFound

    assert await shop.everything() == before
