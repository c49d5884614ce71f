import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from itertools import groupby, islice

import pytest

from services.demo.catalogue import CatalogItem, demo_catalogue, ean13, shelf_price, slug

YES_OR_NO = {"yes", "no"}


@pytest.fixture(scope="module")
def thousand() -> list[CatalogItem]:
    return list(demo_catalogue())


@pytest.fixture(scope="module")
def products(thousand: list[CatalogItem]) -> list[list[CatalogItem]]:
    return [list(items) for _, items in groupby(thousand, key=product_of)]


def product_of(item: CatalogItem) -> str:
    return item["variant_group"] or item["id"]


def lines(items: Iterator[CatalogItem]) -> bytes:
    return "\n".join(json.dumps(item, ensure_ascii=False) for item in items).encode()


def test_first_lines_never_change() -> None:
    first = lines(islice(demo_catalogue(), 100))
    assert (
        hashlib.sha256(first).hexdigest()
        == "55a2cf519adf813f534b56d5afe7c492e0710df9b40dcca833465834da00cc65"
    )


def test_same_seed_gives_same_lines() -> None:
    assert lines(demo_catalogue(200)) == lines(demo_catalogue(200))


def test_other_seed_gives_other_lines() -> None:
    assert lines(demo_catalogue(10)) != lines(demo_catalogue(10, seed=7))


def test_longer_catalogue_begins_with_the_shorter() -> None:
    shorter = list(demo_catalogue(50))
    assert list(islice(demo_catalogue(60), len(shorter))) == shorter


def test_no_products_are_no_lines() -> None:
    assert list(demo_catalogue(0)) == []


def test_keys_are_unique_among_twenty_thousand_products() -> None:
    seen: dict[str, set[str]] = {
        "id": set(),
        "sku": set(),
        "mpn": set(),
        "slug": set(),
        "ean": set(),
    }
    articles = 0
    for item in demo_catalogue(20_000):
        articles += 1
        seen["id"].add(item["id"])
        seen["sku"].add(item["sku"])
        seen["mpn"].add(item["mpn"])
        seen["slug"].add(item["slug"])
        seen["ean"].update(item["eans"])
    assert {key: len(values) for key, values in seen.items()} == dict.fromkeys(seen, articles)


def test_products_are_adjacent_and_counted(products: list[list[CatalogItem]]) -> None:
    groups = [product_of(items[0]) for items in products]
    assert len(groups) == len(set(groups)) == 1000


def test_articles_of_a_product_differ_in_the_same_options(
    products: list[list[CatalogItem]],
) -> None:
    for items in products:
        options = [tuple(item["variant_options"].items()) for item in items]
        assert len(set(options)) == len(items)
        assert len({tuple(item["variant_options"]) for item in items}) == 1


def test_names_of_a_product_end_in_the_options(products: list[list[CatalogItem]]) -> None:
    for items in products:
        stems = {
            item["name"].removesuffix("".join(f", {v}" for v in item["variant_options"].values()))
            for item in items
        }
        assert len(stems) == 1


def test_single_articles_have_no_group(products: list[list[CatalogItem]]) -> None:
    singles = [items[0] for items in products if len(items) == 1]
    assert singles
    assert all(one["variant_group"] is None and one["variant_options"] == {} for one in singles)


def test_categories_are_three_deep(thousand: list[CatalogItem]) -> None:
    paths = {tuple(item["category"]) for item in thousand}
    assert {len(path) for path in paths} == {3}
    assert len({path[0] for path in paths}) == 8
    assert len(paths) == 102


def test_every_category_has_its_share(products: list[list[CatalogItem]]) -> None:
    shares = Counter(tuple(items[0]["category"]) for items in products)
    assert set(shares.values()) == {9, 10}


def test_every_text_says_something(thousand: list[CatalogItem]) -> None:
    for item in thousand:
        texts = [item["name"], item["slug"], item["brand"], *item["category"]]
        texts += [text for values in item["features"].values() for text in values]
        assert all(text == text.strip() != "" for text in texts)
        assert all(item["features"].values())


def test_descriptions_are_three_sentences_without_gaps(thousand: list[CatalogItem]) -> None:
    for description in {item["description"] for item in thousand}:
        assert description.endswith(".")
        assert description[0].isupper()
        assert "{" not in description
        assert description.count(". ") == 2


def test_a_feature_is_of_one_kind_everywhere(thousand: list[CatalogItem]) -> None:
    values: dict[str, set[str]] = {}
    for item in thousand:
        for key, answers in item["features"].items():
            values.setdefault(key, set()).update(answers)
    for key, known in values.items():
        numbers = {value for value in known if is_number(value)}
        assert numbers in (set(), known), key
        assert known.isdisjoint(YES_OR_NO) or known <= YES_OR_NO, key


def is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal()


def test_stock_runs_out_and_runs_low(thousand: list[CatalogItem]) -> None:
    stocks = [item["synthetic_stock"] for item in thousand]
    assert 0.05 < stocks.count(0) / len(stocks) < 0.09
    assert 0.09 < sum(0 < stock < 6 for stock in stocks) / len(stocks) < 0.15


def test_prices_end_like_price_tags(thousand: list[CatalogItem]) -> None:
    assert {item["price_minor"] % 100 for item in thousand} == {0, 49, 95, 99}
    assert {item["currency"] for item in thousand} == {"EUR"}


def test_a_larger_size_is_never_cheaper(products: list[list[CatalogItem]]) -> None:
    for items in products:
        by_colour = groupby(items, key=lambda item: item["features"]["colour"])
        for prices in ([item["price_minor"] for item in same] for _, same in by_colour):
            assert prices == sorted(prices)


@pytest.mark.parametrize(
    ("cents", "tag"),
    [(3, 49), (760, 749), (1999, 1949), (2499, 2395), (9999, 9895), (18_999, 17_900)],
)
def test_shelf_price(cents: int, tag: int) -> None:
    assert shelf_price(cents) == tag


def test_eans_have_a_valid_check_digit(thousand: list[CatalogItem]) -> None:
    for item in thousand:
        for ean in item["eans"]:
            assert len(ean) == 13
            assert ean[0] == "2"
            digits = [int(digit) for digit in ean]
            assert (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0


def test_ean13_of_a_known_number() -> None:
    assert ean13(1) == "2000000000015"


def test_slug_drops_accents_and_apostrophes() -> None:
    assert slug("Névé Chef's Knife, 15 cm") == "neve-chefs-knife-15-cm"
