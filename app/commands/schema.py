from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from app.changelog import is_logged, log_changes
from app.event_types_page import PATH, event_types_page
from app.schemas import stale_schemas, write_schemas
from core.errors import SetupError
from core.settings import ROOT
from execution.sdl import api_sdl
from schema.graph import SUBGRAPHS, build_schema

SubgraphName = StrEnum("SubgraphName", {name.upper(): name for name in SUBGRAPHS})  # type: ignore[misc]
Subgraph = Annotated[SubgraphName | None, typer.Option(help="Only what this subgraph owns.")]

schema_app = typer.Typer(no_args_is_help=True, help="The graph's schema.")


@schema_app.command("print")
def schema_print(
    *,
    subgraph: Subgraph = None,
    without_tag: Annotated[
        str | None, typer.Option(help="Show the graph without the fields that carry it.")
    ] = None,
    check: Annotated[bool, typer.Option(help="Only compare; fail where one differs.")] = False,
) -> None:
    """Write schema.graphql and subgraphs/, or show one subgraph or a contract of the graph."""
    if subgraph is not None:
        typer.echo(build_schema(subgraph.value, without_tag=without_tag).sdl, nl=False)
    elif without_tag is not None:
        typer.echo(api_sdl(build_schema(without_tag=without_tag)), nl=False)
    elif not check:
        write_schemas(ROOT)
    elif stale := stale_schemas(ROOT):
        raise SetupError(f"{', '.join(stale)} out of date: run bin/pyshop schema print.")


@schema_app.command("events")
def schema_events(
    *,
    check: Annotated[bool, typer.Option(help="Only compare; fail where it differs.")] = False,
) -> None:
    """Write docs/event-types.md, the page about the types of events."""
    page, path = event_types_page(), ROOT / PATH
    if not check:
        path.write_text(page)
    elif not path.exists() or path.read_text() != page:
        raise SetupError(f"{PATH} is out of date: run bin/pyshop schema events.")


@schema_app.command("changelog")
def schema_changelog(
    *,
    check: Annotated[bool, typer.Option(help="Only fail where an entry is missing.")] = False,
    premature: Annotated[
        str | None, typer.Option(help="Why something goes that was not deprecated long enough.")
    ] = None,
) -> None:
    """Write to CHANGELOG-API.md what changed in schema.graphql since the newest entry."""
    if not check:
        log_changes(ROOT, datetime.now(UTC).date(), premature)
    elif not is_logged(ROOT):
        raise SetupError("CHANGELOG-API.md does not lead to schema.graphql: run make changelog.")
