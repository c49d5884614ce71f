"""The main job on real input: 19,406 articles, imported, browsed and searched."""

from pathlib import Path
from typing import Any

import httpx

from core.settings import Settings
from tests.e2e.conftest import import_icecat, served

LAPTOPS = """
query Laptops($brands: [String!]) {
  search(query: "laptop", first: 10, filter: { brands: $brands }) {
    totalCount
    nodes { name brand }
    facets { brands { value count } }
  }
}
"""

CABLE = """
query Cable($slug: String!) {
  product(slug: $slug) {
    name
    options { name values }
    category { breadcrumbs { name } }
    priceRange { lowest { minorUnits } highest { minorUnits } }
    variants(first: 100) { totalCount nodes { sku inStock price { minorUnits currency } } }
    attributes(first: 100) { nodes { key } }
  }
}
"""

MOST_VARIANTS = """
query MostVariants($after: String) {
  products(first: 100, after: $after) {
    nodes { slug variants(first: 1) { totalCount } }
    pageInfo { hasNextPage endCursor }
  }
}
"""


def ask(url: str, document: str, **variables: object) -> Any:
    answer = httpx.post(
        f"{url}/graphql", json={"query": document, "variables": variables}, timeout=30
    ).json()
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


def assert_laptops_are_found(url: str) -> None:
    found = ask(url, LAPTOPS)["search"]
    assert found["totalCount"] > 100
    brand = found["facets"]["brands"][0]
    only = ask(url, LAPTOPS, brands=[brand["value"]])["search"]
    assert only["totalCount"] == brand["count"]
    assert {node["brand"] for node in only["nodes"]} == {brand["value"]}
    assert only["facets"]["brands"] == found["facets"]["brands"]


def test_the_real_catalogue_is_searched_and_browsed_on_postgresql(
    settings: Settings, icecat: Path, tmp_path: Path
) -> None:
    import_icecat(settings, icecat, tmp_path)
    with served(settings, tmp_path / "server.log") as url:
        assert_laptops_are_found(url)

        product = ask(url, CABLE, slug=_slug_of_the_most_variants(url))["product"]
        prices = [node["price"]["minorUnits"] for node in product["variants"]["nodes"]]
        assert (product["variants"]["totalCount"], len(prices)) == (57, 57)
        assert product["priceRange"] == {
            "lowest": {"minorUnits": min(prices)},
            "highest": {"minorUnits": max(prices)},
        }
        assert {option["name"] for option in product["options"]} == {"colour", "length"}
        assert len(product["category"]["breadcrumbs"]) == 2
        assert product["attributes"]["nodes"]


def test_the_real_catalogue_is_searched_on_elasticsearch(
    settings: Settings, elasticsearch_url: str, icecat: Path, tmp_path: Path
) -> None:
    with_elasticsearch = settings.model_copy(
        update={"elasticsearch_url": elasticsearch_url, "search_index": "e2e-icecat-products"}
    )
    import_icecat(with_elasticsearch, icecat, tmp_path)
    with served(with_elasticsearch, tmp_path / "server.log") as url:
        assert_laptops_are_found(url)


def _slug_of_the_most_variants(url: str) -> str:
    """Walk the whole catalogue by its pages, as a crawler would."""
    slugs: dict[str, int] = {}
    after: str | None = None
    while True:
        page = ask(url, MOST_VARIANTS, after=after)["products"]
        slugs |= {node["slug"]: node["variants"]["totalCount"] for node in page["nodes"]}
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert len(slugs) == 17_597
    return max(slugs, key=lambda slug: slugs[slug])
