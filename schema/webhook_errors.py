"""Why an endpoint of webhooks is not made or changed, as clients see it."""

from typing import Annotated

import strawberry

from schema.account_errors import InvalidEmail
from schema.errors import UserError, refusal, value_of
from services.webhooks import endpoints


@refusal(endpoints.WebhookEndpointNotFound)
@strawberry.type(description="There is no such endpoint, or it is another client's.")
class WebhookEndpointNotFound(UserError):
    pass


@refusal(endpoints.TooManyWebhookEndpoints)
@strawberry.type(description="The client has as many endpoints as it may: change or delete one.")
class TooManyWebhookEndpoints(UserError):
    maximum: int = value_of(
        "maximum", description=f"How many a client has at most: {endpoints.MOST_ENDPOINTS}."
    )


@refusal(endpoints.WebhookUrlRefused)
@strawberry.type(
    description="Nothing is sent there: webhooks go by https to hosts of the public internet."
)
class WebhookUrlRefused(UserError):
    pass


@refusal(endpoints.EventTypeUnknown)
@strawberry.type(description="No event that webhooks tell of has the type that was given.")
class EventTypeUnknown(UserError):
    type: str = value_of("type", description="The name that was given, at the place in `path`.")


@refusal(endpoints.WebhookDocumentRefused)
@strawberry.type(
    description="The document cannot choose payloads: it cannot be run, costs too much, or is not"
    " one query that takes `$event: ID!`."
)
class WebhookDocumentRefused(UserError):
    reason: str = value_of("reason", description="What is wrong, without the place.")
    line: int = value_of("line", description="The line in `document`, from 1 on.")
    column: int = value_of("column", description="The column in the line, from 1 on.")


WebhookEndpointCreateError = Annotated[
    TooManyWebhookEndpoints
    | WebhookUrlRefused
    | EventTypeUnknown
    | WebhookDocumentRefused
    | InvalidEmail,
    strawberry.union("WebhookEndpointCreateError", description="Why no endpoint was made."),
]
WebhookEndpointUpdateError = Annotated[
    WebhookEndpointNotFound
    | WebhookUrlRefused
    | EventTypeUnknown
    | WebhookDocumentRefused
    | InvalidEmail,
    strawberry.union("WebhookEndpointUpdateError", description="Why nothing was changed."),
]
WebhookEndpointDeleteError = Annotated[
    WebhookEndpointNotFound,
    strawberry.union("WebhookEndpointDeleteError", description="Why nothing was deleted."),
]
WebhookSecretRotateError = Annotated[
    WebhookEndpointNotFound,
    strawberry.union("WebhookSecretRotateError", description="Why the secret stays as it was."),
]
