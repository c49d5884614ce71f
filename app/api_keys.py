"""Makes and ends API keys for the command line."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import typer

from app.resources import Resources
from core.errors import DomainError, SetupError
from core.ids import decode_id, encode_id
from services import api_keys


async def create_key(
    resources: Resources, client: str, scopes: Collection[str], days: int | None
) -> None:
    """Make a key and print it, this once."""
    expires_at = None if days is None else datetime.now(UTC) + timedelta(days=days)
    async with resources.database.session.begin() as session:
        typer.echo(await api_keys.create(session, client, scopes, expires_at))


async def list_keys(resources: Resources) -> None:
    """Print every key with its client, its beginning, its scopes and its state."""
    async with resources.database.session.begin() as session:
        for key in await api_keys.every(session):
            state = "revoked" if key.revoked_at else f"used {key.last_used_at or 'never'}"
            scopes = " ".join(key.scopes) or "-"
            typer.echo(f"{encode_id('key', key.id)} {key.client:20} {key.hint}… {scopes} {state}")


async def revoke_key(resources: Resources, key: str) -> None:
    """End a key by its id; raises SetupError where there is none in use."""
    try:
        prefix, key_id = decode_id(key)
        if prefix != "key":
            raise SetupError(f"{key} is not the id of a key.")
        async with resources.database.session.begin() as session:
            await api_keys.revoke(session, key_id)
    except (DomainError, ValueError) as error:
        raise SetupError(str(error)) from error
