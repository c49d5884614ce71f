"""Loads products for the command line, with a progress bar and a word about what was done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import select

from app.resources import Resources
from models import Product
from services.catalog_import import import_catalogue, open_lines
from services.demo.catalogue import demo_catalogue

_CONSOLE = Console(stderr=True)


@contextmanager
def _progress(task: str) -> Iterator[Callable[[int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,}"))
    with Progress(*columns, TimeElapsedColumn(), console=_CONSOLE) as progress:
        bar = progress.add_task(task, total=None)
        yield lambda done: progress.update(bar, completed=done)


async def import_file(resources: Resources, file: Path) -> None:
    """Import a JSONL file and index its products; what it skips goes into a file beside it."""
    rejects = file.with_name(f"{file.name.partition('.')[0]}.rejects.jsonl")
    with _progress("Importing") as progress:
        report = await import_catalogue(
            resources.database, open_lines(file), rejects=rejects, progress=progress
        )
    _CONSOLE.print(
        f"{report.lines:,} lines in {report.seconds:.1f} s: products {report.products}, "
        f"variants {report.variants}."
    )
    if report.rejected:
        _CONSOLE.print(f"{report.rejected:,} lines were skipped; {rejects} says why.")
    await reindex(resources)


async def load_demo(resources: Resources) -> None:
    """Load the demo catalogue into an empty shop; any other shop is left as it is."""
    if await resources.database.fetch(select(Product.id).limit(1), {}):
        return
    with _progress("Loading the demo catalogue") as progress:
        await import_catalogue(resources.database, demo_catalogue(), progress=progress)
    await reindex(resources)


async def reindex(resources: Resources) -> None:
    with _progress("Indexing for search") as progress:
        await resources.search.reindex(progress)
