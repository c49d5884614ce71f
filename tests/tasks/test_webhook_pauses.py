"""Endpoints that fail are paused, tried, and given up."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from core.ids import encode_id
from core.settings import Settings
from models import Effect, Event, WebhookEndpoint
from services.effects import Postpone
from services.webhooks import deliveries
from services.webhooks.sending import Attempt
from tests.core.receiver import OK
from tests.tasks.webhooks import BROKEN, Hook, mails, paused, refusing

pytestmark = pytest.mark.anyio

DONE = ("done", 1, None)


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (11, 1920), (12, 3600), (10_000, 3600)],
)
def test_pauses_double_from_half_a_minute_to_an_hour(failures: int, seconds: int) -> None:
    assert deliveries.pause(failures) == timedelta(seconds=seconds)


async def test_a_paused_endpoint_is_sent_nothing_and_no_attempt_is_counted(hook: Hook) -> None:
    await paused(hook)
    await hook.record(order=1)
    await hook.again()

    assert hook.receiver.connections == 5
    assert await hook.deliveries() == [
        ("pending", 5, "The endpoint is paused."),
        ("pending", 0, "The endpoint is paused."),
    ]
    ahead = select(Effect.next_attempt_at - WebhookEndpoint.paused_until).join(
        WebhookEndpoint, Effect.target == WebhookEndpoint.id
    )
    assert await hook.database.fetch(ahead, {}) == [(timedelta(),)] * 2


async def test_after_a_pause_one_tries_and_its_failure_pauses_for_longer(hook: Hook) -> None:
    await paused(hook)
    await hook.record(order=1)
    await hook.end_pause()
    await hook.again()

    assert hook.receiver.connections == 6
    assert await hook.state() == ("enabled", 6, 60)
    counts = [attempts for _, attempts, _ in await hook.deliveries()]
    assert sorted(counts) == [0, 6] or sorted(counts) == [1, 5]


async def test_the_success_of_the_one_that_tries_lets_all_go_on(hook: Hook) -> None:
    await paused(hook)
    hook.receiver.respond = OK
    await hook.record(order=1)
    await hook.end_pause()
    await hook.again()

    assert await hook.state() == ("enabled", 0, None)
    assert await hook.deliveries() == [("done", 6, None), DONE]


async def test_one_alone_tries_however_many_want_to(hook: Hook) -> None:
    await paused(hook)
    await hook.end_pause()

    async def begun() -> object:
        async with hook.database.session.begin() as session:
            try:
                return await deliveries.begin(session, hook.id, datetime.now(UTC))
            except Postpone as postponed:
                return str(postponed)

    outcomes = await asyncio.gather(begun(), begun(), begun())
    assert outcomes.count("The endpoint is paused.") == 2
    assert await hook.state() == ("enabled", 5, 30)


async def test_what_was_under_way_when_the_pause_began_does_not_lengthen_it(hook: Hook) -> None:
    async with hook.database.session.begin() as session:
        before = await deliveries.begin(session, hook.id, datetime.now(UTC))
    await paused(hook)
    (attempt,) = (await hook.attempts())[:1]
    late = Attempt(attempt["delivery_id"], "", 1, error="It hung.")
    async with hook.database.session.begin() as session:
        await deliveries.end(session, before, late, datetime.now(UTC))

    assert await hook.state() == ("enabled", 5, 30)


async def test_an_endpoint_that_is_gone_is_disabled_and_its_owner_told(
    hook: Hook, settings: Settings
) -> None:
    hook.receiver.respond = refusing(410)
    await hook.record()
    await hook.record()
    await hook.work()
    await hook.work()

    gone = "The receiver answered with status 410."
    assert hook.receiver.connections == 1
    assert (await hook.state())[0] == "disabled"
    assert await hook.deliveries() == [("dead", 1, gone), ("dead", 1, "The endpoint is disabled.")]
    (mail,) = mails(settings)
    assert (mail["To"], mail["Subject"]) == ("ops@acme.example", "Your webhooks are switched off")
    text = next(mail.iter_parts()).get_content()
    assert gone in text
    assert encode_id("webhook", hook.id) in text
    assert hook.receiver.url() in text


async def test_an_endpoint_is_disabled_after_three_days_of_failure_and_not_before(
    hook: Hook, settings: Settings
) -> None:
    hook.receiver.respond = BROKEN
    await hook.record()
    await hook.work()
    await hook.change(failing_since=func.now() - timedelta(days=2, hours=23, minutes=59))
    await hook.again()
    assert (await hook.state())[0] == "enabled"

    await hook.change(failing_since=func.now() - timedelta(days=3))
    await hook.again()
    await hook.work()
    assert (await hook.state())[0] == "disabled"
    disabled = select(Event.payload["reason"].astext, Event.payload["ownerEmail"].astext).where(
        Event.type == "webhook.disabled"
    )
    told = ("The receiver answered with status 500.", "ops@acme.example")
    assert await hook.database.fetch(disabled, {}) == [told]
    assert [mail["To"] for mail in mails(settings)] == ["ops@acme.example"]
