"""Loads products for the command line, with a progress bar and a word about what was done."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import func, select

from app.jobs import running_job
from app.resources import Resources
from models import Product, ProductStatus
from services.catalog_import import import_catalogue, open_lines
from services.demo.catalogue import demo_catalogue
from services.jobs import JobKind

_CONSOLE = Console(stderr=True)
_INDEXING = "Indexing for search"


@contextmanager
def _progress(task: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,}"))
    with Progress(*columns, TimeElapsedColumn(), console=_CONSOLE) as progress:
        bar = progress.add_task(task, total=total)
        yield lambda done: progress.update(bar, completed=done)


@asynccontextmanager
async def _job(
    resources: Resources, kind: JobKind, task: str, total: int | None
) -> AsyncIterator[Callable[[int], None]]:
    """Do work as a job that is followed here, by its bar, and in the graph."""
    async with running_job(resources, kind, total) as advance:
        with _progress(task, total) as show:

            def tell(done: int) -> None:
                show(done)
                advance(done)

            yield tell


async def import_file(resources: Resources, file: Path) -> None:
    """Import a JSONL file and index its products; what it skips goes into a file beside it."""
    rejects = file.with_name(f"{file.name.partition('.')[0]}.rejects.jsonl")
    async with _job(resources, JobKind.CATALOG_IMPORT, "Importing", _count(file)) as progress:
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


def _count(file: Path) -> int | None:
    """Count the lines of a file; None of what can be read only once, such as a pipe."""
    return sum(1 for _ in open_lines(file)) if file.is_file() else None


async def load_demo(resources: Resources) -> None:
    """Load the demo catalogue into an empty shop; any other shop is left as it is."""
    if await resources.database.fetch(select(Product.id).limit(1), {}):
        return
    with _progress("Loading the demo catalogue") as progress:
        await import_catalogue(resources.database, demo_catalogue(), progress=progress)
    with _progress(_INDEXING) as progress:
        await resources.search.reindex(progress)


async def reindex(resources: Resources) -> None:
    """Rebuild the index of the search."""
    active = select(func.count()).where(Product.status == ProductStatus.ACTIVE)
    ((total,),) = await resources.database.fetch(active, {})
    async with _job(resources, JobKind.SEARCH_REINDEX, _INDEXING, total) as progress:
        await resources.search.reindex(progress)
