"""Products made, changed, put on sale and retired."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from core.ids import encode_id
from core.viewer import ANONYMOUS, Viewer
from models import AttributeDefinition, Event, Media, Product, StockLevel, Variant
from services import catalog
from services.catalog.errors import (
    AttributeValueInvalid,
    CategoryNotFound,
    ProductHasNoPrice,
    ProductNotFound,
    SkuTaken,
    SlugTaken,
)
from services.catalog.values import (
    Attribute,
    NewProduct,
    NewVariant,
    Option,
    Picture,
    ProductChanges,
)
from tests.services.catalog.shop import Shop

pytestmark = pytest.mark.anyio


def cup(shop: Shop, **values: Any) -> NewProduct:
    basic: dict[str, Any] = {"name": "Tea Cup", "category_id": shop.category, "currency": "EUR"}
    return NewProduct(**basic | values)


async def create(shop: Shop, by: Viewer, **values: Any) -> UUID:
    made: UUID = (await shop.do(catalog.create_product, by, cup(shop, **values)))["product_id"]
    return made


async def test_a_new_product_is_a_draft_with_all_that_was_given(shop: Shop) -> None:
    await shop.factory.attribute("volume", kind="NUMBER")
    made = await create(
        shop,
        shop.merchant,
        description="For tea.",
        brand="Pot & Co",
        released_on=date(2026, 1, 31),
        attributes=(Attribute("volume", ("0.25",)), Attribute("glaze_colour", ("blue", "sea"))),
        pictures=(Picture("/1.svg"), Picture("https://cdn.example/2.jpg", "From above")),
        variants=(
            NewVariant("CUP-S", 700, options=(Option("size", "S"),), on_hand=3),
            NewVariant("CUP-L", 900, name="Big Cup", mpn="9", eans=("4006381333931",)),
        ),
    )

    product = await shop.row(Product, id=made)
    assert product["created_at"] == product["updated_at"]
    del product["created_at"], product["updated_at"]
    assert product == {
        "id": made,
        "external_id": None,
        "merchant_id": shop.merchant.account_id,
        "category_id": shop.category,
        "slug": "tea-cup",
        "name": "Tea Cup",
        "description": "For tea.",
        "brand": "Pot & Co",
        "status": "draft",
        "released_on": date(2026, 1, 31),
        "currency": "EUR",
        "price_from_minor": 700,
        "price_to_minor": 900,
        "attributes": {"volume": ["0.25"], "glaze_colour": ["blue", "sea"]},
    }
    small, big = [row for row in await shop.rows(Variant) if row["product_id"] == made]
    names = ("sku", "name", "mpn", "eans", "options", "position", "currency", "price_minor")
    assert [small[name] for name in names] == [
        "CUP-S",
        "Tea Cup, S",
        None,
        [],
        [{"name": "size", "value": "S"}],
        0,
        "EUR",
        700,
    ]  # fmt: skip - a row is a line.
    assert [big[name] for name in names] == [
        "CUP-L",
        "Big Cup",
        "9",
        ["4006381333931"],
        [],
        1,
        "EUR",
        900,
    ]  # fmt: skip - a row is a line.
    assert (await shop.row(StockLevel, variant_id=small["id"]))["on_hand"] == 3
    assert (await shop.row(StockLevel, variant_id=big["id"]))["on_hand"] == 0
    assert [(row["position"], row["url"], row["alt_text"]) for row in await shop.rows(Media)] == [
        (0, "/1.svg", "Tea Cup"),
        (1, "https://cdn.example/2.jpg", "From above"),
    ]
    glaze = await shop.row(AttributeDefinition, key="glaze_colour")
    assert (glaze["name"], glaze["kind"]) == ("Glaze colour", "TEXT")


async def test_the_event_is_a_snapshot(shop: Shop) -> None:
    made = await create(shop, shop.merchant, variants=(NewVariant("CUP", 700, on_hand=3),))

    (event,) = await shop.rows(Event)
    product = await shop.row(Product, id=made)
    variant = await shop.row(Variant, product_id=made)
    assert shop.merchant.account_id is not None
    assert event["type"] == "product.created"
    assert event["aggregate_id"] == made
    assert event["actor_id"] == shop.merchant.account_id
    assert event["subjects"] == [variant["id"]]
    price = {"amount": "7.00", "currency": "EUR", "minorUnits": 700}
    assert event["payload"] == {
        "id": encode_id("product", made),
        "merchantId": encode_id("account", shop.merchant.account_id),
        "categoryId": encode_id("category", shop.category),
        "slug": "tea-cup",
        "name": "Tea Cup",
        "status": "DRAFT",
        "currency": "EUR",
        "priceFrom": price,
        "priceTo": price,
        "updatedAt": product["updated_at"].isoformat().replace("+00:00", "Z"),
        "variants": [
            {
                "id": encode_id("variant", variant["id"]),
                "sku": "CUP",
                "price": price,
                "onHand": 3,
                "reserved": 0,
            }
        ],
    }


async def test_an_admins_product_is_the_shops(shop: Shop) -> None:
    made = await create(shop, shop.admin)

    product = await shop.row(Product, id=made)
    assert product["merchant_id"] is None
    assert product["price_from_minor"] is None


async def test_a_name_without_letters_makes_a_slug_too(shop: Shop) -> None:
    made = await create(shop, shop.admin, name="湯呑み")

    assert (await shop.row(Product, id=made))["slug"] == "product"


@pytest.mark.parametrize(
    ("values", "refusal", "told"),
    [
        ({"name": "Mug"}, SlugTaken, {"path": ("slug",), "slug": "mug"}),
        ({"slug": "mug"}, SlugTaken, {"path": ("slug",), "slug": "mug"}),
        ({"category_id": uuid4()}, CategoryNotFound, {"path": ("category",)}),
        (
            {"variants": (NewVariant("CUP", 1), NewVariant("MUG", 1))},
            SkuTaken,
            {"path": ("variants", "1", "sku"), "sku": "MUG"},
        ),
        (
            {"variants": (NewVariant("CUP", 1), NewVariant("CUP", 2))},
            SkuTaken,
            {"path": ("variants", "1", "sku"), "sku": "CUP"},
        ),
        (
            {"attributes": (Attribute("weight", ("1", "heavy")),)},
            AttributeValueInvalid,
            {"path": ("attributes", "0", "values"), "key": "weight", "kind": "NUMBER"},
        ),
        (
            {"attributes": (Attribute("new", ("a",)), Attribute("boxed", ("yes", "no")))},
            AttributeValueInvalid,
            {"path": ("attributes", "1", "values"), "key": "boxed", "kind": "BOOLEAN"},
        ),
    ],
)
async def test_a_refused_product_leaves_nothing(
    shop: Shop, values: dict[str, Any], refusal: type[Exception], told: dict[str, Any]
) -> None:
    await shop.factory.attribute("weight", kind="NUMBER")
    await shop.factory.attribute("boxed", kind="BOOLEAN")
    before = await shop.everything()

    with pytest.raises(refusal) as raised:
        await create(shop, shop.merchant, **values)

    assert getattr(raised.value, "values") == told  # noqa: B009 - a base class has no values.
    assert await shop.everything() == before


async def test_what_is_given_changes_and_the_rest_stays(shop: Shop) -> None:
    before = await shop.row(Product, id=shop.mug)
    await shop.factory.media(product=shop.mug, url="/old.svg")
    elsewhere = await shop.factory.category()
    changes = ProductChanges(
        name="Jug",
        category_id=elsewhere,
        slug="jug",
        brand="",
        attributes=(Attribute("lid", ("yes",)),),
        pictures=(Picture("/new.svg"),),
    )
    await shop.do(catalog.update_product, shop.merchant, shop.mug, changes)

    after = await shop.row(Product, id=shop.mug)
    assert after == before | {
        "name": "Jug",
        "category_id": elsewhere,
        "slug": "jug",
        "brand": None,
        "attributes": {"lid": ["yes"]},
        "updated_at": after["updated_at"],
    }
    assert after["updated_at"] > before["updated_at"]
    assert [(row["url"], row["alt_text"]) for row in await shop.rows(Media)] == [
        ("/new.svg", "Jug")
    ]
    assert await shop.events() == ["product.changed"]


async def test_pictures_stay_where_none_are_given(shop: Shop) -> None:
    await shop.factory.media(product=shop.mug, url="/old.svg")
    await shop.do(catalog.update_product, shop.admin, shop.mug, ProductChanges(description="New"))

    assert [row["url"] for row in await shop.rows(Media)] == ["/old.svg"]
    assert (await shop.row(Product, id=shop.mug))["description"] == "New"


async def test_a_taken_slug_is_refused_on_change_too(shop: Shop) -> None:
    await shop.factory.product(slug="jug")
    before = await shop.everything()

    with pytest.raises(SlugTaken):
        await shop.do(
            catalog.update_product, shop.merchant, shop.mug, ProductChanges(name="x", slug="jug")
        )

    assert await shop.everything() == before


async def test_a_product_goes_on_sale_and_off_again(shop: Shop) -> None:
    made = await create(shop, shop.merchant, variants=(NewVariant("CUP", 700),))
    states = []
    for command in (catalog.publish_product, catalog.retire_product, catalog.publish_product):
        await shop.do(command, shop.merchant, made)
        states.append((await shop.row(Product, id=made))["status"])

    assert states == ["active", "retired", "active"]
    assert await shop.events() == [
        "product.created",
        "product.published",
        "product.retired",
        "product.published",
    ]


async def test_what_is_on_sale_already_is_not_put_on_sale_again(shop: Shop) -> None:
    before = await shop.everything()
    await shop.do(catalog.publish_product, shop.merchant, shop.mug)

    assert await shop.everything() == before


async def test_without_a_variant_nothing_goes_on_sale(shop: Shop) -> None:
    made = await create(shop, shop.merchant)
    before = await shop.everything()

    with pytest.raises(ProductHasNoPrice):
        await shop.do(catalog.publish_product, shop.merchant, made)

    assert await shop.everything() == before


COMMANDS: dict[str, tuple[Any, ...]] = {
    "update": (catalog.update_product, ProductChanges(name="Mine")),
    "publish": (catalog.publish_product,),
    "retire": (catalog.retire_product,),
    "add a variant": (catalog.add_variant, NewVariant("NEW", 1)),
}


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("who", ["other", "customer", "nobody"])
async def test_others_products_are_as_if_they_were_not(shop: Shop, name: str, who: str) -> None:
    command, *given = COMMANDS[name]
    viewer = ANONYMOUS if who == "nobody" else getattr(shop, who)
    shops_own = await shop.factory.product()
    before = await shop.everything()

    for product in (shop.mug, shops_own, uuid4()):
        with pytest.raises(ProductNotFound):
            await shop.do(command, viewer, product, *given)

    assert await shop.everything() == before
