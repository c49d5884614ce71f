"""The products on sale, by REST."""

from uuid import UUID

import httpx
import pytest

from core.ids import encode_id
from tests.conftest import AsAccount
from tests.factories import Factory
from tests.rest.conftest import money

pytestmark = pytest.mark.anyio

NOBODYS = encode_id("product", UUID(int=7))


@pytest.fixture
async def mug(factory: Factory) -> str:
    """The id of a mug with one variant, a picture and a category."""
    category = await factory.category(slug="mugs", name="Mugs")
    product = await factory.product(
        category=category, slug="mug", name="Mug", brand="Potter", description="It holds tea."
    )
    await factory.variant(
        product=product,
        sku="MUG",
        name="Red mug",
        price_minor=1250,
        stock=3,
        options=[{"name": "colour", "value": "red"}],
    )
    await factory.media(product=product, url="https://pictures.example/mug.svg", alt_text="A mug")
    return encode_id("product", product)


async def test_a_list_shows_what_is_on_sale(api: httpx.AsyncClient, mug: str) -> None:
    response = await api.get("/v1/products")

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert response.json() == {
        "items": [
            {
                "id": mug,
                "slug": "mug",
                "name": "Mug",
                "brand": "Potter",
                "priceRange": {"lowest": money(1250), "highest": money(1250)},
                "inStock": True,
                "media": [{"url": "https://pictures.example/mug.svg", "altText": "A mug"}],
            }
        ],
        "next": None,
    }


async def test_a_product_shows_all_that_a_shopper_chooses_by(
    api: httpx.AsyncClient, mug: str
) -> None:
    response = await api.get(f"/v1/products/{mug}")

    body = response.json()
    assert response.status_code == 200
    for varying in ("createdAt", "updatedAt"):
        assert body.pop(varying).endswith("Z")
    assert body["variants"][0].pop("id").startswith("variant_")
    assert body["category"].pop("id").startswith("category_")
    assert body == {
        "id": mug,
        "slug": "mug",
        "name": "Mug",
        "brand": "Potter",
        "priceRange": {"lowest": money(1250), "highest": money(1250)},
        "inStock": True,
        "media": [{"url": "https://pictures.example/mug.svg", "altText": "A mug"}],
        "description": "It holds tea.",
        "releasedOn": None,
        "category": {"slug": "mugs", "name": "Mugs"},
        "options": [{"name": "colour", "values": ["red"]}],
        "variants": [
            {
                "sku": "MUG",
                "name": "Red mug",
                "options": [{"name": "colour", "value": "red"}],
                "price": money(1250),
                "inStock": True,
                "availableQuantity": 3,
            }
        ],
        "attributes": [],
    }


async def test_pages_follow_each_other_by_their_links(
    api: httpx.AsyncClient, factory: Factory
) -> None:
    for name in ("A & B", "C", "D"):
        product = await factory.product(name=name, brand="Potter & Sons")
        await factory.variant(product=product)

    first = await api.get("/v1/products", params={"first": 2, "brands": "Potter & Sons"})
    following = first.links["next"]["url"]
    last = await api.get(following)

    assert [each["name"] for each in first.json()["items"]] == ["A & B", "C"]
    assert following == (
        f"/v1/products?first=2&brands=Potter+%26+Sons&after={first.json()['next']}"
    )
    assert [each["name"] for each in last.json()["items"]] == ["D"]
    assert last.json()["next"] is None
    assert "next" not in last.links


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Bowl", "Cup", "Dish"]),
        ("sort=PRICE_ASC", ["Dish", "Bowl", "Cup"]),
        ("sort=PRICE_DESC", ["Cup", "Bowl", "Dish"]),
        ("brands=Potter&brands=Turner", ["Bowl", "Cup"]),
        ("priceFrom=200&priceTo=200", ["Bowl"]),
        ("inStock=true", ["Bowl", "Dish"]),
    ],
)
async def test_a_list_is_filtered_and_sorted(
    api: httpx.AsyncClient, factory: Factory, query: str, names: list[str]
) -> None:
    for name, brand, price, stock in (
        ("Bowl", "Potter", 200, 1),
        ("Cup", "Turner", 300, 0),
        ("Dish", "Weaver", 100, 1),
    ):
        product = await factory.product(name=name, brand=brand)
        await factory.variant(product=product, price_minor=price, stock=stock)

    response = await api.get(f"/v1/products?{query}")

    assert [each["name"] for each in response.json()["items"]] == names


async def test_a_list_is_of_a_category_and_below(api: httpx.AsyncClient, factory: Factory) -> None:
    above = await factory.category()
    below = await factory.category(parent=above)
    await factory.variant(product=await factory.product(name="Mug", category=below))
    await factory.variant(product=await factory.product(name="Hat"))

    response = await api.get("/v1/products", params={"category": encode_id("category", above)})

    assert [each["name"] for each in response.json()["items"]] == ["Mug"]


@pytest.mark.parametrize("status", ["draft", "retired"])
async def test_only_staff_see_what_is_not_on_sale(
    api: httpx.AsyncClient, factory: Factory, as_account: AsAccount, status: str
) -> None:
    product = encode_id("product", await factory.product(status=status))
    admin, customer = await as_account("admin"), await as_account()

    answers = [
        await api.get(f"/v1/products/{product}", headers=headers)
        for headers in ({}, customer.headers, admin.headers)
    ]

    assert [each.status_code for each in answers] == [404, 404, 200]
    assert answers[2].headers["Cache-Control"] == "private, no-cache"


async def test_an_unknown_product_is_a_problem(api: httpx.AsyncClient) -> None:
    response = await api.get(f"/v1/products/{NOBODYS}")

    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "There is no such product on sale.",
        "code": "PRODUCT_NOT_FOUND",
        "errors": [],
    }


@pytest.mark.parametrize(
    ("address", "path", "message"),
    [
        ("?first=0", "first", "Input should be greater than or equal to 1"),
        ("?first=101", "first", "Input should be less than or equal to 100"),
        ("?priceFrom=2147483648", "priceFrom", "Input should be less than or equal to 2147483647"),
        ("?sort=AGE", "sort", "Input should be 'NAME', 'PRICE_ASC', 'PRICE_DESC' or 'NEWEST'"),
        ("?colour=red", "colour", "Extra inputs are not permitted"),
        ("?after=%00", "after", None),
        ("?brands=%00", "filter", "The character NUL stands in no text of this shop."),
        ("/mug", "id", "String should match pattern '^product_[0-7][0-9a-hjkmnp-tv-z]{25}$'"),
    ],
)
async def test_what_cannot_be_used_is_named(
    api: httpx.AsyncClient, address: str, path: str, message: str | None
) -> None:
    response = await api.get(f"/v1/products{address}")

    body = response.json()
    (error,) = body["errors"]
    assert (response.status_code, body["code"]) == (422, "BAD_USER_INPUT")
    assert error["path"] == [path]
    assert message is None or error["message"] == message
