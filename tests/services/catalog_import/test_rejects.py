"""Bad lines are named and skipped, and nothing else is lost."""

from collections.abc import Iterator
from pathlib import Path

import anyio
import orjson
import pytest
from sqlalchemy import text

from core.database import Database
from services.catalog_import import import_catalogue, open_lines
from services.catalog_import.lines import MAX_LINE_BYTES
from tests.services.catalog_import.articles import article, fetch, read_rejects, snapshot

pytestmark = pytest.mark.anyio

LONG = "x" * 20_001
BAD_VALUES: list[tuple[str, object]] = [
    ("id", ""),
    ("id", 7),
    ("id", "7" * 101),
    ("sku", " "),
    ("sku", None),
    ("sku", "S\0"),
    ("mpn", ""),
    ("mpn", LONG),
    ("name", ""),
    ("name", "n\0"),
    ("name", "x" * 501),
    ("slug", ""),
    ("slug", "Lamp"),
    ("slug", "lamp--7"),
    ("slug", "x" * 201),
    ("brand", ""),
    ("brand", 5),
    ("description", None),
    ("description", LONG),
    ("category", []),
    ("category", ["Home", ""]),
    ("category", "Home"),
    ("category", ["x"] * 11),
    ("category", ["x" * 201]),
    ("eans", None),
    ("eans", ["1234567"]),
    ("eans", [12345678]),
    ("eans", ["12345678"] * 201),
    ("price_minor", -1),
    ("price_minor", 1.5),
    ("price_minor", "100"),
    ("price_minor", True),
    ("price_minor", 10**12 + 1),
    ("currency", "eur"),
    ("currency", "EURO"),
    ("currency", ""),
    ("released", "86400"),
    ("released", "2020-02-30"),
    ("released", 20200101),
    ("features", []),
    ("features", {"": ["x"]}),
    ("features", {"__": ["x"]}),
    ("features", {"Colour=": ["x"]}),
    ("features", {"colour": []}),
    ("features", {"colour": "Red"}),
    ("features", {"colour": ["R\0"]}),
    ("features", {"colour": ["x" * 10_001]}),
    ("features", {"colour": ["x"] * 101}),
    ("features", {f"key{number}": ["x"] for number in range(501)}),
    ("image_url", ""),
    ("image_url", "javascript:alert(1)"),
    ("image_url", "https://images.example/" + LONG),
    ("synthetic_stock", -1),
    ("synthetic_stock", None),
    ("variant_group", ""),
    ("variant_options", None),
    ("variant_options", {"size": 5}),
    ("variant_options", {str(number): "x" for number in range(11)}),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rejects.jsonl"


async def test_every_bad_value_is_named(database: Database, path: Path) -> None:
    bad = [article(number, **{f: v}) for number, (f, v) in enumerate(BAD_VALUES, start=1)]

    report = await import_catalogue(database, [*bad, article(0)], rejects=path)

    found = read_rejects(path)
    assert [reject["field"] for reject in found] == [field for field, _ in BAD_VALUES]
    assert [reject["line"] for reject in found] == list(range(1, len(bad) + 1))
    assert all(reject["error"] for reject in found)
    assert [reject["text"] for reject in found] == [
        orjson.dumps(line).decode()[:500] for line in bad
    ]
    assert (report.lines, report.rejected) == (len(bad) + 1, len(bad))
    assert await fetch(database, "SELECT sku FROM variants") == [("SKU-0",)]


@pytest.mark.parametrize("field", list(article(1)))
async def test_every_field_must_be_there(database: Database, path: Path, field: str) -> None:
    line = article(1)
    del line[field]

    await import_catalogue(database, [line, article(2)], rejects=path)

    assert [(reject["line"], reject["field"]) for reject in read_rejects(path)] == [(1, field)]
    assert await fetch(database, "SELECT sku FROM variants") == [("SKU-2",)]


@pytest.mark.parametrize(
    "line", [b"", b"{", b"[1]", b"null", b'"x"', b"\xff", b'{"id": "\\ud800"}', b"\0", b"[" * 5_000]
)
async def test_what_is_no_json_object_is_skipped(
    database: Database, path: Path, line: bytes
) -> None:
    report = await import_catalogue(database, [line, article(1)], rejects=path)

    assert [(reject["line"], reject["field"]) for reject in read_rejects(path)] == [(1, None)]
    assert (report.lines, report.rejected, report.variants.created) == (2, 1, 1)


async def test_what_json_cannot_say_is_skipped(database: Database, path: Path) -> None:
    lines = [article(1, name=object()), article(2, name="\ud800"), article(3)]

    await import_catalogue(database, lines, rejects=path)

    assert [reject["line"] for reject in read_rejects(path)] == [1, 2]
    assert await fetch(database, "SELECT sku FROM variants") == [("SKU-3",)]


async def test_an_endless_line_is_one_reject(
    database: Database, path: Path, tmp_path: Path
) -> None:
    file = tmp_path / "file.jsonl"
    endless = b'{"id": "' + b"x" * (2 * MAX_LINE_BYTES + 5)
    file.write_bytes(endless + b"\n" + orjson.dumps(article(1)) + b"\n")

    report = await import_catalogue(database, open_lines(file), rejects=path)

    assert (report.lines, report.rejected, report.variants.created) == (2, 1, 1)


async def test_of_lines_with_one_key_the_first_is_taken(database: Database, path: Path) -> None:
    lines = [
        article(1),
        article(2, id="1"),
        article(3, sku="SKU-1"),
        article(4, slug="lamp-1"),
        article(5),
    ]

    await import_catalogue(database, lines, rejects=path)

    assert [(r["line"], r["field"], r["error"]) for r in read_rejects(path)] == [
        (2, "id", "line 1 has it already"),
        (3, "sku", "line 1 has it already"),
        (4, "slug", "line 1 has it already"),
    ]
    assert await fetch(database, "SELECT sku FROM variants ORDER BY sku") == [
        ("SKU-1",),
        ("SKU-5",),
    ]


async def test_a_group_has_the_currency_of_its_first_article(
    database: Database, path: Path
) -> None:
    lines = [article(n, variant_group="G", currency=c) for n, c in enumerate(["EUR", "USD", "EUR"])]

    await import_catalogue(database, lines, rejects=path)

    assert [(r["line"], r["field"]) for r in read_rejects(path)] == [(2, "currency")]
    assert await fetch(database, "SELECT currency, count(*) FROM variants GROUP BY 1") == [
        ("EUR", 2)
    ]


async def test_a_new_currency_must_come_for_all_variants(database: Database, path: Path) -> None:
    members = [article(n, variant_group="G") for n in range(2)]
    await import_catalogue(database, members)
    dollars = [{**member, "currency": "USD"} for member in members]
    before = await snapshot(database)

    await import_catalogue(database, dollars[:1], rejects=path)

    assert [(r["line"], r["field"]) for r in read_rejects(path)] == [(1, "currency")]
    assert await snapshot(database) == before

    report = await import_catalogue(database, dollars, rejects=path)

    assert report.rejected == 0
    assert await fetch(database, "SELECT DISTINCT currency FROM variants") == [("USD",)]


async def test_a_variant_of_a_product_made_by_hand_is_not_taken(
    database: Database, path: Path
) -> None:
    await import_catalogue(database, [article(1)])
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE products SET external_id = NULL"))
    before = await snapshot(database)

    await import_catalogue(database, [article(1)], rejects=path)

    assert [(r["line"], r["field"]) for r in read_rejects(path)] == [(1, "sku")]
    assert await snapshot(database) == before


async def test_without_rejects_there_is_no_file(database: Database, path: Path) -> None:
    await import_catalogue(database, [b"{"], rejects=path)
    assert await anyio.Path(path).exists()

    await import_catalogue(database, [article(1)], rejects=path)
    assert not await anyio.Path(path).exists()


async def test_an_import_that_breaks_off_leaves_nothing(database: Database) -> None:
    def broken() -> Iterator[dict[str, object]]:
        yield from (article(number) for number in range(1_500))
        raise OSError("the disk is gone")

    before = await snapshot(database)

    with pytest.raises(OSError, match="the disk is gone"):
        await import_catalogue(database, broken())

    assert await snapshot(database) == before
    report = await import_catalogue(database, [article(1)])
    assert report.products.created == 1
