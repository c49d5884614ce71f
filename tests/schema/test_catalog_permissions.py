"""Who may change the catalogue through the graph, and with what input."""

from typing import Any

import pytest

from models import Event
from tests.conftest import AsAccount
from tests.graph import Graph
from tests.schema.catalog_documents import MUTATIONS
from tests.services.catalog.shop import Shop

pytestmark = pytest.mark.anyio


def document(name: str) -> str:
    used = [each for each in ("product", "variant", "category") if f"${each}" in MUTATIONS[name]]
    head = ", ".join(f"${each}: ID!" for each in used)
    return f"mutation ({head}) {{ {MUTATIONS[name]} {{ errors {{ __typename }} }} }}"


async def answer(viewer: Graph, shop: Shop, name: str) -> dict[str, Any]:
    given = {key: text for key, text in shop.ids.items() if f"${key}" in MUTATIONS[name]}
    return await viewer.answer(document(name), **given)


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
    used = {key: text for key, text in shop.ids.items() if f"${key}" in selection}
    head = ", ".join(f"${key}: ID!" for key in used)
    (error,) = await merchant.errors(
        f"mutation {f'({head})' if head else ''} {{ {selection} {{ errors {{ __typename }} }} }}",
        **used,
    )

    assert (error["code"], error["argument"]) == ("BAD_USER_INPUT", argument)
    assert words in error["message"]
    assert await shop.everything() == before
