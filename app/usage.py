"""Tells the command line which clients use which elements of the graph."""

from datetime import UTC, datetime, timedelta

import typer

from app.resources import Resources
from core.errors import SetupError
from execution.coordinates import elements
from execution.deprecations import deprecations
from execution.usage import uses_of_elements
from schema import graph
from services.document_uses import uses


async def show_usage(
    resources: Resources, days: int, coordinate: str | None, *, everything: bool
) -> None:
    """Print who used what in the last days: what is deprecated, an element, or everything.

    Raises SetupError for an element that the graph does not have.
    """
    api = graph.build_schema().core
    if coordinate is not None and coordinate not in elements(api):
        raise SetupError(f"The graph has no {coordinate}.")
    since = datetime.now(UTC).date() - timedelta(days=days)
    async with resources.database.session.begin() as session:
        found = await uses(session, since)
    wanted = {coordinate} if coordinate else deprecations(api).keys()
    rows = [
        each
        for each in uses_of_elements(
            api, [(use.client, use.body, use.count, use.last_day) for use in found]
        )
        if everything or each.coordinate in wanted
    ]
    for each in rows:
        typer.echo(f"{each.coordinate:40} {each.client:20} {each.count:10} {each.last_day}")
    if not rows:
        typer.echo(f"None of that was used since {since}.")
