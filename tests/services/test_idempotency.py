"""A key makes a call happen once, for one caller, one mutation and one input."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from core.database import Database
from core.errors import BadInput, DomainError
from core.viewer import ANONYMOUS, PartnerKey, Viewer
from models import IdempotencyRecord
from services import idempotency
from services.idempotency import KEPT_FOR, IdempotencyKeyReusedError, Once

pytestmark = pytest.mark.anyio

SOMEBODY = Viewer(UUID(int=1), "customer")
ACME, BOLT = [Viewer(key=PartnerKey(UUID(int=1), client)) for client in ("acme", "bolt")]


def call(viewer: Viewer = SOMEBODY, key: str = "k", mutation: str = "m", **given: object) -> Once:
    named = idempotency.once(viewer, mutation, key, **given)
    assert named is not None
    return named


async def run(database: Database, once: Once, outcome: dict[str, object]) -> dict[str, object]:
    """Do the call, or tell what came of it before."""
    async with database.session.begin() as session:
        stored = await idempotency.claim(session, once)
        if stored is not None:
            return stored
        await idempotency.store(session, once, outcome)
        return outcome


async def kept(database: Database) -> int:
    (row,) = await database.fetch(select(func.count()).select_from(IdempotencyRecord), {})
    return int(row[0])


async def test_the_same_call_returns_the_outcome_of_the_first(database: Database) -> None:
    order = uuid4()
    first = await run(database, call(quantity=1), {"order_id": order, "note": "a"})
    again = await run(database, call(quantity=1), {"order_id": uuid4(), "note": "b"})
    assert again == first == {"order_id": order, "note": "a"}


async def test_the_same_key_with_another_input_is_refused(database: Database) -> None:
    await run(database, call(quantity=1), {"n": 1})
    with pytest.raises(IdempotencyKeyReusedError):
        await run(database, call(quantity=2), {"n": 2})
    assert await run(database, call(quantity=1), {}) == {"n": 1}


@pytest.mark.parametrize(
    "other",
    [
        call(Viewer(UUID(int=2), "customer")),
        call(Viewer(cart_secret_hash=bytes(32))),
        call(ANONYMOUS),
        call(ACME),
        call(mutation="another"),
        call(key="another"),
    ],
)
async def test_other_callers_mutations_and_keys_are_other_calls(
    database: Database, other: Once
) -> None:
    await run(database, call(), {"n": 1})
    assert await run(database, other, {"n": 2}) == {"n": 2}


async def test_each_partner_has_keys_of_its_own(database: Database) -> None:
    anonymous, acme, bolt = call(ANONYMOUS), call(ACME), call(BOLT)
    outcomes = [await run(database, each, {"n": n}) for n, each in enumerate([anonymous, acme])]
    outcomes += [await run(database, each, {"n": 9}) for each in (bolt, acme)]
    assert outcomes == [{"n": 0}, {"n": 1}, {"n": 9}, {"n": 1}]


def test_another_key_of_a_client_goes_on_where_the_first_ended() -> None:
    assert call(Viewer(key=PartnerKey(UUID(int=2), "acme"))) == call(ACME)


async def test_a_refusal_is_not_kept(database: Database) -> None:
    async def refuse() -> None:
        async with database.session.begin() as session:
            await idempotency.claim(session, call())
            raise DomainError("no")

    with pytest.raises(DomainError):
        await refuse()
    assert await kept(database) == 0
    assert await run(database, call(), {"n": 2}) == {"n": 2}


async def test_twins_at_once_do_it_once(database: Database) -> None:
    outcomes = await asyncio.gather(*(run(database, call(), {"n": n}) for n in range(5)))
    assert len({str(outcome) for outcome in outcomes}) == 1
    assert await kept(database) == 1


async def test_outcomes_are_forgotten_after_a_day(database: Database) -> None:
    await run(database, call(), {"n": 1})
    now = datetime.now(UTC)
    async with database.session.begin() as session:
        await idempotency.expire(session, now)
    assert await kept(database) == 1
    async with database.session.begin() as session:
        await idempotency.expire(session, now + KEPT_FOR + timedelta(minutes=1))
    assert await kept(database) == 0


def test_without_a_key_there_is_nothing_to_keep() -> None:
    assert idempotency.once(SOMEBODY, "m", None) is None


@pytest.mark.parametrize("key", ["", "k" * 256, "a\0b"])
def test_a_key_that_cannot_be_kept_is_refused(key: str) -> None:
    with pytest.raises(BadInput) as refused:
        idempotency.once(SOMEBODY, "m", key)
    assert refused.value.values["argument"] == "idempotencyKey"
