"""Laws of the import that hold for any sequence of catalogues."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.database import Database
from services.catalog_import import import_catalogue
from tests.services.catalog_import.articles import article, fetch, snapshot

pytestmark = pytest.mark.anyio

# Few values, so that catalogues clash with each other and with what earlier ones left.
SLUGS = st.sampled_from(["a", "a-2", "b", "a-2-2", "b-3"])
WORDS = st.text("ab é-", min_size=1, max_size=6).map(str.strip).filter(bool)
FEATURES = st.dictionaries(
    st.sampled_from(["size", "fan"]),
    st.lists(st.sampled_from(["yes", "no", "1.5", "big"]), min_size=1, max_size=3),
)


@st.composite
def articles(draw: st.DrawFn) -> dict[str, object]:
    return article(
        draw(st.integers(1, 6)),
        slug=draw(SLUGS),
        name=draw(WORDS),
        brand=draw(st.none() | WORDS),
        category=draw(st.lists(WORDS, min_size=1, max_size=3)),
        price_minor=draw(st.integers(0, 3)),
        features=draw(FEATURES),
        image_url=draw(st.sampled_from([None, "/a.jpg", "/b.jpg"])),
        synthetic_stock=draw(st.integers(0, 3)),
        variant_group=draw(st.sampled_from([None, "G", "H"])),
    )


CATALOGUES = st.lists(
    articles(), max_size=6, unique_by=(lambda line: line["id"], lambda line: line["slug"])
)

WRONG_PRICES = """
SELECT external_id FROM products
LEFT JOIN (
    SELECT product_id, min(price_minor) AS low, max(price_minor) AS high
    FROM variants GROUP BY product_id
) AS prices ON product_id = products.id
WHERE (price_from_minor, price_to_minor) IS DISTINCT FROM (low, high)
    OR (status = 'active') IS DISTINCT FROM (low IS NOT NULL)
"""


@given(lines=CATALOGUES)
@settings(
    deadline=None,
    max_examples=60,
    # One database for all examples is meant: each catalogue meets the shop that others left.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_importing_twice_is_importing_once(
    database: Database, lines: list[dict[str, object]]
) -> None:
    report = await import_catalogue(database, lines)
    once = await snapshot(database)
    await import_catalogue(database, lines)

    assert report.rejected == 0
    assert await snapshot(database) == once
    assert await fetch(database, WRONG_PRICES) == []
