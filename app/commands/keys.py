from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from app.api_keys import create_key, list_keys, revoke_key
from app.commands.resources import with_resources
from services.api_keys import KeyTerms

keys_app = typer.Typer(no_args_is_help=True, help="The keys that partners call with.")


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
    with_resources(lambda resources: create_key(resources, terms))


@keys_app.command("list")
def keys_list() -> None:
    """Show every key by its beginning."""
    with_resources(list_keys)


@keys_app.command("revoke")
def keys_revoke(key: Annotated[str, typer.Argument(help="The id that `keys list` shows.")]) -> None:
    """End a key for good; what it was used for goes on for some seconds."""
    with_resources(lambda resources: revoke_key(resources, key))
