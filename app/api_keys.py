"""Makes and ends API keys for the command line."""

from datetime import UTC, datetime

import typer
from graphql import parse, print_ast

from app.ids import read_id
from app.resources import Resources
from core.derivation import derived_secret
from core.document_store import Document
from core.errors import DomainError, SetupError
from core.ids import encode_id
from core.settings import ROOT
from models import ApiKey
from services import api_keys
from services.api_keys import EVENTS, PREFIX, PUBLISH, WEBHOOKS, KeyTerms, new_key
from services.documents import assessed, publish

DEMO_CLIENT = "demo-partner"
# Whoever may publish may run one document from the beginning: the one that publishes.
_PUBLISHING = ROOT / "client/operations/DocumentsPublish.graphql"


async def create_key(resources: Resources, terms: KeyTerms) -> None:
    """Make a key and print it, this once; raises SetupError for a scope that there is not."""
    text = new_key()
    try:
        await make_key(resources, text, terms)
    except DomainError as error:
        raise SetupError(str(error)) from error
    typer.echo(text)


async def make_key(resources: Resources, text: str, terms: KeyTerms) -> None:
    """Keep a key, and register for its client what its scopes are used by; raises UnknownScope."""
    needed = []
    if PUBLISH in terms.scopes:
        needed = assessed([_publishing()], resources.assessor.assess)
    async with resources.database.session.begin() as session:
        await api_keys.create(session, text, terms)
        await publish(session, terms.client, needed)


async def seed_demo_key(resources: Resources) -> str:
    """Make the key of a partner to try, the same again in this shop, and return it."""
    text = PREFIX + derived_secret(resources.settings, "demo key", DEMO_CLIENT)
    await make_key(resources, text, KeyTerms(DEMO_CLIENT, [PUBLISH, EVENTS, WEBHOOKS]))
    return text


def _publishing() -> Document:
    # As clients write it that read a document and print it anew.
    body = print_ast(parse(_PUBLISHING.read_text()))
    return Document(_PUBLISHING.stem, "mutation", body)


async def list_keys(resources: Resources) -> None:
    """Print every key with its client, its beginning, its scopes and its state."""
    async with resources.database.session.begin() as session:
        for key in await api_keys.every(session):
            scopes = " ".join(key.scopes) or "-"
            typer.echo(
                f"{encode_id('key', key.id)} {key.client:20} {key.hint}… {scopes} {_state(key)}"
            )


def _state(key: ApiKey) -> str:
    if key.revoked_at is not None:
        return f"revoked {key.revoked_at:%Y-%m-%d}"
    if key.expires_at is not None and key.expires_at <= datetime.now(UTC):
        return f"expired {key.expires_at:%Y-%m-%d}"
    return f"used {key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never used"


async def revoke_key(resources: Resources, key: str) -> None:
    """End a key by its id; raises SetupError where there is none in use."""
    key_id = read_id(key, "key", "a key")
    try:
        async with resources.database.session.begin() as session:
            await api_keys.revoke(session, key_id)
    except DomainError as error:
        raise SetupError(str(error)) from error
