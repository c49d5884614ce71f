"""Endpoints of webhooks, by which partners are told of events."""

from datetime import datetime

import strawberry
from strawberry.scalars import JSON

from execution.arguments import Argument
from execution.connections import Connection
from execution.fields import derived, listed, root
from execution.rows import rows
from loaders.webhooks import WebhookEndpointRow, webhook_endpoints_by_id
from resolvers import webhooks
from schema.nodes import Node, public_id
from schema.shared import publish_enum, storable
from services.api_keys import WEBHOOKS
from services.webhooks.endpoints import WebhookEndpointStatus

# An admin for every client, and a partner's program for its own.
KEEPERS = ("admin", WEBHOOKS)
MOST_TYPES = 50

publish_enum(
    WebhookEndpointStatus,
    "Whether webhooks are sent to an endpoint.",
    {
        "ENABLED": "It is sent the events that it wants, unless it is paused after failures.",
        "DISABLED": "Nothing is sent there, by wish or because it failed for too long.",
    },
)


@rows(WebhookEndpointRow, prefix="webhook", by_id=webhook_endpoints_by_id)
@strawberry.type(description="Where a client is told of events by webhooks, and of which.")
class WebhookEndpoint(Node):
    id: strawberry.ID = public_id("webhook")
    client: str = strawberry.field(description="Whose it is, by the name that its API keys have.")
    url: str = strawberry.field(description="Where events are sent to, by POST.")
    types: list[str] = listed(
        at_most=MOST_TYPES,
        description="The types of event that it is told of, in the order of the alphabet, at most"
        f" {MOST_TYPES}; empty for all.",
    )
    filter: JSON = derived(
        lambda row: row.filter,
        "filter",
        description="A JSON object that the payload of an event must contain; `{}` lets through"
        " every one.",
    )
    document: str | None = strawberry.field(
        description="The GraphQL query that chooses what is sent; null for the payload as it is."
    )
    status: WebhookEndpointStatus = derived(
        lambda row: WebhookEndpointStatus(row.status),
        "status",
        description="Whether it is sent anything, by wish or after failures.",
    )
    owner_email: str = strawberry.field(
        description="Who is told by mail when the endpoint is disabled after failures."
    )
    failures: int = strawberry.field(description="How often sending failed since it last worked.")
    failing_since: datetime | None = strawberry.field(
        description="When sending first failed since it last worked; null where it works."
    )
    paused_until: datetime | None = strawberry.field(
        description="Before this moment nothing is sent, after several failures; null or past where"
        " it is not paused."
    )
    previous_secret_until: datetime | None = strawberry.field(
        description="Until this moment the secret before the last rotation signs too; null where"
        " there was none."
    )
    created_at: datetime = strawberry.field(description="When the client made it known.")


@strawberry.type
class WebhooksQuery:
    webhook_endpoints: Connection[WebhookEndpoint] | None = root(
        webhooks.all_endpoints,
        arguments=(
            Argument(
                "client",
                str | None,
                "Whose to list; left out, all there are to see.",
                None,
                storable,
            ),
        ),
        requires=KEEPERS,
        description="The endpoints of the client whose key calls, the newest first; for an admin,"
        " those of all clients.",
    )
