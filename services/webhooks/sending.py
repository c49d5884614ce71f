"""Sends one delivery to its endpoint, and tells what came of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from uuid import UUID

import orjson

from core.cursors import encode_cursor
from core.graph_runner import GraphRunner
from core.ids import encode_id
from core.sender import Sender, SendingFailed
from core.settings import Settings
from core.targets import TargetRefused
from core.viewer import PartnerKey, Viewer
from models import Event
from services.api_keys import EVENTS
from services.webhooks.signatures import signed_headers

# Of an answer; more of it helps nobody to find a fault.
RESPONSE_BYTES = 4096
# With the sender's own limit it stays below what a handler may take.
_DOCUMENT_SECONDS = 5
_GONE = 410


class DocumentFailed(Exception):
    """The document of an endpoint gave errors, so that there is no whole payload to send."""


@dataclass(frozen=True)
class Recipient:
    """An endpoint as it was when a delivery to it began.

    `is_trial` tells that this delivery alone tries whether a paused endpoint works again.
    """

    id: UUID
    client: str
    url: str
    document: str | None
    secret_versions: tuple[int, ...]
    is_trial: bool


@dataclass(frozen=True)
class Attempt:
    """What was sent and what came back; `error` says why there is no answer.

    `headers` are without the signature, by which whoever reads them could pass for the shop.
    """

    delivery_id: UUID
    url: str
    milliseconds: int
    headers: Mapping[str, str] = field(default_factory=dict)
    request: str = ""
    status: int | None = None
    response: str | None = None
    error: str | None = None

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - 2xx.

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants nothing more, as Standard Webhooks understands a 410."""
        return self.status == _GONE

    @property
    def reason(self) -> str:
        """Why it is no success."""
        return self.error or f"The receiver answered with status {self.status}."


@dataclass(frozen=True)
class Post:
    """Sends deliveries; what the whole shop shares of it is here."""

    settings: Settings
    sender: Sender
    graph: GraphRunner

    async def send(self, delivery_id: UUID, event: Event, recipient: Recipient) -> Attempt:
        """Send an event to an endpoint; whatever fails is told in the attempt."""
        begun = monotonic()
        told: dict[str, Any] = {}
        try:
            body = orjson.dumps(await self._content(event, recipient))
            told["request"] = body.decode()
            headers = self._headers(delivery_id, recipient, body)
            told["headers"] = {
                name: value for name, value in headers.items() if name != "webhook-signature"
            }
            answer = await self.sender.post(recipient.url, headers, body)
            told["status"], told["response"] = answer.status, _beginning(answer.body)
        except (DocumentFailed, TargetRefused, SendingFailed) as error:
            told["error"] = str(error)
        milliseconds = round(1000 * (monotonic() - begun))
        return Attempt(delivery_id, recipient.url, milliseconds, **told)

    async def _content(self, event: Event, recipient: Recipient) -> dict[str, Any]:
        if recipient.document is None:
            return content(event, event.payload)
        return content(event, await self._chosen(recipient.document, event, recipient))

    async def _chosen(self, document: str, event: Event, recipient: Recipient) -> Mapping[str, Any]:
        """Run the endpoint's document as its client would; raises DocumentFailed."""
        # The endpoint stands for a key, which pays for its documents from a budget of its own. It
        # may cost what it was allowed to when the endpoint was made.
        key = PartnerKey(
            recipient.id,
            recipient.client,
            frozenset({EVENTS}),
            maximum_cost=self.settings.staff_maximum_cost,
        )
        variables = {"event": encode_id("event", event.id)}
        try:
            async with asyncio.timeout(_DOCUMENT_SECONDS):
                answer = await self.graph.run(document, variables, Viewer(key=key))
        except TimeoutError as error:
            raise DocumentFailed("The document took too long.") from error
        if answer.errors or answer.data is None:
            reasons = " ".join(str(each.get("message")) for each in answer.errors)
            raise DocumentFailed(f"The document failed: {reasons}")
        return answer.data

    def _headers(self, delivery_id: UUID, recipient: Recipient, body: bytes) -> dict[str, str]:
        signed = signed_headers(
            self.settings,
            recipient.id,
            recipient.secret_versions,
            message_id=encode_id("delivery", delivery_id),
            sent_at=datetime.now(UTC),
            body=body,
        )
        return {"content-type": "application/json", **signed}


def content(event: Event, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is sent: which event it is, as every door tells it, and the chosen data."""
    return {
        "id": encode_id("event", event.id),
        "type": event.type,
        "version": event.version,
        "sequence": event.sequence,
        "cursor": encode_cursor("events", [event.position]),
        "occurredAt": event.occurred_at.isoformat(),
        "aggregate": {
            "type": event.aggregate_type,
            # Those that clients are told of are named in ids as they are here.
            "id": encode_id(event.aggregate_type, event.aggregate_id),
        },
        "data": data,
    }


def _beginning(body: str) -> str:
    return body.encode()[:RESPONSE_BYTES].decode(errors="ignore")
