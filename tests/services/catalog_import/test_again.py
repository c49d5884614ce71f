"""What further imports change, and above all what they leave."""

import anyio
import pytest
from sqlalchemy import text

from core.database import Database
from services.catalog_import import Counts, import_catalogue
from tests.services.catalog_import.articles import article, fetch, snapshot

pytestmark = pytest.mark.anyio

CATALOGUE = [
    article(1),
    article(2, variant_group="G", name="Desk lamp red"),
    article(3, variant_group="G", name="Desk lamp blue"),
]


async def execute(database: Database, statement: str) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(text(statement))


async def test_the_same_file_writes_no_row(database: Database) -> None:
    await import_catalogue(database, CATALOGUE)
    before = await snapshot(database)

    report = await import_catalogue(database, CATALOGUE)

    assert report.products == Counts(created=0, updated=0, unchanged=2)
    assert report.variants == Counts(created=0, updated=0, unchanged=3)
    assert await snapshot(database) == before


async def test_a_changed_line_updates_its_rows_alone(database: Database) -> None:
    await import_catalogue(database, CATALOGUE)
    changing = "SELECT sku, id, updated_at FROM variants ORDER BY sku"
    one, *others = await fetch(database, changing)

    changed = article(1, price_minor=999, name="New", synthetic_stock=50, image_url="/new.jpg")
    report = await import_catalogue(database, [changed, *CATALOGUE[1:]])

    assert report.products == Counts(created=0, updated=1, unchanged=1)
    assert report.variants == Counts(created=0, updated=1, unchanged=2)
    one_after, *others_after = await fetch(database, changing)
    assert others_after == others
    assert one_after[:2] == one[:2]
    assert one_after[2] > one[2]
    assert await fetch(
        database,
        "SELECT products.name, price_from_minor, price_to_minor, price_minor, on_hand, url,"
        " alt_text FROM products JOIN variants ON variants.product_id = products.id"
        " JOIN media ON media.product_id = products.id"
        " JOIN stock_levels ON variant_id = variants.id WHERE external_id = 'article:1'",
    ) == [("New", 999, 999, 999, 50, "/new.jpg", "New")]


async def test_what_the_file_does_not_name_stays(database: Database) -> None:
    await import_catalogue(database, CATALOGUE)
    before = await snapshot(database)

    await import_catalogue(database, CATALOGUE[2:])

    after = await snapshot(database)
    assert set(before["variants"]) - set(after["variants"]) == {
        row for row in before["variants"] if "SKU-3" in row[1]
    }
    assert await fetch(
        database,
        "SELECT external_id, price_from_minor, price_to_minor FROM products ORDER BY 1",
    ) == [("article:1", 100, 100), ("group:G", 200, 300)]


async def test_stock_does_not_fall_below_what_is_reserved(database: Database) -> None:
    await import_catalogue(database, [article(9)])
    await execute(database, "UPDATE stock_levels SET reserved = 5")

    await import_catalogue(database, [article(9, synthetic_stock=2)])
    assert await fetch(database, "SELECT on_hand, reserved FROM stock_levels") == [(5, 5)]

    await import_catalogue(database, [article(9, synthetic_stock=8)])
    assert await fetch(database, "SELECT on_hand, reserved FROM stock_levels") == [(8, 5)]


async def test_staffs_decisions_stay(database: Database) -> None:
    await import_catalogue(database, CATALOGUE)
    await execute(
        database,
        "UPDATE products SET status = CASE WHEN brand = 'Lumen' AND external_id = 'article:1'"
        " THEN 'retired' ELSE 'draft' END",
    )
    await execute(database, "UPDATE attribute_definitions SET name = 'Tint' WHERE key = 'colour'")

    await import_catalogue(database, CATALOGUE)

    assert await fetch(database, "SELECT external_id, status FROM products ORDER BY 1") == [
        ("article:1", "retired"),
        ("group:G", "active"),
    ]
    assert ("Tint",) in await fetch(database, "SELECT name FROM attribute_definitions")


async def test_a_taken_slug_gets_a_suffix_and_keeps_it(database: Database) -> None:
    await import_catalogue(database, [article(1, slug="lamp"), article(2, slug="lamp-2")])
    lines = [article(3, slug="lamp"), article(4, slug="lamp-3"), article(5, slug="lamp-2")]
    slugs = "SELECT external_id, slug FROM products ORDER BY 1"
    expected = [
        ("article:1", "lamp"),
        ("article:2", "lamp-2"),
        ("article:3", "lamp-4"),
        ("article:4", "lamp-3"),
        ("article:5", "lamp-2-2"),
    ]

    await import_catalogue(database, lines)
    assert await fetch(database, slugs) == expected

    await execute(database, "UPDATE products SET slug = 'other' WHERE external_id = 'article:1'")
    before = await snapshot(database)
    await import_catalogue(database, lines)
    assert await snapshot(database) == before


async def test_products_may_swap_slugs(database: Database) -> None:
    await import_catalogue(database, [article(1, slug="a"), article(2, slug="b")])
    swapped = [article(1, slug="b"), article(2, slug="a")]

    await import_catalogue(database, swapped)
    before = await snapshot(database)
    await import_catalogue(database, swapped)

    assert await snapshot(database) == before
    assert await fetch(database, "SELECT slug FROM products ORDER BY slug") == [
        ("a-2",),
        ("b-2",),
    ]


async def test_an_article_that_joins_a_group_takes_its_variant_along(database: Database) -> None:
    await import_catalogue(database, CATALOGUE)
    ids = "SELECT sku, id FROM variants ORDER BY sku"
    before = await fetch(database, ids)
    owners = (
        "SELECT external_id, status, price_from_minor, price_to_minor,"
        " (SELECT array_agg(sku ORDER BY position) FROM variants WHERE product_id = products.id)"
        " FROM products ORDER BY 1"
    )

    await import_catalogue(database, [article(1, variant_group="G")])

    assert await fetch(database, ids) == before
    assert await fetch(database, owners) == [
        ("article:1", "draft", None, None, None),
        ("group:G", "active", 100, 300, ["SKU-2", "SKU-1", "SKU-3"]),
    ]

    await import_catalogue(database, [article(1)])

    assert await fetch(database, ids) == before
    assert await fetch(database, owners) == [
        ("article:1", "active", 100, 100, ["SKU-1"]),
        ("group:G", "active", 200, 300, ["SKU-2", "SKU-3"]),
    ]


async def test_pictures_no_line_names_any_more_go(database: Database) -> None:
    await import_catalogue(database, CATALOGUE)

    await import_catalogue(
        database,
        [article(1, image_url=None), *({**line, "image_url": "/x"} for line in CATALOGUE[1:])],
    )

    assert await fetch(database, "SELECT position, url FROM media") == [(0, "/x")]


async def test_imports_at_the_same_time_follow_each_other(database: Database) -> None:
    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(import_catalogue, database, CATALOGUE)

    once = await snapshot(database)
    await import_catalogue(database, CATALOGUE)
    assert await snapshot(database) == once
    assert await fetch(database, "SELECT count(*) FROM variants") == [(3,)]
