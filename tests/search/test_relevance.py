"""No page misses a hit by leaving out what it cannot reach."""

from dataclasses import replace
from random import Random

import pytest

from search.port import Hit, SearchEngine, SearchRequest
from tests.factories import Factory
from tests.search.conftest import Shop

pytestmark = pytest.mark.anyio

WORDS = ["cable", "cables", "hdmi", "hdmi-2", "usb", "adapter", "cab", "long", "black", "charger"]
PRODUCTS = 80


@pytest.fixture
async def engine(shop: Shop, factory: Factory, postgresql: SearchEngine) -> SearchEngine:
    """An engine that knows many products whose names are made of the same words."""
    draw = Random(8)  # noqa: S311 - The same names in every run; none is a secret.
    category = next(iter(shop.categories.values()))
    products = []
    for _ in range(PRODUCTS):
        name = " ".join(draw.choices(WORDS, k=draw.randint(1, 6)))
        description = " ".join(draw.choices(WORDS, k=draw.randint(0, 4)))
        products.append(
            await factory.product(category=category, name=name, description=description)
        )
    await postgresql.index(products)
    return postgresql


@pytest.mark.parametrize("text", ["cable", "hdmi cable", "usb cables adapter", "hdmi-2", "chargr"])
@pytest.mark.parametrize("first", [1, 2, 7])
async def test_pages_are_the_parts_of_one_page_of_all(
    engine: SearchEngine, text: str, first: int
) -> None:
    everything = await engine.search(SearchRequest(text, first=2 * PRODUCTS, total=True))
    assert len(everything.hits) == everything.total
    assert everything.total > 10

    assert await _page_by_page(engine, SearchRequest(text, first=first)) == everything.hits


async def _page_by_page(engine: SearchEngine, request: SearchRequest) -> list[Hit]:
    hits = list[Hit]()
    while True:
        page = await engine.search(request)
        hits += page.hits
        if not page.has_next:
            return hits
        request = replace(request, after=page.hits[-1].cursor)
