"""What is sent again, whom it is granted, and that a dry run or a refusal changes nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, insert, select, update

from core.database import Database
from core.ids import decode_id
from core.viewer import ANONYMOUS, PartnerKey, Viewer
from models import Effect, Event
from services.webhooks import replays
from services.webhooks.endpoints import WebhookEndpointNotFound
from services.webhooks.replays import (
    Replay,
    TooManyWebhookDeliveries,
    WebhookDeliveryNotFound,
    WebhookEndpointDisabled,
    replay,
    replay_delivery,
)
from tests.factories import Factory

pytestmark = pytest.mark.anyio

ACME = Viewer(key=PartnerKey(UUID(int=1), "acme", frozenset({"webhooks:write"})))
BOLT = Viewer(key=PartnerKey(UUID(int=2), "bolt", frozenset({"webhooks:write"})))
ADMIN = Viewer(UUID(int=1), "admin")
HOUR = timedelta(hours=1)
NOON = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
ALL = Replay(NOON - 3 * HOUR, NOON, only_missed=False)
MISSED = Replay(NOON - 3 * HOUR, NOON, only_missed=True)
# Of how the deliveries of `log` stand: status, attempts, error and whether it was done.
BEFORE = [("done", 1, None, True), ("dead", 18, "No.", False), ("pending", 3, "Wait.", False)]
AGAIN = ("pending", 0, None, False)


@pytest.fixture
async def endpoint(factory: Factory) -> UUID:
    return await factory.webhook(types=["order.placed"], filter={"currency": "EUR"})


@pytest.fixture
async def log(database: Database, endpoint: UUID) -> list[UUID]:
    """Events of the last hours: one done, one dead, one pending, and one without a delivery.

    Beside them are those which the endpoint does not want, or which have no position yet.
    """
    wanted = [{"currency": "EUR"}] * 4
    rows = [event(number, payload) for number, payload in enumerate(wanted, 1)]
    rows += [
        event(5, {"currency": "SEK"}),
        event(6, {"currency": "EUR"}, type="order.shipped"),
        event(7, {"currency": "EUR"}, type="account.updated"),
        event(None, {"currency": "EUR"}),
    ]
    async with database.session.begin() as session:
        ids = list(await session.scalars(insert(Event).returning(Event.id), rows))
        states = zip(rows, ids, BEFORE, strict=False)
        await session.execute(insert(Effect), [delivery(endpoint, *each) for each in states])
    return ids


def event(position: int | None, payload: dict[str, Any], type: str = "order.placed") -> Any:  # noqa: A002 - the column.
    return {
        "position": position,
        "aggregate_type": "order",
        "aggregate_id": uuid4(),
        "sequence": 1,
        "type": type,
        "correlation_id": "-",
        "payload": payload,
        "occurred_at": NOON - 2 * HOUR,
        "id": UUID(int=(int((NOON - 2 * HOUR).timestamp() * 1000) << 80) + (position or 99)),
    }


def delivery(endpoint: UUID, row: Any, event_id: UUID, state: Any) -> dict[str, Any]:
    status, attempts, error, is_done = state
    return {
        "event_id": event_id,
        "handler": "deliver_webhook",
        "target": endpoint,
        "aggregate_id": row["aggregate_id"],
        "position": row["position"],
        "is_ordered": True,
        "status": status,
        "attempts": attempts,
        "error": error,
        "done_at": NOON if is_done else None,
        # Later than the run may reach, which passes hours.
        "next_attempt_at": NOON + 24 * HOUR,
    }


async def states(database: Database) -> list[tuple[Any, ...]]:
    statement = select(
        Effect.status, Effect.attempts, Effect.error, Effect.done_at.is_not(None)
    ).order_by(Effect.position)
    return [tuple(row) for row in await database.fetch(statement, {})]


async def run(
    database: Database,
    endpoint: UUID,
    replayed: Replay,
    viewer: Viewer = ACME,
    *,
    dry_run: bool = False,
) -> tuple[int, int]:
    async with database.session.begin() as session:
        outcome = await replay(session, viewer, endpoint, replayed, dry_run=dry_run)
    assert outcome["endpoint_id"] == endpoint
    return outcome["repeated"], outcome["added"]


@pytest.mark.usefixtures("log")
async def test_all_of_a_time_are_sent_again_and_what_was_never_sent_is_added(
    database: Database, endpoint: UUID
) -> None:
    assert await run(database, endpoint, ALL) == (2, 1)

    assert await states(database) == [AGAIN, AGAIN, BEFORE[2], AGAIN]
    due = select(func.count()).where(Effect.next_attempt_at <= func.now())
    assert await database.fetch(due, {}) == [(3,)]
    assert await run(database, endpoint, ALL) == (0, 0)


async def test_an_added_delivery_is_as_the_log_would_have_made_it(
    database: Database, endpoint: UUID, log: list[UUID]
) -> None:
    await run(database, endpoint, MISSED)

    aggregate = select(Event.aggregate_id).where(Event.id == log[3])
    expected = (log[3], endpoint, (await database.fetch(aggregate, {}))[0][0], 4, True)
    added = select(
        Effect.event_id, Effect.target, Effect.aggregate_id, Effect.position, Effect.is_ordered
    ).where(Effect.position == 4)
    assert await database.fetch(added, {}) == [expected]


@pytest.mark.usefixtures("log")
async def test_only_what_was_missed_leaves_what_was_taken(
    database: Database, endpoint: UUID
) -> None:
    assert await run(database, endpoint, MISSED) == (1, 1)

    assert await states(database) == [BEFORE[0], AGAIN, BEFORE[2], AGAIN]


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(("replayed", "counts"), [(ALL, (2, 1)), (MISSED, (1, 1))])
async def test_a_dry_run_counts_and_changes_nothing(
    database: Database, endpoint: UUID, replayed: Replay, counts: tuple[int, int]
) -> None:
    assert await run(database, endpoint, replayed, dry_run=True) == counts
    assert await states(database) == BEFORE


@pytest.mark.usefixtures("log")
async def test_the_time_begins_with_its_first_moment_and_ends_before_its_last(
    database: Database, endpoint: UUID
) -> None:
    at = NOON - 2 * HOUR
    assert await run(database, endpoint, Replay(at, at, only_missed=False)) == (0, 0)
    before = Replay(at - HOUR, at, only_missed=False)
    assert await run(database, endpoint, before) == (0, 0)
    assert await states(database) == BEFORE

    moment = Replay(at, at + timedelta(microseconds=1), only_missed=False)
    assert await run(database, endpoint, moment) == (2, 1)


@pytest.mark.usefixtures("log")
async def test_too_many_at_once_are_refused_with_their_number(
    database: Database, endpoint: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replays, "MOST_REPLAYED", 2)
    for dry_run in (True, False):
        with pytest.raises(TooManyWebhookDeliveries) as refused:
            await run(database, endpoint, ALL, dry_run=dry_run)
        assert refused.value.values == {"count": 3, "maximum": 2}

    assert await states(database) == BEFORE
    assert await run(database, endpoint, MISSED) == (1, 1)


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("viewer", [BOLT, ANONYMOUS, Viewer(UUID(int=3), "merchant")])
async def test_another_clients_are_not_found(
    database: Database, endpoint: UUID, viewer: Viewer
) -> None:
    (first, *_) = (await database.fetch(select(Effect.id), {}))[0]
    with pytest.raises(WebhookEndpointNotFound):
        await run(database, endpoint, ALL, viewer)
    with pytest.raises(WebhookDeliveryNotFound):
        async with database.session.begin() as session:
            await replay_delivery(session, viewer, first)

    assert await states(database) == BEFORE


@pytest.mark.usefixtures("log")
async def test_nothing_is_sent_again_to_a_disabled_endpoint(
    database: Database, factory: Factory
) -> None:
    disabled = await factory.webhook(status="disabled")
    async with database.session.begin() as session:
        await session.execute(update(Effect).values(target=disabled))
    (first, *_) = (await database.fetch(select(Effect.id), {}))[0]
    with pytest.raises(WebhookEndpointDisabled):
        await run(database, disabled, ALL)
    with pytest.raises(WebhookEndpointDisabled):
        async with database.session.begin() as session:
            await replay_delivery(session, ACME, first)

    assert await states(database) == BEFORE


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("viewer", [ACME, ADMIN])
@pytest.mark.parametrize("place", [0, 1, 2])
async def test_one_delivery_is_sent_again_however_it_stands(
    database: Database, viewer: Viewer, place: int
) -> None:
    ids = await database.fetch(select(Effect.id).order_by(Effect.position), {})
    async with database.session.begin() as session:
        outcome = await replay_delivery(session, viewer, ids[place][0])

    assert outcome == {"delivery_id": ids[place][0]}
    assert await states(database) == [*BEFORE[:place], AGAIN, *BEFORE[place + 1 :]]


async def test_what_no_endpoint_is_sent_is_no_delivery(
    database: Database, factory: Factory
) -> None:
    _, mail = decode_id(await factory.dead_effect())
    for unknown in (mail, uuid4()):
        with pytest.raises(WebhookDeliveryNotFound):
            async with database.session.begin() as session:
                await replay_delivery(session, ADMIN, unknown)

    assert [status for status, *_ in await states(database)] == ["dead"]


@pytest.mark.usefixtures("log")
async def test_what_is_being_sent_now_is_left_and_nobody_waits_for_it(
    database: Database, endpoint: UUID
) -> None:
    async with database.session.begin() as worker:
        first = select(Effect).where(Effect.position == 1)
        await worker.execute(first.with_for_update(key_share=True))
        assert await run(database, endpoint, ALL) == (2, 1)

    assert await states(database) == [BEFORE[0], AGAIN, BEFORE[2], AGAIN]
