from typing import Annotated

import typer

from app.commands.resources import with_resources
from app.webhooks import list_endpoints, set_enabled

webhooks_app = typer.Typer(no_args_is_help=True, help="Where partners are told of events.")

Endpoint = Annotated[str, typer.Argument(help="The id that `list` shows.")]


@webhooks_app.command("list")
def webhooks_list() -> None:
    """Show every endpoint with its client, how it does and its URL."""
    with_resources(list_endpoints)


@webhooks_app.command("enable")
def webhooks_enable(endpoint: Endpoint) -> None:
    """Send events to an endpoint again, as if it had never failed."""
    with_resources(lambda resources: set_enabled(resources, endpoint, enabled=True))


@webhooks_app.command("disable")
def webhooks_disable(endpoint: Endpoint) -> None:
    """Send nothing to an endpoint any more."""
    with_resources(lambda resources: set_enabled(resources, endpoint, enabled=False))
