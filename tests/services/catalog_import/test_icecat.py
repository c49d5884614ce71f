"""The whole real catalogue."""

from pathlib import Path

import pytest

from core.database import Database
from services.catalog_import import Counts, import_catalogue, open_lines
from tests.services.catalog_import.articles import fetch, snapshot

pytestmark = pytest.mark.anyio

PRODUCTS = 17_086 + 511
VARIANTS = 19_406


async def test_the_real_catalogue_is_imported_and_then_left_alone(
    database: Database, icecat: Path, tmp_path: Path
) -> None:
    file, rejects = icecat / "catalog.jsonl.gz", tmp_path / "rejects.jsonl"

    report = await import_catalogue(database, open_lines(file), rejects=rejects)

    assert (report.lines, report.rejected) == (VARIANTS, 0)
    assert not rejects.exists()
    assert report.products == Counts(created=PRODUCTS, updated=0, unchanged=0)
    assert report.variants == Counts(created=VARIANTS, updated=0, unchanged=0)
    assert await fetch(
        database,
        "SELECT (SELECT count(*) FROM products WHERE status = 'active'),"
        " (SELECT count(*) FROM variants), (SELECT count(*) FROM stock_levels),"
        " (SELECT count(*) FROM categories)",
    ) == [(PRODUCTS, VARIANTS, VARIANTS, 66)]

    before = await snapshot(database)
    again = await import_catalogue(database, open_lines(file))

    assert again.products == Counts(created=0, updated=0, unchanged=PRODUCTS)
    assert again.variants == Counts(created=0, updated=0, unchanged=VARIANTS)
    assert await snapshot(database) == before
