"""Endpoints of webhooks, for the command line."""

import typer

from app.ids import read_id
from app.resources import Resources
from core.errors import DomainError, SetupError
from core.ids import encode_id
from core.viewer import Viewer
from models import WebhookEndpoint
from services.webhooks import endpoints
from services.webhooks.endpoints import EndpointTerms

_OPERATOR = Viewer(role="admin")


async def list_endpoints(resources: Resources) -> None:
    """Print every endpoint, one a line: id, client, how it does, URL."""
    async with resources.database.session() as session:
        for each in await endpoints.every(session):
            typer.echo(
                f"{encode_id('webhook', each.id)} {each.client:20} {_state(each)} {each.url}"
            )


def _state(endpoint: WebhookEndpoint) -> str:
    if endpoint.failing_since is None:
        return endpoint.status
    since = f"{endpoint.failing_since:%Y-%m-%d %H:%M}"
    return f"{endpoint.status}, {endpoint.failures} failures since {since}"


async def set_enabled(resources: Resources, endpoint: str, *, enabled: bool) -> None:
    """Enable or disable an endpoint by its id; raises SetupError where there is none."""
    endpoint_id = read_id(endpoint, "webhook", "an endpoint")
    try:
        async with resources.database.session.begin() as session:
            terms = EndpointTerms(enabled=enabled)
            await endpoints.change(session, _OPERATOR, endpoint_id, terms)
    except DomainError as error:
        raise SetupError(str(error)) from error
