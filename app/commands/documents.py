from pathlib import Path
from typing import Annotated

import typer

from app.commands.resources import with_resources
from app.contracts import (
    Contract,
    check_contracts,
    committed_contracts,
    export_contracts,
    exported_contracts,
    registered_contracts,
)
from app.documents import (
    list_documents,
    publish_documents,
    read_documents,
    withdraw_document,
)
from app.resources import Resources
from app.usage import show_usage
from core.embedded.servers import has_database
from core.migrations import migrate
from core.settings import Settings

documents_app = typer.Typer(no_args_is_help=True, help="The documents that clients registered.")


@documents_app.command("publish")
def documents_publish(
    manifest: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    client: Annotated[str, typer.Option(help="Whose documents they are.")],
) -> None:
    """Register the operations of a manifest of @apollo/generate-persisted-query-manifest."""
    documents = read_documents(manifest)
    with_resources(lambda resources: publish_documents(resources, client, documents))


@documents_app.command("list")
def documents_list() -> None:
    """Show every registered document."""
    with_resources(list_documents)


@documents_app.command("withdraw")
def documents_withdraw(
    sha256: Annotated[str, typer.Argument(help="The hash that `documents list` shows.")],
    client: Annotated[str, typer.Option(help="Whose document it is.")],
    days: Annotated[int, typer.Option(min=1, help="How long it must not have been run.")] = 30,
) -> None:
    """Forget a document that nobody runs any more, so that no schema is held to it."""
    with_resources(lambda resources: withdraw_document(resources, client, sha256, days))


@documents_app.command("check")
def documents_check(
    schema: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, readable=True, help="Another than this graph's."),
    ] = None,
    manifest: Annotated[
        list[Path] | None,
        typer.Option(exists=True, dir_okay=False, readable=True, help="Of `documents export`."),
    ] = None,
) -> None:
    """Fail where a schema breaks a document of a client, naming client, operation and field.

    Held are the documents of our own client, those that are exported, and those of the database
    where there is one; an embedded one is brought to the newest revision first.
    """
    given = None if schema is None else schema.read_text()
    known = committed_contracts() + [
        each for path in manifest or () for each in exported_contracts(path)
    ]
    typer.echo(f"Documents in manifests: {len(known)}.")
    if has_database(Settings()):
        stored = _registered()
        typer.echo(f"Documents in the database: {len(stored)}.")
    else:
        stored = []
        typer.echo("There is no database here.")
    check_contracts(known + stored, given)
    typer.echo("All of them can be run, and find what they were promised.")


@documents_app.command("export")
def documents_export(
    folder: Annotated[Path, typer.Argument(file_okay=False, writable=True)],
) -> None:
    """Write a manifest for each client, for `documents check --manifest` where no database is."""
    export_contracts(_registered(), folder)


@documents_app.command("usage")
def documents_usage(
    *,
    field: Annotated[
        str | None, typer.Option(help="A schema coordinate, such as Product.slug.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, help="How far back.")] = 30,
    everything: Annotated[
        bool, typer.Option("--all", help="Not only what is deprecated, or one field.")
    ] = False,
) -> None:
    """Show which clients had documents run that use what is deprecated."""
    with_resources(lambda resources: show_usage(resources, days, field, everything=everything))


def _registered() -> list[Contract]:
    is_embedded = Settings().database_url is None
    found: list[Contract] = []

    async def read(resources: Resources) -> None:
        # Who has pulled a migration need not run the shop before its checks.
        if is_embedded:
            await migrate(resources.database)
        found.extend(await registered_contracts(resources))

    with_resources(read)
    return found
