"""The log of what endpoints of webhooks were sent, and how they are sent it again."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from core.ids import encode_id
from execution.arguments import Argument
from execution.connections import Connection
from execution.fields import derived, listed, mutation, reads, root
from execution.rows import rows
from loaders.webhook_deliveries import (
    WebhookAttemptRow,
    WebhookDeliveryRow,
    attempts_by_delivery,
    webhook_deliveries_by_id,
)
from loaders.webhooks import webhook_endpoints_by_id
from resolvers import webhook_deliveries
from schema.errors import UserError, refusal, value_of
from schema.nodes import parse_id, public_id
from schema.webhook_errors import WebhookEndpointNotFound
from schema.webhooks import KEEPERS, WebhookEndpoint
from services.effects import EffectStatus
from services.webhooks import replays
from services.webhooks.sending import RESPONSE_BYTES


@rows(WebhookAttemptRow)
@strawberry.type(description="One sending of a delivery; it is kept for 30 days.")
class WebhookAttempt:
    id: strawberry.ID = public_id("attempt")
    url: str = strawberry.field(description="Where it was sent to.")
    request_headers: JSON = derived(
        lambda row: row.request_headers,
        "request_headers",
        description="A JSON object of the headers, without the signature; empty where it was not"
        " sent.",
    )
    request: str = strawberry.field(description="The body; empty where it was not sent.")
    response_status: int | None = strawberry.field(
        description="What HTTP calls the outcome, such as 200; null where no answer came."
    )
    response: str | None = strawberry.field(
        description=f"The first {RESPONSE_BYTES} bytes of the answer; null where none came."
    )
    error: str | None = strawberry.field(description="Why there is no answer; null with one.")
    milliseconds: int = strawberry.field(description="How long it took.")
    attempted_at: datetime = strawberry.field(description="When it ended.")


@rows(WebhookDeliveryRow)
@strawberry.type(description="What one endpoint is sent about one event, once or again.")
class WebhookDelivery:
    id: strawberry.ID = derived(
        lambda row: encode_id("delivery", row.id),
        "id",
        description="The `webhook-id` of the request, which is the same each time it is sent.",
    )
    endpoint: WebhookEndpoint | None = reads(
        webhook_endpoints_by_id, key="target", description="Where it is sent to."
    )
    event_id: strawberry.ID = derived(
        lambda row: encode_id("event", row.event_id),
        "event_id",
        description="The event, by the id that it has wherever it is told.",
    )
    event_type: str = strawberry.field(description="What happened, such as `order.shipped`.")
    status: EffectStatus = derived(
        lambda row: EffectStatus(row.status),
        "status",
        description="Whether the receiver has taken it, or it was given up.",
    )
    attempt_count: int = derived(
        lambda row: row.attempts,
        "attempts",
        description="How often it was sent, since it was last replayed.",
    )
    error: str | None = strawberry.field(
        description="Why it is not taken yet, or was given up; null else."
    )
    next_attempt_at: datetime = strawberry.field(
        description="When a pending one is sent next; else when it last was."
    )
    done_at: datetime | None = strawberry.field(
        description="When the receiver took it; null before that."
    )
    attempts: Connection[WebhookAttempt] = reads(
        attempts_by_delivery, description="Each sending of the last 30 days, the oldest first."
    )


@refusal(replays.WebhookDeliveryNotFound)
@strawberry.type(description="There is no such delivery, or it is another client's.")
class WebhookDeliveryNotFound(UserError):
    pass


@refusal(replays.WebhookEndpointDisabled)
@strawberry.type(description="Nothing is sent to the endpoint: enable it first.")
class WebhookEndpointDisabled(UserError):
    pass


@refusal(replays.TooManyWebhookDeliveries)
@strawberry.type(description="The time holds more deliveries than are sent again at once.")
class TooManyWebhookDeliveries(UserError):
    count: int = value_of("count", description="How many the time holds.")
    maximum: int = value_of(
        "maximum", description=f"How many are sent again at once: {replays.MOST_REPLAYED}."
    )


WebhookDeliveryReplayError = Annotated[
    WebhookDeliveryNotFound | WebhookEndpointDisabled,
    strawberry.union("WebhookDeliveryReplayError", description="Why it is not sent again."),
]
WebhookEndpointReplayError = Annotated[
    WebhookEndpointNotFound | WebhookEndpointDisabled | TooManyWebhookDeliveries,
    strawberry.union("WebhookEndpointReplayError", description="Why nothing is sent again."),
]


@strawberry.type(description="The delivery that is sent again, or why it is not.")
class WebhookDeliveryReplayPayload:
    delivery: WebhookDelivery | None = reads(
        webhook_deliveries_by_id,
        key="delivery_id",
        description="The delivery as it is; null after a refusal.",
    )
    errors: list[WebhookDeliveryReplayError] = listed(
        at_most=1, description="The reasons for a refusal, at most 1; empty when it was done."
    )


@strawberry.type(description="How much is sent again, or why nothing is.")
class WebhookEndpointReplayPayload:
    endpoint: WebhookEndpoint | None = reads(
        webhook_endpoints_by_id,
        key="endpoint_id",
        description="The endpoint as it is; null after a refusal.",
    )
    repeated: int | None = strawberry.field(
        description="Deliveries that are sent again; null after a refusal."
    )
    added: int | None = strawberry.field(
        description="Events that are sent now and never were to be; null after a refusal."
    )
    errors: list[WebhookEndpointReplayError] = listed(
        at_most=1, description="The reasons for a refusal, at most 1; empty when it was done."
    )


def _moment(given: datetime) -> datetime:
    if given.tzinfo is None or not 1970 <= given.year < 9999:  # noqa: PLR2004 - years.
        raise ValueError("This is a time with its zone, of 1970 or later.")
    return given


_ENDPOINT = Argument(
    "endpoint",
    strawberry.ID,
    "The id of an endpoint of the viewer's client.",
    freeze=lambda text: parse_id("webhook", text),
)


@strawberry.type
class WebhookDeliveriesQuery:
    webhook_deliveries: Connection[WebhookDelivery] | None = root(
        webhook_deliveries.deliveries,
        arguments=(
            _ENDPOINT,
            Argument("status", EffectStatus | None, "Where they stand; left out, anywhere.", None),
        ),
        requires=KEEPERS,
        description="What an endpoint was sent, and is to be, the newest first.",
    )


@strawberry.type
class WebhookDeliveriesMutation:
    webhook_delivery_replay: WebhookDeliveryReplayPayload | None = mutation(
        webhook_deliveries.replay_delivery,
        arguments=(
            Argument(
                "id",
                strawberry.ID,
                "The id of a delivery to an endpoint of the viewer's client.",
                freeze=lambda text: parse_id("delivery", text),
            ),
        ),
        requires=KEEPERS,
        statements=3,
        description="Sends a delivery at once, under the same `webhook-id`, and tries as often as"
        " the first time. One that is being sent stays as it is.",
    )
    webhook_endpoint_replay: WebhookEndpointReplayPayload | None = mutation(
        webhook_deliveries.replay,
        arguments=(
            _ENDPOINT,
            Argument("since", datetime, "Events that happened from then on.", freeze=_moment),
            Argument("until", datetime, "Events that happened before then.", freeze=_moment),
            Argument(
                "only_missed",
                bool,
                "Whether only those are sent that were given up, or never were to be, as while the"
                " endpoint was disabled; else, what was taken is sent again too.",
                True,
            ),
            Argument(
                "dry_run",
                bool,
                "Whether they are only counted.",
                False,
            ),
        ),
        requires=KEEPERS,
        statements=4,
        description="Sends what an endpoint missed of the events of a time, in their order; at most"
        f" {replays.MOST_REPLAYED} at once.",
    )
