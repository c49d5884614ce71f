"""Staff change the catalogue through the graph."""

import pytest
from sqlalchemy import update

from core.ids import decode_id, encode_id
from models import Product, StockLevel, Variant
from tests.graph import Graph
from tests.schema.conftest import Execute
from tests.services.catalog.shop import Shop

pytestmark = pytest.mark.anyio


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
    data = await merchant.data(CREATE, category=shop.ids["category"], variants=VARIANTS)

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
    given = {"category": shop.ids["category"], "variants": VARIANTS, "key": "once"}
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
    variant = shop.ids["variant"]
    outcomes = [await merchant.data(document, variant=variant) for _ in range(2)]

    done = {"variantStocksSet": {"variants": [{"availableQuantity": 7}], "errors": []}}
    assert outcomes == [done, done]


async def test_a_taken_slug_and_number_are_told(merchant: Graph, shop: Shop) -> None:
    before = await shop.everything()
    category = shop.ids["category"]
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
    category = shop.ids["category"]
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
        id=shop.ids["variant"],
    )
    removed = await merchant.data(
        """mutation ($id: ID!) { variantDelete(id: $id) {
            product { priceRange { lowest { minorUnits } } variants { nodes { sku } } }
            errors { __typename }
        } }""",
        id=shop.ids["variant"],
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
        variant=shop.ids["variant"],
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

    assert costs == [2, 2]
