"""Times the import of the icecat catalogue against the least that PostgreSQL needs for its rows.

The least is a binary COPY of the same rows into tables without keys, constraints or indexes. Run
it from the root: `PYSHOP_DATA=../shared/data python -m benchmarks.catalog_import`.
It makes a database of its own, on the server of `PYSHOP_DATABASE_URL` or on an embedded one.
"""
# ruff: noqa: T201 - What a benchmark prints is its result.

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import asyncpg
from sqlalchemy import make_url

from core.database import open_database
from core.embedded.servers import embedded_servers
from core.migrations import migrate
from core.settings import Settings
from services.catalog_import import import_catalogue, open_lines

TABLES = (
    "categories",
    "attribute_definitions",
    "products",
    "variants",
    "stock_levels",
    "media",
    "events",
)
SCRATCH = "pyshop_benchmark_catalog_import"
_PROCESS = Path("/proc/self")


def restart_peak() -> None:
    # Linux then counts the peak afresh, from what the process holds now.
    (_PROCESS / "clear_refs").write_text("5")


def peak_megabytes() -> float:
    status = (_PROCESS / "status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024


@asynccontextmanager
async def scratch_database(server: str) -> AsyncIterator[str]:
    connection = await asyncpg.connect(server)
    await connection.execute(f"DROP DATABASE IF EXISTS {SCRATCH}")
    await connection.execute(f"CREATE DATABASE {SCRATCH}")
    try:
        yield make_url(server).set(database=SCRATCH).render_as_string(hide_password=False)
    finally:
        await connection.execute(f"DROP DATABASE {SCRATCH}")
        await connection.close()


async def time_import(url: str, file: Path) -> float:
    database = open_database(Settings(database_url=url))
    await migrate(database)
    restart_peak()
    print(f"memory before the import: {peak_megabytes():.0f} MB")
    first = await import_catalogue(database, open_lines(file))
    print(f"import: {first.seconds:.2f} s, peak {peak_megabytes():.0f} MB, {first}")
    again = await import_catalogue(database, open_lines(file))
    print(f"import again, nothing new: {again.seconds:.2f} s")
    await database.close()
    return first.seconds


async def time_bare_copy(url: str, folder: Path) -> float:
    connection = await asyncpg.connect(url)
    for table in TABLES:
        await connection.copy_from_table(table, output=folder / table, format="binary")
        await connection.execute(f"CREATE TABLE bare_{table} (LIKE {table})")
    restart_peak()
    started = perf_counter()
    async with connection.transaction():
        for table in TABLES:
            await connection.copy_to_table(f"bare_{table}", source=folder / table, format="binary")
    seconds = perf_counter() - started
    print(f"bare COPY of the rows: {seconds:.2f} s, peak {peak_megabytes():.0f} MB")
    await connection.close()
    return seconds


async def compare(server: str, file: Path, folder: Path) -> None:
    async with scratch_database(server) as url:
        imported = await time_import(url, file)
        copied = await time_bare_copy(url, folder)
    print(f"ratio: {imported / copied:.1f}")


def main() -> None:
    file = Path(os.environ["PYSHOP_DATA"]) / "icecat" / "catalog.jsonl.gz"
    with TemporaryDirectory() as state, TemporaryDirectory() as folder:
        # Run by root, PostgreSQL is another user, who must get through to its data.
        Path(state).chmod(0o711)
        # Any URL keeps Valkey from being started, which has no part in this.
        settings = Settings(state_dir=Path(state), redis_url="redis://unused")
        with embedded_servers(settings) as running:
            asyncio.run(compare(running.database_url or "", file, Path(folder)))


if __name__ == "__main__":
    main()
