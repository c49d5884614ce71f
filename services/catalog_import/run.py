"""The import: stage every line, reject what clashes, merge the rest, all in one transaction."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from core.database import Database
from core.viewer import ANONYMOUS
from services.catalog.recording import record
from services.catalog_import import merging, staging
from services.catalog_import.categories import create_categories
from services.catalog_import.lines import (
    Article,
    BadLineError,
    encode_line,
    excerpt,
    read_article,
)
from services.catalog_import.rejects import Rejects, rejects_to
from services.event_types import PRODUCT_IMPORTED

LINES_BETWEEN_REPORTS = 1_000
# Their payloads are in memory together.
EVENTS_AT_ONCE = 500


@dataclass(frozen=True)
class Counts:
    created: int
    updated: int
    unchanged: int


@dataclass(frozen=True)
class ImportReport:
    """What an import did; stock and pictures do not make a variant or product an updated one."""

    lines: int
    rejected: int
    products: Counts
    variants: Counts
    seconds: float


def _row(number: int, line: bytes, article: Article) -> tuple[object, ...]:
    """Return the values of `staging.ARTICLE_COLUMNS`."""
    options = [
        {"name": name, "value": value} for name, value in sorted(article.variant_options.items())
    ]
    return (
        number,
        excerpt(line),
        article.product,
        article.id,
        article.sku,
        article.mpn,
        article.name,
        article.slug,
        article.brand,
        article.description,
        article.category,
        article.eans,
        orjson.dumps(options).decode(),
        article.price_minor,
        article.currency,
        article.released,
        orjson.dumps(article.features).decode(),
        article.image_url,
        article.synthetic_stock,
    )


def _rows(
    lines: Iterable[bytes | Mapping[str, object]], rejects: Rejects, progress: Callable[[int], None]
) -> Iterator[tuple[object, ...]]:
    for number, given in enumerate(lines, start=1):
        line = encode_line(given)
        try:
            yield _row(number, line, read_article(line))
        except BadLineError as error:
            rejects.add(number, error.field, str(error), excerpt(line))
        if number % LINES_BETWEEN_REPORTS == 0:
            progress(number)


async def _copy(connection: AsyncConnection, rows: Iterator[tuple[object, ...]]) -> int:
    """Stream rows into `import_articles` and return their number."""
    driver: Any = (await connection.get_raw_connection()).driver_connection
    status: str = await driver.copy_records_to_table(
        "import_articles", records=rows, columns=staging.ARTICLE_COLUMNS
    )
    return int(status.removeprefix("COPY "))


async def _run(connection: AsyncConnection, *steps: str) -> None:
    for step in steps:
        await connection.execute(text(step))


async def _reject_clashes(connection: AsyncConnection, rejects: Rejects) -> None:
    """Take away the lines that are well formed but clash with others or with the shop."""
    for field, statement in staging.REJECTIONS:
        async with connection.stream(text(statement)) as found:
            async for row in found:
                rejects.add(row.line, field, row.error, row.text)


async def _merge(connection: AsyncConnection, statement: str) -> Counts:
    merged = (await connection.execute(text(statement))).one()
    return Counts(merged.created, merged.updated, merged.unchanged)


async def _merge_staged(connection: AsyncConnection) -> tuple[Counts, Counts]:
    await create_categories(connection)
    await _run(
        connection, staging.CREATE_CATEGORIES, staging.CREATE_PRODUCTS, merging.CREATE_CHANGED
    )
    await _run(connection, staging.ANALYZE_PRODUCTS, *staging.COMPLETE_PRODUCTS)
    products = await _merge(connection, merging.MERGE_PRODUCTS)
    variants = await _merge(connection, merging.MERGE_VARIANTS)
    await _run(connection, *merging.FINISH, *merging.STOCK)
    return products, variants


async def _tell(connection: AsyncConnection) -> None:
    """Record an event of each product that was changed, with all that was changed of it.

    Staff wait for the lock on the tables before they lock a product, so nobody else numbers its
    events meanwhile.
    """
    changed = (await connection.execute(text(merging.CHANGED))).scalars().all()
    async with AsyncSession(connection) as session:
        for first in range(0, len(changed), EVENTS_AT_ONCE):
            ids = changed[first : first + EVENTS_AT_ONCE]
            await record(session, ANONYMOUS, PRODUCT_IMPORTED, ids)


async def import_catalogue(
    database: Database,
    lines: Iterable[bytes | Mapping[str, object]],
    *,
    rejects: Path | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> ImportReport:
    """Bring products, variants, stock, pictures and categories to what the lines say.

    All of it is one transaction, and a second run with the same lines writes no row. What the
    lines do not name stays as it is: a product, a variant, a category. The pictures of a product
    that they do name become theirs. Each product of which anything changed gets one event. The
    worker does not index what those name: whoever keeps a search index refreshes it afterwards.

    Bad lines are skipped and written to the file `rejects`, one JSON object each: first those that
    are bad by themselves, then those that clash with other lines or with the shop. `progress` is
    told the number of lines read so far, once in a while. The loop is busy while lines are read,
    so that this is for a command and not for a server's process.
    """
    started = monotonic()
    with rejects_to(rejects) as rejected:
        async with database.engine.begin() as connection:
            await _run(connection, staging.CREATE_ARTICLES, staging.MORE_MEMORY)
            staged = await _copy(connection, _rows(lines, rejected, progress))
            read = staged + rejected.count
            await _run(connection, staging.ANALYZE_ARTICLES, staging.LOCK_CATALOGUE)
            await _reject_clashes(connection, rejected)
            products, variants = await _merge_staged(connection)
            await _tell(connection)
        async with database.engine.begin() as connection:
            await _run(connection, merging.ANALYZE_SHOP)
    progress(read)
    return ImportReport(read, rejected.count, products, variants, monotonic() - started)
