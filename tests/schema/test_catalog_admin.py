"""Staff change the catalogue through the graph, and nobody else does."""

from typing import Any

import pytest
from sqlalchemy import update

from core.database import Database
from core.ids import decode_id, encode_id
from models import Event, Product, StockLevel, Variant
from tests.conftest import AsAccount
from tests.factories import Factory
from tests.graph import Graph
from tests.schema.conftest import Execute
from tests.services.catalog.shop import Shop, open_shop

pytestmark = pytest.mark.anyio


@pytest.fixture
async def shop(database: Database, factory: Factory) -> Shop:
    return await open_shop(database, factory)


@pytest.fixture
async def merchant(shop: Shop, as_account: AsAccount) -> Graph:
    return await as_account("merchant", shop.merchant.account_id)


def ids(shop: Shop) -> dict[str, str]:
    return {
        "product": encode_id("product", shop.mug),
        "variant": encode_id("variant", shop.variant),
        "category": encode_id("category", shop.category),
    }


CREATE = """mutation ($category: ID!, $slug: String, $key: String, $variants: [VariantInput!]) {
    productCreate(
        name: " Tea Cup ", category: $category, currency: "EUR", slug: $slug, brand: "Pot & Co",
        description: "For tea.", releasedOn: "2026-01-31", idempotencyKey: $key,
        attributes: [{key: "glaze", values: ["blue"]}], media: [{url: "/1.svg"}],
        variants: $variants
    ) {
        product {
            id slug name status brand description releasedOn category { slug }
            priceRange { lowest { amount } highest { amount } } options { name values }
            attributes { nodes { key } } media { nodes { altText } }
            variants { nodes { sku name availableQuantity price { amount currency } } }
        }
        errors { __typename ... on UserError { code path } ... on SlugTaken { slug }
                 ... on SkuTaken { sku } }
    }
}"""
VARIANTS = [
    {"sku": "CUP-S", "price": 700, "options": [{"name": "size", "value": "S"}], "onHand": 3},
    {"sku": "CUP-L", "price": 900, "options": [{"name": "size", "value": "L"}]},
]


async def test_a_product_is_made_in_one_call(merchant: Graph, shop: Shop) -> None:
    data = await merchant.data(CREATE, category=ids(shop)["category"], variants=VARIANTS)

    created = data["productCreate"]
    assert decode_id(created["product"].pop("id"))[0] == "product"
    assert created == {
        "product": {
            "slug": "tea-cup",
            "name": "Tea Cup",
            "status": "DRAFT",
            "brand": "Pot & Co",
            "description": "For tea.",
            "releasedOn": "2026-01-31",
            "category": {"slug": "mugs"},
            "priceRange": {"lowest": {"amount": "7.00"}, "highest": {"amount": "9.00"}},
            "options": [{"name": "size", "values": ["S", "L"]}],
            "attributes": {"nodes": [{"key": "glaze"}]},
            "media": {"nodes": [{"altText": "Tea Cup"}]},
            "variants": {
                "nodes": [
                    {
                        "sku": "CUP-S",
                        "name": "Tea Cup, S",
                        "availableQuantity": 3,
                        "price": {"amount": "7.00", "currency": "EUR"},
                    },
                    {
                        "sku": "CUP-L",
                        "name": "Tea Cup, L",
                        "availableQuantity": 0,
                        "price": {"amount": "9.00", "currency": "EUR"},
                    },
                ]
            },
        },
        "errors": [],
    }


async def test_a_repeated_key_makes_one_product(merchant: Graph, shop: Shop) -> None:
    given = {"category": ids(shop)["category"], "variants": VARIANTS, "key": "once"}
    first = await merchant.data(CREATE, **given)
    again = await merchant.data(CREATE, **given)
    other = await merchant.errors(CREATE, **given, slug="other")

    assert first == again
    assert [error["code"] for error in other] == ["IDEMPOTENCY_KEY_REUSED"]
    assert len(await shop.rows(Product)) == 2


async def test_a_repeated_key_changes_stock_once(merchant: Graph, shop: Shop) -> None:
    document = """mutation ($variant: ID!) {
        variantStocksSet(stocks: [{variant: $variant, change: 2}], idempotencyKey: "once") {
            variants { availableQuantity } errors { __typename }
        }
    }"""
    variant = ids(shop)["variant"]
    outcomes = [await merchant.data(document, variant=variant) for _ in range(2)]

    done = {"variantStocksSet": {"variants": [{"availableQuantity": 7}], "errors": []}}
    assert outcomes == [done, done]


async def test_a_taken_slug_and_number_are_told(merchant: Graph, shop: Shop) -> None:
    before = await shop.everything()
    category = ids(shop)["category"]
    slug = await merchant.data(CREATE, category=category, slug="mug")
    sku = await merchant.data(CREATE, category=category, variants=[{"sku": "MUG", "price": 1}])

    assert [slug["productCreate"], sku["productCreate"]] == [
        {
            "product": None,
            "errors": [
                {"__typename": "SlugTaken", "code": "SLUG_TAKEN", "path": ["slug"], "slug": "mug"}
            ],
        },
        {
            "product": None,
            "errors": [
                {
                    "__typename": "SkuTaken",
                    "code": "SKU_TAKEN",
                    "path": ["variants", "0", "sku"],
                    "sku": "MUG",
                }
            ],
        },
    ]
    assert await shop.everything() == before


async def test_a_products_life(merchant: Graph, graph: Graph, shop: Shop) -> None:
    """Made without a price, priced, published, changed, retired: as staff and shoppers see it."""
    category = ids(shop)["category"]
    made = await merchant.data(CREATE, category=category)
    product = made["productCreate"]["product"]["id"]
    move = """mutation ($id: ID!) { moved: %s(id: $id) {
        product { status } errors { __typename }
    } }"""
    seen = "query ($id: ID!) { product(id: $id) { name } }"

    unpriced = await merchant.data(move % "productPublish", id=product)
    added = await merchant.data(
        """mutation ($id: ID!) { variantCreate(product: $id, variant: {sku: "CUP", price: 700}) {
            product { priceRange { lowest { minorUnits } } } variant { sku } errors { __typename }
        } }""",
        id=product,
    )
    published = await merchant.data(move % "productPublish", id=product)
    changed = await merchant.data(
        """mutation ($id: ID!) { productUpdate(id: $id, name: "Cup", brand: "") {
            product { name brand slug } errors { __typename }
        } }""",
        id=product,
    )
    on_sale = await graph.data(seen, id=product)
    retired = await merchant.data(move % "productRetire", id=product)

    refused = {"product": None, "errors": [{"__typename": "ProductHasNoPrice"}]}
    assert unpriced["moved"] == refused
    assert added["variantCreate"] == {
        "product": {"priceRange": {"lowest": {"minorUnits": 700}}},
        "variant": {"sku": "CUP"},
        "errors": [],
    }
    assert published["moved"] == {"product": {"status": "ACTIVE"}, "errors": []}
    assert changed["productUpdate"] == {
        "product": {"name": "Cup", "brand": None, "slug": "tea-cup"},
        "errors": [],
    }
    assert on_sale == {"product": {"name": "Cup"}}
    assert retired["moved"] == {"product": {"status": "RETIRED"}, "errors": []}
    assert await graph.data(seen, id=product) == {"product": None}


async def test_a_variant_is_changed_and_removed(merchant: Graph, shop: Shop) -> None:
    await shop.factory.variant(product=shop.mug, sku="SECOND", price_minor=1500)
    changed = await merchant.data(
        """mutation ($id: ID!) {
            variantUpdate(
                id: $id, sku: "CUP", name: "A mug", mpn: "7", eans: ["4006381333931"],
                options: [{name: "size", value: "S"}]
            ) {
                variant { sku name mpn eans options { value } } product { slug }
                errors { __typename }
            }
        }""",
        id=ids(shop)["variant"],
    )
    removed = await merchant.data(
        """mutation ($id: ID!) { variantDelete(id: $id) {
            product { priceRange { lowest { minorUnits } } variants { nodes { sku } } }
            errors { __typename }
        } }""",
        id=ids(shop)["variant"],
    )

    assert changed["variantUpdate"] == {
        "variant": {
            "sku": "CUP",
            "name": "A mug",
            "mpn": "7",
            "eans": ["4006381333931"],
            "options": [{"value": "S"}],
        },
        "product": {"slug": "mug"},
        "errors": [],
    }
    assert removed["variantDelete"] == {
        "product": {
            "priceRange": {"lowest": {"minorUnits": 1500}},
            "variants": {"nodes": [{"sku": "SECOND"}]},
        },
        "errors": [],
    }


async def test_less_stock_than_is_reserved_is_told(
    merchant: Graph, shop: Shop, execute: Execute
) -> None:
    await execute(update(StockLevel).values(reserved=3))
    before = await shop.everything()
    data = await merchant.data(
        """mutation ($variant: ID!) { variantStocksSet(stocks: [{variant: $variant, onHand: 2}]) {
            variants { sku }
            errors { ... on StockBelowReserved { code path reserved variant { sku } } }
        } }""",
        variant=ids(shop)["variant"],
    )

    assert data["variantStocksSet"] == {
        "variants": None,
        "errors": [
            {
                "code": "STOCK_BELOW_RESERVED",
                "path": ["stocks", "0"],
                "reserved": 3,
                "variant": {"sku": "MUG"},
            }
        ],
    }
    assert await shop.everything() == before


async def test_many_prices_and_stocks_read_as_few(
    merchant: Graph, shop: Shop, statements: list[str]
) -> None:
    for _ in range(20):
        product = await shop.factory.product(merchant_id=shop.merchant.account_id)
        await shop.factory.variant(product=product)
    variants = [encode_id("variant", row["id"]) for row in await shop.rows(Variant)]
    costs = []
    for chosen in (variants[:2], variants):
        statements.clear()
        data = await merchant.data(
            """mutation ($prices: [VariantPriceInput!]!, $stocks: [VariantStockInput!]!) {
                variantPricesSet(prices: $prices) { variants { id product { slug } } }
                variantStocksSet(stocks: $stocks) { variants { id product { slug } } }
            }""",
            prices=[{"variant": each, "price": 7} for each in chosen],
            stocks=[{"variant": each, "onHand": 7} for each in chosen],
        )
        for name in ("variantPricesSet", "variantStocksSet"):
            assert [variant["id"] for variant in data[name]["variants"]] == chosen
        costs.append(len(statements))

    assert costs == [4, 4]


MUTATIONS = {
    "productCreate": 'productCreate(name: "Cup", category: $category, currency: "EUR")',
    "productUpdate": 'productUpdate(id: $product, name: "Cup")',
    "productPublish": "productPublish(id: $product)",
    "productRetire": "productRetire(id: $product)",
    "variantCreate": 'variantCreate(product: $product, variant: {sku: "CUP", price: 1})',
    "variantUpdate": 'variantUpdate(id: $variant, sku: "CUP")',
    "variantDelete": "variantDelete(id: $variant)",
    "variantPricesSet": "variantPricesSet(prices: [{variant: $variant, price: 1}])",
    "variantStocksSet": "variantStocksSet(stocks: [{variant: $variant, onHand: 1}])",
}


def document(name: str) -> str:
    used = [each for each in ("product", "variant", "category") if f"${each}" in MUTATIONS[name]]
    head = ", ".join(f"${each}: ID!" for each in used)
    return f"mutation ({head}) {{ {MUTATIONS[name]} {{ errors {{ __typename }} }} }}"


async def answer(viewer: Graph, shop: Shop, name: str) -> dict[str, Any]:
    given = {key: text for key, text in ids(shop).items() if f"${key}" in MUTATIONS[name]}
    return await viewer.answer(document(name), **given)


@pytest.mark.parametrize("name", MUTATIONS)
@pytest.mark.parametrize("who", ["nobody", "customer"])
async def test_shoppers_change_nothing(
    graph: Graph, as_account: AsAccount, shop: Shop, name: str, who: str
) -> None:
    before = await shop.everything()
    viewer = graph if who == "nobody" else await as_account("customer")
    refused = await answer(viewer, shop, name)

    assert refused["data"] == {name: None}
    code = "UNAUTHENTICATED" if who == "nobody" else "FORBIDDEN"
    assert [error["extensions"]["code"] for error in refused["errors"]] == [code]
    assert await shop.everything() == before


@pytest.mark.parametrize("name", MUTATIONS.keys() - {"productCreate"})
async def test_another_merchant_finds_nothing_to_change(
    as_account: AsAccount, shop: Shop, name: str
) -> None:
    before = await shop.everything()
    refused = await answer(await as_account("merchant"), shop, name)

    of_product = "$product" in MUTATIONS[name]
    error = "ProductNotFound" if of_product else "ProductVariantNotFound"
    assert refused["data"] == {name: {"errors": [{"__typename": error}]}}
    assert await shop.everything() == before


@pytest.mark.parametrize("name", MUTATIONS)
@pytest.mark.parametrize("role", ["merchant", "admin"])
async def test_who_looks_after_a_product_changes_it(
    as_account: AsAccount, merchant: Graph, shop: Shop, name: str, role: str
) -> None:
    await shop.factory.variant(product=shop.mug)
    viewer = merchant if role == "merchant" else await as_account("admin")
    done = await answer(viewer, shop, name)

    assert done == {"data": {name: {"errors": []}}}
    # What is on sale already is not put on sale again.
    assert len(await shop.rows(Event)) == (0 if name == "productPublish" else 1)


WRONG: dict[str, tuple[str, str, str]] = {
    "name": ('productUpdate(id: $product, name: " ")', "name", "at least 1 character"),
    "slug": ('productUpdate(id: $product, slug: "A b")', "slug", "pattern"),
    "nul": ('productUpdate(id: $product, description: "a\\u0000")', "description", "NUL"),
    "id": ('productRetire(id: "variant_01h455vb4pex5vsknk084sn02q")', "id", "not the id of a"),
    "currency": (
        'productCreate(name: "x", category: $category, currency: "euro")',
        "currency",
        "pattern",
    ),
    "url": (
        'productUpdate(id: $product, media: [{url: "javascript:alert(1)"}])',
        "media",
        "0.url: ",
    ),
    "price": (
        'variantCreate(product: $product, variant: {sku: "x", price: -1})',
        "variant",
        "price: Input should be greater than or equal to 0",
    ),
    "stock": (
        "variantStocksSet(stocks: [{variant: $variant, onHand: -1}])",
        "stocks",
        "0.onHand: Input should be greater than or equal to 0",
    ),
    "two stocks": (
        "variantStocksSet(stocks: [{variant: $variant, onHand: 1, change: 1}])",
        "stocks",
        "either `onHand` or `change`",
    ),
    "no prices": ("variantPricesSet(prices: [])", "prices", "at least 1 item"),
}


@pytest.mark.parametrize("case", WRONG)
async def test_wrong_input_names_its_argument(merchant: Graph, shop: Shop, case: str) -> None:
    selection, argument, words = WRONG[case]
    before = await shop.everything()
    used = {key: text for key, text in ids(shop).items() if f"${key}" in selection}
    head = ", ".join(f"${key}: ID!" for key in used)
    (error,) = await merchant.errors(
        f"mutation {f'({head})' if head else ''} {{ {selection} {{ errors {{ __typename }} }} }}",
        **used,
    )

    assert (error["code"], error["argument"]) == ("BAD_USER_INPUT", argument)
    assert words in error["message"]
    assert await shop.everything() == before
