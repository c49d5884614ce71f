"""What rows a file becomes."""

import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from core.database import Database
from services.catalog_import import Counts, import_catalogue, open_lines
from tests.services.catalog_import.articles import article, fetch, snapshot

pytestmark = pytest.mark.anyio

GROUP = [
    article(
        3,
        name="Desk lamp with arm, red",
        variant_group="G",
        variant_options={"size": "S", "colour": "Red"},
        features={"colour": ["Red"], "weight": ["2"], "port": ["A", "B"]},
    ),
    article(1),
    article(
        2,
        name="Desk lamp with arm, green",
        variant_group="G",
        variant_options={"colour": "Green", "size": "S"},
        released="2019-05-01",
        features={"colour": ["Green"], "weight": ["2"], "port": ["B", "C"], "lit": ["no"]},
        image_url=None,
        brand="Other",
        category=["Office"],
    ),
]


async def test_a_file_becomes_products_in_its_order(database: Database) -> None:
    report = await import_catalogue(database, GROUP)

    assert (report.lines, report.rejected) == (3, 0)
    assert report.products == Counts(created=2, updated=0, unchanged=0)
    assert report.variants == Counts(created=3, updated=0, unchanged=0)
    assert await fetch(
        database,
        "SELECT external_id, products.name, products.slug, brand, description, categories.name,"
        " status, released_on, currency, price_from_minor, price_to_minor, attributes"
        " FROM products JOIN categories ON categories.id = category_id ORDER BY products.id",
    ) == [
        (
            "group:G",
            "Desk lamp with arm",
            "lamp-3",
            "Lumen",
            "A lamp",
            "Lamps",
            "active",
            date(2019, 5, 1),
            "EUR",
            200,
            300,
            {
                "colour": ["Red", "Green"],
                "weight": ["2"],
                "port": ["A", "B", "C"],
                "lit": ["no"],
            },
        ),
        (
            "article:1",
            "Lamp 1",
            "lamp-1",
            "Lumen",
            "A lamp",
            "Lamps",
            "active",
            date(2020, 1, 31),
            "EUR",
            100,
            100,
            {"colour": ["Red"], "net__weight": ["1.5"], "dimmable": ["yes"]},
        ),
    ]


async def test_articles_become_variants_with_stock(database: Database) -> None:
    await import_catalogue(database, GROUP)

    assert await fetch(
        database,
        "SELECT external_id, sku, variants.name, mpn, eans, options, position,"
        " variants.currency, price_minor, on_hand, reserved"
        " FROM variants JOIN products ON products.id = product_id"
        " JOIN stock_levels ON variant_id = variants.id ORDER BY products.id, position",
    ) == [
        (
            "group:G",
            "SKU-3",
            "Desk lamp with arm, red",
            "M3",
            ["12345678"],
            [{"name": "colour", "value": "Red"}, {"name": "size", "value": "S"}],
            0,
            "EUR",
            300,
            3,
            0,
        ),
        (
            "group:G",
            "SKU-2",
            "Desk lamp with arm, green",
            "M2",
            ["12345678"],
            [{"name": "colour", "value": "Green"}, {"name": "size", "value": "S"}],
            1,
            "EUR",
            200,
            2,
            0,
        ),
        ("article:1", "SKU-1", "Lamp 1", "M1", ["12345678"], [], 0, "EUR", 100, 1, 0),
    ]


async def test_pictures_are_those_of_the_articles_once_each(database: Database) -> None:
    pictures = ["/b.jpg", "/a.jpg", "/b.jpg"]
    await import_catalogue(
        database,
        [
            article(number, name="Lamp", variant_group="G", image_url=url)
            for number, url in enumerate(pictures)
        ],
    )

    assert await fetch(database, "SELECT position, url, alt_text FROM media ORDER BY position") == [
        (0, "/b.jpg", "Lamp"),
        (1, "/a.jpg", "Lamp"),
    ]


async def test_categories_of_any_depth_are_made_once(database: Database) -> None:
    deep = [f"Level {depth}" for depth in range(1, 11)]
    await import_catalogue(
        database,
        [
            article(1, category=deep),
            article(2, category=deep[:3]),
            article(3, category=["Café & Thé"]),
            article(4, category=["Cafe", "The"]),
            article(5, category=["灯"]),
        ],
    )

    rows = await fetch(
        database,
        "SELECT name, slug, (SELECT array_agg(above.name ORDER BY depth)"
        " FROM unnest(path) WITH ORDINALITY AS step (id, depth)"
        " JOIN categories AS above ON above.id = step.id) FROM categories ORDER BY id",
    )
    assert rows == [
        ("Cafe", "cafe", ["Cafe"]),
        ("The", "cafe-the", ["Cafe", "The"]),
        ("Café & Thé", "cafe-the-2", ["Café & Thé"]),
        *(
            (
                name,
                "-".join(f"level-{number}" for number in range(1, depth + 1)),
                deep[:depth],
            )
            for depth, name in enumerate(deep, start=1)
        ),
        ("灯", "category", ["灯"]),
    ]


async def test_an_existing_category_is_used(database: Database) -> None:
    await import_catalogue(database, [article(1)])
    before = (await snapshot(database))["categories"]

    await import_catalogue(database, [article(2, category=["Home", "Beds"])])

    after = (await snapshot(database))["categories"]
    assert len(before) == 2
    assert len(after) == 3
    assert set(before) < set(after)


async def test_attributes_are_named_and_their_kind_is_that_of_all_values(
    database: Database,
) -> None:
    features = {
        "package__depth": ["-1.50", "7"],
        "fan": ["yes", "no"],
        "slots": ["2", "two"],
        "mixed": ["yes", "1"],
    }
    await import_catalogue(database, [article(1, features=features)])

    definitions = "SELECT key, name, kind FROM attribute_definitions ORDER BY key"
    assert await fetch(database, definitions) == [
        ("fan", "Fan", "BOOLEAN"),
        ("mixed", "Mixed", "TEXT"),
        ("package__depth", "Package depth", "NUMBER"),
        ("slots", "Slots", "TEXT"),
    ]

    await import_catalogue(database, [article(2, features={"package__depth": ["deep"]})])

    assert ("package__depth", "Package depth", "TEXT") in await fetch(database, definitions)


@pytest.mark.parametrize(
    ("names", "name"),
    [
        (["Coated paper-914 mm", "Coated paper-1372 mm"], "Coated paper"),
        (["Lamp", "Lamp red"], "Lamp"),
        (["Patch cable 1.5 m", "Patch cable 1.0 m"], "Patch cable"),
        (["Langes Kabel für 1", "Langes Kabel fünf"], "Langes Kabel"),
        (["Same", "Same"], "Same"),
        (["A red and rather long name", "A blue one"], "A red and rather long name"),
        (["Red lamp", "Blue lamp"], "Red lamp"),
        (["Chair (oak), S", "Chair (oak), M", "Chair (oak), L"], "Chair (oak)"),
    ],
)
async def test_a_group_is_named_by_what_its_members_share(
    database: Database, names: list[str], name: str
) -> None:
    await import_catalogue(
        database,
        [article(n, name=member, variant_group="G") for n, member in enumerate(names)],
    )

    assert await fetch(database, "SELECT name FROM products") == [(name,)]


async def test_lines_are_read_from_plain_and_packed_files(
    database: Database, tmp_path: Path
) -> None:
    lines = [json.dumps(line) for line in GROUP]
    plain, packed = tmp_path / "a.jsonl", tmp_path / "a.jsonl.gz"
    plain.write_text("\n".join(lines))
    packed.write_bytes(gzip.compress(plain.read_bytes()))

    assert list(open_lines(plain)) == list(open_lines(packed))
    report = await import_catalogue(database, open_lines(packed))

    assert (report.lines, report.rejected, report.variants.created) == (3, 0, 3)


async def test_progress_is_told(database: Database) -> None:
    told: list[int] = []

    await import_catalogue(database, (article(n) for n in range(2_500)), progress=told.append)

    assert told == [1_000, 2_000, 2_500]
