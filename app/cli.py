"""The command line: `bin/pyshop`."""

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from app import server
from app.api_keys import create_key, list_keys, revoke_key, seed_demo_key
from app.catalogue import import_file, load_demo, reindex
from app.changelog import is_logged, log_changes
from app.contracts import (
    Contract,
    check_contracts,
    committed_contracts,
    export_contracts,
    exported_contracts,
    registered_contracts,
)
from app.doctor import diagnose
from app.documents import list_documents, publish_documents, read_documents
from app.resources import Resources, check_database, open_resources
from app.schemas import stale_schemas, write_schemas
from app.usage import show_usage
from app.users import ask_password, create_user, seed_demo_accounts
from app.worker import worker_beside
from core.embedded.servers import embedded_servers, has_database
from core.errors import SetupError
from core.logs import start_logging
from core.migrations import migrate
from core.secret_key import with_secret_key
from core.settings import ROOT, Settings
from execution.sdl import api_sdl
from schema.graph import SUBGRAPHS, build_schema
from services.accounts import Role
from services.api_keys import KeyTerms
from tasks.worker import run_worker

Port = Annotated[int, typer.Option(envvar="PORT", help="Where the API listens.")]
SubgraphName = StrEnum("SubgraphName", {name.upper(): name for name in SUBGRAPHS})  # type: ignore[misc]
Subgraph = Annotated[SubgraphName | None, typer.Option(help="Only what this subgraph owns.")]
Workers = Annotated[int, typer.Option(min=1, help="How many processes answer.")]

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Run and tend the shop.")
catalog_app = typer.Typer(no_args_is_help=True, help="The products of the shop.")
search_app = typer.Typer(no_args_is_help=True, help="The search index.")
schema_app = typer.Typer(no_args_is_help=True, help="The graph's schema.")
users_app = typer.Typer(no_args_is_help=True, help="Who can log in.")
documents_app = typer.Typer(no_args_is_help=True, help="The documents that clients registered.")
keys_app = typer.Typer(no_args_is_help=True, help="The keys that partners call with.")
app.add_typer(catalog_app, name="catalog")
app.add_typer(search_app, name="search")
app.add_typer(schema_app, name="schema")
app.add_typer(users_app, name="users")
app.add_typer(documents_app, name="documents")
app.add_typer(keys_app, name="keys")


@app.command()
def run(
    port: Port = 8000,
    catalog: Annotated[
        Path | None,
        typer.Option(
            envvar="CATALOG",
            exists=True,
            dir_okay=False,
            readable=True,
            help="A catalogue file to import before serving.",
        ),
    ] = None,
) -> None:
    """Run a whole shop on this machine: servers, migrations, a catalogue, the API and a worker."""
    settings = with_secret_key(Settings())
    if "public_url" not in settings.model_fields_set:
        settings = settings.model_copy(update={"public_url": f"http://127.0.0.1:{port}"})
    server.claim_port(settings, port)
    # Accounts whose passwords are known to everybody are made on a laptop only.
    is_demo = settings.database_url is None
    with embedded_servers(settings) as running:
        greeting = asyncio.run(_prepare(running, catalog, is_demo=is_demo))
        with worker_beside(running):
            server.serve(running, port, greeting=greeting)


async def _prepare(settings: Settings, catalog: Path | None, *, is_demo: bool) -> str:
    """Fill the shop, and return what to say when it runs."""
    async with open_resources(settings) as resources:
        await check_database(resources)
        await migrate(resources.database)
        if catalog is not None:
            await import_file(resources, catalog)
        else:
            await load_demo(resources)
        if not is_demo:
            return server.greeting(settings)
        accounts = await seed_demo_accounts(resources)
        return server.greeting(settings, accounts, await seed_demo_key(resources))


@app.command()
def serve(port: Port = 8000, workers: Workers = 1, subgraph: Subgraph = None) -> None:
    """Serve the API, or one subgraph of it; the database must have been migrated."""
    settings = with_secret_key(Settings())
    if subgraph is not None:
        settings = settings.model_copy(update={"subgraph": subgraph.value})
    server.claim_port(settings, port)
    with embedded_servers(settings) as running:
        server.serve(running, port, workers=workers)


@app.command()
def worker(
    concurrency: Annotated[int, typer.Option(min=1, help="How many effects at once.")] = 4,
) -> None:
    """Do what follows the changes: mails, the search index, live updates, what is due."""
    with embedded_servers(Settings()) as settings:
        run_worker(settings, concurrency)


@app.command("migrate")
def migrate_command() -> None:
    """Bring the database to the newest revision."""
    _with_resources(lambda resources: migrate(resources.database))


@app.command()
def doctor() -> None:
    """Say what the shop runs on and what is wrong with it."""
    with embedded_servers(Settings()) as settings:
        healthy = asyncio.run(diagnose(settings))
    raise typer.Exit(0 if healthy else 1)


@catalog_app.command("import")
def catalog_import(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
) -> None:
    """Import products from a JSONL file (.gz too), as docs/catalogue-format.md describes it."""
    _with_resources(lambda resources: import_file(resources, file))


@users_app.command("create")
def users_create(
    email: Annotated[str, typer.Option(help="The address to log in with.")],
    role: Annotated[Role, typer.Option(help="What the account may do.")],
    name: Annotated[str, typer.Option(help="How it wants to be called.")] = "",
) -> None:
    """Make an account; its password is asked for, or read from the standard input."""
    password = ask_password()
    _with_resources(
        lambda resources: create_user(
            resources, email=email, password=password, name=name, role=role
        )
    )


@documents_app.command("publish")
def documents_publish(
    manifest: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    client: Annotated[str, typer.Option(help="Whose documents they are.")],
) -> None:
    """Register the operations of a manifest of @apollo/generate-persisted-query-manifest."""
    documents = read_documents(manifest)
    _with_resources(lambda resources: publish_documents(resources, client, documents))


@documents_app.command("list")
def documents_list() -> None:
    """Show every registered document."""
    _with_resources(list_documents)


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
    _with_resources(lambda resources: show_usage(resources, days, field, everything=everything))


def _registered() -> list[Contract]:
    is_embedded = Settings().database_url is None
    found: list[Contract] = []

    async def read(resources: Resources) -> None:
        # Who has pulled a migration need not run the shop before its checks.
        if is_embedded:
            await migrate(resources.database)
        found.extend(await registered_contracts(resources))

    _with_resources(read)
    return found


@keys_app.command("create")
def keys_create(
    client: Annotated[str, typer.Option(help="Who calls with it, and whose documents it may run.")],
    scope: Annotated[list[str] | None, typer.Option(help="What it may do; again for more.")] = None,
    days: Annotated[int | None, typer.Option(min=1, help="How long; left out, for ever.")] = None,
    maximum_cost: Annotated[
        int | None, typer.Option(min=1, help="The cost of one operation; left out, as everybody's.")
    ] = None,
    budget: Annotated[
        int | None, typer.Option(min=1, help="The cost of a minute; left out, as everybody's.")
    ] = None,
) -> None:
    """Make a key and print it; it is shown only now."""
    expires_at = None if days is None else datetime.now(UTC) + timedelta(days=days)
    terms = KeyTerms(client, scope or (), expires_at, maximum_cost, budget)
    _with_resources(lambda resources: create_key(resources, terms))


@keys_app.command("list")
def keys_list() -> None:
    """Show every key by its beginning."""
    _with_resources(list_keys)


@keys_app.command("revoke")
def keys_revoke(key: Annotated[str, typer.Argument(help="The id that `keys list` shows.")]) -> None:
    """End a key for good; what it was used for goes on for some seconds."""
    _with_resources(lambda resources: revoke_key(resources, key))


@search_app.command("reindex")
def search_reindex() -> None:
    """Rebuild the whole search index while searches go on."""
    _with_resources(reindex)


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


def _with_resources(work: Callable[[Resources], Coroutine[Any, Any, None]]) -> None:
    """Do something with the shop's servers; raises SetupError where PostgreSQL cannot be used."""

    async def opened(settings: Settings) -> None:
        async with open_resources(settings) as resources:
            await check_database(resources)
            await work(resources)

    with embedded_servers(Settings()) as settings:
        asyncio.run(opened(settings))


def _interrupt(*_signal: object) -> None:
    """End as Ctrl-C does: whatever was started is stopped on the way out."""
    raise KeyboardInterrupt


def _settings() -> Settings:
    """Read the settings; raises SetupError that names the variables which cannot be used."""
    try:
        return Settings()
    except ValidationError as error:
        problems = [
            f"PYSHOP_{each['loc'][0]}".upper() + f": {each['msg']}" for each in error.errors()
        ]
        raise SetupError(f"{'; '.join(problems)}.") from error


def main() -> None:
    """Run a command; what keeps it from working is one sentence on standard error."""
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    try:
        start_logging(_settings())
        app()
    except SetupError as error:
        sys.exit(f"pyshop: {error}")


if __name__ == "__main__":
    main()
