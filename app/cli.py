"""The command line: `bin/pyshop`."""

import asyncio
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from app import server
from app.api_keys import seed_demo_key
from app.catalogue import import_file, load_demo
from app.commands.catalog import catalog_app
from app.commands.documents import documents_app
from app.commands.effects import effects_app
from app.commands.keys import keys_app
from app.commands.resources import with_resources
from app.commands.schema import Subgraph, schema_app
from app.commands.search import search_app
from app.commands.users import users_app
from app.commands.webhooks import webhooks_app
from app.doctor import diagnose
from app.graph_runner import graph_of_worker
from app.resources import check_database, open_resources
from app.users import seed_demo_accounts
from app.worker import worker_beside
from core.embedded.servers import embedded_servers
from core.errors import SetupError
from core.logs import start_logging
from core.migrations import migrate
from core.secret_key import with_secret_key
from core.settings import Settings
from tasks.worker import run_worker

Port = Annotated[int, typer.Option(envvar="PORT", help="Where the API listens.")]
Workers = Annotated[int, typer.Option(min=1, help="How many processes answer.")]

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Run and tend the shop.")
app.add_typer(catalog_app, name="catalog")
app.add_typer(search_app, name="search")
app.add_typer(schema_app, name="schema")
app.add_typer(users_app, name="users")
app.add_typer(documents_app, name="documents")
app.add_typer(keys_app, name="keys")
app.add_typer(effects_app, name="effects")
app.add_typer(webhooks_app, name="webhooks")


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
        run_worker(settings, concurrency, graph_of_worker)


@app.command("migrate")
def migrate_command() -> None:
    """Bring the database to the newest revision."""
    with_resources(lambda resources: migrate(resources.database))


@app.command()
def doctor() -> None:
    """Say what the shop runs on and what is wrong with it."""
    with embedded_servers(Settings()) as settings:
        healthy = asyncio.run(diagnose(settings))
    raise typer.Exit(0 if healthy else 1)


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
        app(prog_name="pyshop")
    except SetupError as error:
        sys.exit(f"pyshop: {error}")
