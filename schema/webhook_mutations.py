"""How the endpoints of webhooks change.

The secret of one is shown when it is new, and never read again.
"""

import re
from collections.abc import Iterator
from typing import Any

import orjson
import strawberry
from strawberry.scalars import JSON

from core.ids import encode_id
from execution.arguments import Argument
from execution.fields import derived, listed, mutation, reads
from loaders.webhooks import webhook_endpoints_by_id
from resolvers import webhooks
from schema.nodes import parse_id
from schema.shared import IDEMPOTENCY_KEY, storable
from schema.webhook_errors import (
    WebhookEndpointCreateError,
    WebhookEndpointDeleteError,
    WebhookEndpointUpdateError,
    WebhookSecretRotateError,
)
from schema.webhooks import KEEPERS, MOST_TYPES, WebhookEndpoint

_LONGEST_URL = 2000
_LONGEST_NAME = 100
_LONGEST_DOCUMENT = 20_000
# Each event is compared with it.
_LARGEST_FILTER = 2048
_HUGE = 2**63
# PostgreSQL stores it in no JSON. A backslash that is escaped itself is no escape.
_ESCAPED_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def _endpoint(description: str) -> Any:  # noqa: ANN401 - it stands for a field of any class.
    return reads(webhook_endpoints_by_id, key="endpoint_id", description=description)


def _errors() -> Any:  # noqa: ANN401 - it stands for a field of any class.
    return listed(
        at_most=1, description="The reasons for a refusal, at most 1; empty when it was done."
    )


def _secret() -> Any:  # noqa: ANN401 - it stands for a field of any class.
    return strawberry.field(
        description="What the receiver verifies signatures with, `whsec_…`. It is shown this once:"
        " keep it safe. Null after a refusal."
    )


@strawberry.type(description="The new endpoint with its secret, or why it was not made.")
class WebhookEndpointCreatePayload:
    endpoint: WebhookEndpoint | None = _endpoint("The endpoint as it is; null after a refusal.")
    secret: str | None = _secret()
    errors: list[WebhookEndpointCreateError] = _errors()


@strawberry.type(description="The changed endpoint, or why it was not changed.")
class WebhookEndpointUpdatePayload:
    endpoint: WebhookEndpoint | None = _endpoint("The endpoint as it is; null after a refusal.")
    errors: list[WebhookEndpointUpdateError] = _errors()


@strawberry.type(description="Which endpoint is gone, or why none is.")
class WebhookEndpointDeletePayload:
    deleted_id: strawberry.ID | None = derived(
        lambda outcome: (
            None if outcome.endpoint_id is None else encode_id("webhook", outcome.endpoint_id)
        ),
        description="What was the id of the endpoint; null after a refusal.",
    )
    errors: list[WebhookEndpointDeleteError] = _errors()


@strawberry.type(description="The endpoint with its new secret, or why it has none.")
class WebhookSecretRotatePayload:
    endpoint: WebhookEndpoint | None = _endpoint("The endpoint as it is; null after a refusal.")
    secret: str | None = _secret()
    errors: list[WebhookSecretRotateError] = _errors()


def _at_most(length: int, text: str) -> str:
    if not text or len(text) > length:
        raise ValueError(f"This text has 1 to {length} characters.")
    return storable(text)


def _frozen_types(types: list[str]) -> tuple[str, ...]:
    if len(types) > MOST_TYPES:
        raise ValueError(f"At most {MOST_TYPES} types, not {len(types)}.")
    return tuple(types)


def _frozen_filter(given: object) -> str:
    """Write an object as JSON; raises ValueError for what is none, or none that is stored."""
    if not isinstance(given, dict):
        raise ValueError("A filter is a JSON object.")  # noqa: TRY004 - it is told to the client.
    try:
        written = orjson.dumps(given)
    except TypeError as error:
        raise ValueError(f"A filter is a JSON object: {error}.") from error
    if len(written) > _LARGEST_FILTER:
        raise ValueError(f"A filter has at most {_LARGEST_FILTER} bytes, not {len(written)}.")
    # PostgreSQL keeps it exactly, and no reader of JSON is sure to read it then.
    if any(abs(each) >= _HUGE for each in _floats(given)):
        raise ValueError("A number in a filter has 64 bits at most.")
    text = written.decode()
    if _ESCAPED_NUL.search(text):
        raise ValueError("The character NUL stands in no filter.")
    return text


def _floats(value: object) -> Iterator[float]:
    if isinstance(value, float):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _floats(each)


def _frozen_document(text: str) -> str:
    return _at_most(_LONGEST_DOCUMENT, text) if text else text


def _url(text: str) -> str:
    return _at_most(_LONGEST_URL, text.strip())


_ID = Argument(
    "id",
    strawberry.ID,
    "The id of an endpoint of the viewer's client.",
    freeze=lambda text: parse_id("webhook", text),
)
_URL = f"Where to send events: https and a public host, up to {_LONGEST_URL} characters."
_OWNER_EMAIL = "Who is to know by mail when the endpoint is disabled after failures."
_WANTED = (
    Argument(
        "types",
        list[str] | None,
        "The types of event to tell of, such as `order.placed`; an empty list for all.",
        None,
        _frozen_types,
    ),
    Argument(
        "filter",
        JSON | None,
        'What a payload must contain to be told: `{"currency": "EUR"}`, up to'
        f" {_LARGEST_FILTER} bytes. Objects contain what has at least their parts.",
        None,
        _frozen_filter,
    ),
    Argument(
        "document",
        str | None,
        "A GraphQL query that takes `$event: ID!` and chooses what is sent; an empty one for the"
        " payload as it is.",
        None,
        _frozen_document,
    ),
)


@strawberry.type
class WebhooksMutation:
    webhook_endpoint_create: WebhookEndpointCreatePayload | None = mutation(
        webhooks.create,
        arguments=(
            Argument("url", str, _URL, freeze=_url),
            Argument("owner_email", str, _OWNER_EMAIL),
            *_WANTED,
            Argument(
                "client",
                str | None,
                "Whose it is to be, which only an admin has to tell.",
                None,
                lambda text: _at_most(_LONGEST_NAME, text),
            ),
            IDEMPOTENCY_KEY,
        ),
        requires=KEEPERS,
        statements=5,
        description="Makes an endpoint that is told of events from now on, and shows its secret.",
    )
    webhook_endpoint_update: WebhookEndpointUpdatePayload | None = mutation(
        webhooks.update,
        arguments=(
            _ID,
            Argument("url", str | None, _URL, None, _url),
            Argument("owner_email", str | None, _OWNER_EMAIL, None),
            *_WANTED,
            Argument(
                "enabled",
                bool | None,
                "Whether anything is to be sent there: true forgets its failures and ends a pause.",
                None,
            ),
        ),
        requires=KEEPERS,
        statements=2,
        description="Changes what is given of an endpoint; what is left out or null stays as it"
        " is.",
    )
    webhook_endpoint_delete: WebhookEndpointDeletePayload | None = mutation(
        webhooks.delete,
        arguments=(_ID,),
        requires=KEEPERS,
        statements=3,
        description="Deletes an endpoint for good, with what was still to be sent there.",
    )
    webhook_secret_rotate: WebhookSecretRotatePayload | None = mutation(
        webhooks.rotate_secret,
        arguments=(_ID, IDEMPOTENCY_KEY),
        requires=KEEPERS,
        statements=4,
        description="Gives an endpoint another secret and shows it. For 24 hours, messages are"
        " signed with the one before too.",
    )
