"""Deliveries of webhooks to a receiver: what it is sent, in which order, and how often."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from sqlalchemy import delete, func, insert, select, update
from standardwebhooks import Webhook

from core.cursors import encode_cursor
from core.graph_runner import GraphAnswer
from core.ids import earliest_uuid, encode_id
from core.sender import open_sender
from core.settings import Settings
from core.viewer import PartnerKey, Viewer
from models import Effect, Event, WebhookAttempt, WebhookEndpoint
from services.effects import GiveUp
from services.webhooks import deliveries
from services.webhooks.replays import Replay, replay, replay_delivery
from services.webhooks.signatures import endpoint_secret
from tasks.handlers import HANDLERS
from tasks.schedule import do_chores
from tests.core.receiver import ANYWHERE, OK, dripping, saying
from tests.tasks.log import until
from tests.tasks.orders import ORDER
from tests.tasks.processes import worker
from tests.tasks.webhooks import BROKEN, TYPE, Hook

pytestmark = pytest.mark.anyio

ADMIN = Viewer(UUID(int=1), "admin")
FAILED = "DeliveryFailed: The receiver answered with status 500."
DONE = ("done", 1, None)


async def only_event(hook: Hook) -> Event:
    async with hook.database.session() as session:
        return (await session.scalars(select(Event))).one()


async def only_delivery(hook: Hook) -> UUID:
    ((found,),) = await hook.database.fetch(select(Effect.id), {})
    return UUID(int=found.int)


async def test_a_receiver_verifies_what_it_is_sent(hook: Hook, settings: Settings) -> None:
    await hook.record(number=100001, name="Zoë")
    await hook.work()

    ((headers, body),) = hook.heard()
    event, delivery = await only_event(hook), encode_id("delivery", await only_delivery(hook))
    secret = endpoint_secret(settings, hook.id, 1)
    assert Webhook(secret).verify(body, headers) == {
        "id": encode_id("event", event.id),
        "type": TYPE,
        "version": 1,
        "sequence": 1,
        "cursor": encode_cursor("events", [1]),
        "occurredAt": event.occurred_at.isoformat(),
        "aggregate": {"type": "order", "id": encode_id("order", hook.orders[0])},
        "data": {"number": 100001, "name": "Zoë"},
    }
    assert headers["webhook-id"] == delivery
    assert headers["content-type"] == "application/json"
    assert await hook.deliveries() == [DONE]


async def test_an_attempt_is_kept_without_its_signature(hook: Hook) -> None:
    await hook.record()
    hook.receiver.respond = saying(b"HTTP/1.1 202 Yes\r\n\r\n" + "é".encode() * 3000)
    await hook.work()

    (attempt,) = await hook.attempts()
    ((headers, body),) = hook.heard()
    assert attempt["delivery_id"] == await only_delivery(hook)
    assert attempt["url"] == hook.receiver.url()
    assert attempt["request_headers"] == {
        name: headers[name] for name in ("content-type", "webhook-id", "webhook-timestamp")
    }
    assert attempt["request"].encode() == body
    assert (attempt["response_status"], attempt["response"]) == (202, "é" * 2048)
    assert attempt["error"] is None
    assert 0 <= attempt["milliseconds"] < 20_000


async def test_both_secrets_sign_while_one_follows_the_other(
    hook: Hook, settings: Settings
) -> None:
    old, new = (endpoint_secret(settings, hook.id, version) for version in (1, 2))
    later = func.now() + timedelta(hours=1)
    await hook.change(secret_version=2, previous_secret_until=later)
    await hook.record()
    await hook.work()
    await hook.change(previous_secret_until=func.now())
    await hook.record()
    await hook.work()

    (both, first), (one, second) = hook.heard()
    assert Webhook(old).verify(first, both) == Webhook(new).verify(first, both)
    assert (len(both["webhook-signature"].split()), len(one["webhook-signature"].split())) == (2, 1)
    Webhook(new).verify(second, one)


async def test_an_aggregate_waits_for_its_first_event_and_others_go_on(hook: Hook) -> None:
    hook.receiver.respond = BROKEN
    await hook.record(order=0, number=1)
    await hook.work()
    hook.receiver.respond = OK
    await hook.record(order=0, number=2)
    await hook.record(order=1, number=3)
    await hook.work()
    assert await hook.deliveries() == [("pending", 1, FAILED), ("pending", 0, None), DONE]

    await hook.again()
    numbers = [orjson.loads(body)["data"]["number"] for _, body in hook.heard()]
    assert numbers == [1, 3, 1, 2]
    assert await hook.deliveries() == [("done", 2, None), DONE, DONE]


async def test_every_attempt_has_the_same_id_and_a_time_of_its_own(
    hook: Hook, settings: Settings
) -> None:
    hook.receiver.respond = BROKEN
    await hook.record()
    await hook.work()
    await hook.again()
    hook.receiver.respond = OK
    await hook.again()

    heard = hook.heard()
    assert len({headers["webhook-id"] for headers, _ in heard}) == 1
    assert len({body for _, body in heard}) == 1
    for headers, body in heard:
        Webhook(endpoint_secret(settings, hook.id, 1)).verify(body, headers)
    kept = [(each["response_status"], each["response"]) for each in await hook.attempts()]
    assert kept == [(500, "sorry"), (500, "sorry"), (200, "fine")]
    assert await hook.state() == ("enabled", 0, None)


def test_retries_go_on_for_days() -> None:
    retries = HANDLERS["deliver_webhook"].retries
    longest = [min(5 * 2**each, 86_400) for each in range(17)]

    assert retries.attempts == 18
    assert sum(longest) == 336_635
    for attempts, seconds in enumerate(longest, 1):
        assert all(seconds / 2 <= retries.wait(attempts) <= seconds for _ in range(20))


async def test_what_was_given_up_is_sent_again_under_its_id(hook: Hook) -> None:
    hook.receiver.respond = BROKEN
    await hook.record(number=1)
    await hook.work()
    async with hook.database.session.begin() as session:
        await session.execute(update(Effect).values(status="dead"))
    hook.receiver.respond = OK
    async with hook.database.session.begin() as session:
        await replay_delivery(session, ADMIN, await only_delivery(hook))
    await hook.work()

    (first, body), (second, same) = hook.heard()
    assert (first["webhook-id"], body) == (second["webhook-id"], same)
    assert await hook.deliveries() == [DONE]


async def test_what_happened_while_it_was_disabled_is_sent_in_order(hook: Hook) -> None:
    await hook.change(status="disabled")
    for number in (1, 2, 3):
        await hook.record(number=number)
    await hook.work()
    await hook.change(status="enabled")
    now = datetime.now(UTC)
    missed = Replay(now - timedelta(hours=1), now + timedelta(hours=1), only_missed=True)
    async with hook.database.session.begin() as session:
        counts = await replay(session, ADMIN, hook.id, missed, dry_run=False)
    for _ in range(3):
        await hook.work()

    assert (counts["repeated"], counts["added"]) == (0, 3)
    assert [orjson.loads(body)["sequence"] for _, body in hook.heard()] == [1, 2, 3]
    assert await hook.deliveries() == [DONE] * 3


async def test_a_disabled_endpoint_is_given_no_new_deliveries(hook: Hook) -> None:
    await hook.change(status="disabled")
    await hook.record()
    await hook.work()

    assert await hook.deliveries() == []


async def test_a_receiver_that_hangs_fails_in_time(hook: Hook) -> None:
    hook.receiver.respond = dripping(b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n")
    await hook.record()
    async with open_sender(ANYWHERE, seconds=0.3) as sender:
        post = replace(hook.resources.post, sender=sender)
        await replace(hook, resources=replace(hook.resources, post=post)).work()

    (attempt,) = await hook.attempts()
    assert attempt["error"] == "There was no whole answer in time."
    assert attempt["response_status"] is None
    assert 300 <= attempt["milliseconds"] < 5000
    assert [status for status, _, _ in await hook.deliveries()] == ["pending"]


async def test_a_redirect_is_not_followed(hook: Hook) -> None:
    answer = f"HTTP/1.1 307 There\r\nlocation: {hook.receiver.url()}\r\ncontent-length: 0\r\n\r\n"
    hook.receiver.respond = saying(answer.encode())
    await hook.record()
    await hook.work()

    assert hook.receiver.connections == 1
    assert [each["response_status"] for each in await hook.attempts()] == [307]
    assert await hook.deliveries() == [
        ("pending", 1, "DeliveryFailed: The receiver answered with status 307.")
    ]


async def test_nothing_is_sent_to_where_it_may_not_be(hook: Hook) -> None:
    await hook.change(url="http://127.0.0.1:22/")
    await hook.record()
    await hook.work()

    (attempt,) = await hook.attempts()
    assert attempt["error"] == "The port has to be 443, or from 1024 to 65535."
    assert hook.receiver.connections == 0


async def test_a_document_chooses_what_is_sent_and_is_run_as_the_endpoints_client(
    hook: Hook, settings: Settings
) -> None:
    asked: list[Any] = []

    class Runner:
        async def run(self, *given: Any) -> GraphAnswer:
            asked.append(given)
            return GraphAnswer({"event": {"sequence": 1}})

    document = "query ($event: ID!) { event(id: $event) { sequence } }"
    await hook.change(document=document)
    await hook.record(number=1)
    post = replace(hook.resources.post, graph=Runner())
    await replace(hook, resources=replace(hook.resources, post=post)).work()

    ((_, body),) = hook.heard()
    assert orjson.loads(body)["data"] == {"event": {"sequence": 1}}
    variables = {"event": encode_id("event", (await only_event(hook)).id)}
    cost = settings.staff_maximum_cost
    key = PartnerKey(hook.id, "acme", frozenset({"events:read"}), maximum_cost=cost)
    assert asked == [(document, variables, Viewer(key=key))]


async def test_a_document_is_run_on_the_graph_and_may_be_of_what_the_event_froze(
    hook: Hook,
) -> None:
    document = """query ($event: ID!) { event(id: $event) {
        type snapshot { ... on OrderSnapshot { number status total { amount } } }
    } }"""
    await hook.change(document=document)
    await hook.record(**ORDER)
    await hook.work()

    ((_, body),) = hook.heard()
    snapshot = {"number": 100001, "status": "CONFIRMED", "total": {"amount": "24.90"}}
    data = {"event": {"type": "order.delivered", "snapshot": snapshot}}
    assert orjson.loads(body)["data"] == data
    assert [status for status, _, _ in await hook.deliveries()] == ["done"]


async def test_nothing_half_filled_is_sent_where_the_document_fails(hook: Hook) -> None:
    await hook.change(document="query ($event: ID!) { __typename node(id: $event) { id } gone }")
    await hook.record()
    await hook.work()

    assert hook.receiver.connections == 0
    (attempt,) = await hook.attempts()
    assert attempt["error"].startswith("The document failed: ")
    assert (attempt["request"], attempt["request_headers"]) == ("", {})
    assert [status for status, _, _ in await hook.deliveries()] == ["pending"]


async def test_what_was_to_be_sent_to_a_deleted_endpoint_is_given_up(hook: Hook) -> None:
    await hook.record()
    hook.receiver.respond = BROKEN
    await hook.work()
    async with hook.database.session.begin() as session:
        await session.execute(delete(WebhookEndpoint))
        with pytest.raises(GiveUp, match="The endpoint was deleted"):
            await deliveries.begin(session, uuid4(), datetime.now(UTC))
    await hook.again()

    assert await hook.deliveries() == [("dead", 2, "The endpoint was deleted.")]


async def test_attempts_are_forgotten_after_thirty_days(hook: Hook) -> None:
    await hook.record()
    await hook.work()
    now = datetime.now(UTC)
    old = {
        "delivery_id": await only_delivery(hook),
        "url": "",
        "request_headers": {},
        "request": "",
        "milliseconds": 1,
    }
    ages: dict[str, Any] = {"kept": timedelta(days=29), "gone": timedelta(days=30, hours=1)}
    async with hook.database.session.begin() as session:
        await session.execute(
            insert(WebhookAttempt),
            [old | {"id": earliest_uuid(now - age), "error": name} for name, age in ages.items()],
        )
    await do_chores(hook.resources, now)

    assert [each["error"] for each in await hook.attempts()] == ["kept", None]


async def test_a_worker_killed_while_it_sends_loses_nothing_and_repeats_the_id(
    hook: Hook, settings: Settings, tmp_path: Path
) -> None:
    answering = asyncio.Event()

    async def respond(writer: asyncio.StreamWriter) -> None:
        await answering.wait()
        await OK(writer)

    async def is_sent() -> bool:
        return len(hook.receiver.requests) == 1

    hook.receiver.respond = respond
    await hook.record(number=1)
    with worker(settings, tmp_path / "log") as killed:
        await until(is_sent)
        killed.kill()
        killed.wait()
    answering.set()
    assert [status for status, _, _ in await hook.deliveries()] == ["pending"]
    assert await hook.attempts() == []

    async with hook.database.session.begin() as session:
        await session.execute(update(Effect).values(next_attempt_at=func.now()))
    with worker(settings, tmp_path / "log"):
        await until(hook.log.is_done)

    (first, body), (second, same) = hook.heard()
    assert (first["webhook-id"], body) == (second["webhook-id"], same)
    assert await hook.deliveries() == [("done", 2, None)]
