"""Endpoints: what each command writes, whom it lets do so, and that a refusal changes nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import Database
from core.errors import BadInput, DomainError, ForbiddenError
from core.viewer import ANONYMOUS, PartnerKey, Viewer
from models import Effect, Event, WebhookEndpoint
from services.api_keys import WEBHOOKS
from services.emails import InvalidEmail
from services.webhooks import endpoints
from services.webhooks.endpoints import (
    MOST_ENDPOINTS,
    EndpointTerms,
    EventTypeUnknown,
    TooManyWebhookEndpoints,
    WebhookEndpointNotFound,
)
from tests.factories import Factory

pytestmark = pytest.mark.anyio


def partner(client: str) -> Viewer:
    return Viewer(key=PartnerKey(UUID(int=1), client, frozenset({WEBHOOKS})))


ACME, ADMIN = partner("acme"), Viewer(UUID(int=1), "admin")
STRANGERS = {
    "anonymous": ANONYMOUS,
    "another partner": partner("bolt"),
    "a customer": Viewer(UUID(int=2), "customer"),
    "a merchant": Viewer(UUID(int=3), "merchant"),
}
NEW = EndpointTerms("https://acme.example/hook", owner_email="ops@acme.example")
WHOLE = EndpointTerms(
    url="https://acme.example/other",
    types=("order.shipped", "order.placed", "order.placed"),
    filter='{"currency":"EUR"}',
    document="query ($event: ID!) { node(id: $event) { id } }",
    owner_email="Ops@Acme.example",
    enabled=False,
)
WRITTEN = {
    "url": "https://acme.example/other",
    "types": ["order.placed", "order.shipped"],
    "filter": {"currency": "EUR"},
    "document": "query ($event: ID!) { node(id: $event) { id } }",
    "owner_email": "ops@acme.example",
    "status": "disabled",
}
# In every command of these tests that has an endpoint already.
COMMANDS: dict[str, Callable[[AsyncSession, Viewer, UUID], Awaitable[dict[str, Any]]]] = {
    "change": lambda session, viewer, id_: endpoints.change(session, viewer, id_, WHOLE),
    "remove": endpoints.remove,
    "rotate_secret": endpoints.rotate_secret,
}


async def stored(database: Database) -> list[dict[str, Any]]:
    """Return all endpoints with all that they have, by age."""
    columns = WebhookEndpoint.__table__.c
    found = await database.fetch(select(*columns).order_by(columns.id), {})
    return [dict(zip(columns.keys(), row, strict=True)) for row in found]


async def create(database: Database, terms: EndpointTerms = NEW, client: str = "acme") -> Any:
    async with database.session.begin() as session:
        return await endpoints.create(session, client, terms)


async def change(
    database: Database, endpoint: UUID, terms: EndpointTerms, viewer: Viewer = ACME
) -> Any:
    async with database.session.begin() as session:
        return await endpoints.change(session, viewer, endpoint, terms)


async def test_a_new_endpoint_wants_every_event_and_has_its_first_secret(
    database: Database,
) -> None:
    made = await create(database)

    (row,) = await stored(database)
    assert made == {"endpoint_id": row["id"], "secret_version": 1}
    assert row | {"id": None, "created_at": None, "updated_at": None} == {
        "id": None,
        "client": "acme",
        "url": "https://acme.example/hook",
        "owner_email": "ops@acme.example",
        "types": [],
        "filter": {},
        "document": None,
        "status": "enabled",
        "secret_version": 1,
        "previous_secret_until": None,
        "failures": 0,
        "failing_since": None,
        "paused_until": None,
        "created_at": None,
        "updated_at": None,
    }


async def test_all_that_is_given_is_written(database: Database) -> None:
    await create(database, WHOLE)

    (row,) = await stored(database)
    assert {name: row[name] for name in WRITTEN} == WRITTEN


REFUSED = [
    (replace(NEW, types=("order.placed", "order.eaten")), EventTypeUnknown, ("types", "1")),
    (replace(NEW, types=("account.registered",)), EventTypeUnknown, ("types", "0")),
    (replace(NEW, owner_email="nowhere"), InvalidEmail, ("ownerEmail",)),
]


@pytest.mark.parametrize(("terms", "refusal", "path"), REFUSED)
async def test_what_cannot_be_is_refused_and_nothing_is_written(
    database: Database,
    factory: Factory,
    terms: EndpointTerms,
    refusal: type[DomainError],
    path: tuple[str, ...],
) -> None:
    endpoint = await factory.webhook()
    before = await stored(database)

    for refused in (create(database, terms), change(database, endpoint, terms)):
        with pytest.raises(refusal) as caught:
            await refused
        assert caught.value.values["path"] == path

    assert await stored(database) == before


async def test_two_at_once_cannot_both_be_the_last_of_a_client(
    database: Database, factory: Factory
) -> None:
    for _ in range(MOST_ENDPOINTS - 1):
        await factory.webhook()
    await factory.webhook("bolt")

    outcomes = await asyncio.gather(*(create(database) for _ in range(4)), return_exceptions=True)

    refused = [each for each in outcomes if isinstance(each, TooManyWebhookEndpoints)]
    assert (len(refused), refused[0].values) == (3, {"maximum": 20})
    assert [each["client"] for each in await stored(database)].count("acme") == 20


def test_a_partner_makes_its_own_and_an_admin_names_whose() -> None:
    assert endpoints.client_of(ACME, None) == endpoints.client_of(ACME, "acme") == "acme"
    assert endpoints.client_of(ADMIN, "bolt") == "bolt"
    with pytest.raises(ForbiddenError):
        endpoints.client_of(ACME, "bolt")
    with pytest.raises(BadInput) as refused:
        endpoints.client_of(ADMIN, None)
    assert refused.value.values == {"argument": "client"}


@pytest.mark.parametrize("viewer", [ACME, ADMIN])
async def test_a_change_writes_what_is_given_and_leaves_the_rest(
    database: Database, factory: Factory, viewer: Viewer
) -> None:
    endpoint = await factory.webhook(types=["order.placed"], filter={"currency": "SEK"})
    (before,) = await stored(database)

    await change(database, endpoint, EndpointTerms(document="query { viewer { id } }"), viewer)
    (once,) = await stored(database)
    await change(database, endpoint, WHOLE, viewer)
    (twice,) = await stored(database)
    await change(database, endpoint, EndpointTerms(types=(), filter="{}", document=""), viewer)
    (cleared,) = await stored(database)

    own = {"updated_at": once["updated_at"]}
    assert once == before | own | {"document": "query { viewer { id } }"}
    assert twice == before | WRITTEN | {"updated_at": twice["updated_at"]}
    nothing: dict[str, Any] = {"types": [], "filter": {}, "document": None}
    assert cleared == twice | nothing | {"updated_at": cleared["updated_at"]}


async def test_who_is_enabled_begins_afresh_and_who_is_not_keeps_its_failures(
    database: Database, factory: Factory
) -> None:
    when = datetime(2026, 1, 2, tzinfo=UTC)
    failing: dict[str, Any] = {"failures": 9, "failing_since": when, "paused_until": when}
    endpoint = await factory.webhook(status="disabled", **failing)

    states = []
    for enabled in (None, False, True):
        await change(database, endpoint, EndpointTerms(enabled=enabled))
        (row,) = await stored(database)
        states.append({name: row[name] for name in ("status", *failing)})

    assert states[:2] == [{"status": "disabled", **failing}] * 2
    well = {"failures": 0, "failing_since": None, "paused_until": None}
    assert states[2] == {"status": "enabled", **well}


async def test_a_rotation_gives_the_next_secret_and_a_day_to_the_one_before(
    database: Database, factory: Factory
) -> None:
    endpoint, other = await factory.webhook(), await factory.webhook()
    began = datetime.now(UTC)

    async with database.session.begin() as session:
        rotated = await endpoints.rotate_secret(session, ACME, endpoint)

    row, untouched = await stored(database)
    day = timedelta(hours=24)
    assert rotated == {"endpoint_id": endpoint, "secret_version": 2}
    assert (row["id"], row["secret_version"]) == (endpoint, 2)
    assert began + day <= row["previous_secret_until"] <= datetime.now(UTC) + day
    assert (untouched["id"], untouched["secret_version"]) == (other, 1)
    assert untouched["previous_secret_until"] is None


@pytest.mark.parametrize("who", STRANGERS)
@pytest.mark.parametrize("command", COMMANDS)
async def test_nobody_changes_what_is_not_theirs(
    database: Database, factory: Factory, command: str, who: str
) -> None:
    endpoint = await factory.webhook()
    before = await stored(database)

    with pytest.raises(WebhookEndpointNotFound):
        async with database.session.begin() as session:
            await COMMANDS[command](session, STRANGERS[who], endpoint)

    assert await stored(database) == before


@pytest.mark.parametrize("command", COMMANDS)
async def test_an_endpoint_that_there_is_not_is_not_found(
    database: Database, factory: Factory, command: str
) -> None:
    await factory.webhook()
    before = await stored(database)

    with pytest.raises(WebhookEndpointNotFound):
        async with database.session.begin() as session:
            await COMMANDS[command](session, ADMIN, uuid4())

    assert await stored(database) == before


async def write_effects(database: Database, targets: list[UUID | None]) -> list[UUID]:
    """Write an event and, for each target, an effect that is pending."""
    row = {"aggregate_type": "order", "aggregate_id": uuid4(), "sequence": 1, "position": 1}
    row |= {"type": "order.placed", "correlation_id": "c", "payload": {}}
    async with database.session.begin() as session:
        statement = insert(Event).values(row).returning(Event.id, Event.aggregate_id)
        event, aggregate = (await session.execute(statement)).one()
        effect = {"event_id": event, "handler": "h", "aggregate_id": aggregate, "position": 1}
        return [
            (
                await session.execute(
                    insert(Effect).values(effect | {"target": each}).returning(Effect.id)
                )
            ).scalar_one()
            for each in targets
        ]


async def effects(database: Database) -> set[UUID]:
    return {row[0] for row in await database.fetch(select(Effect.id), {})}


async def test_an_endpoint_goes_with_its_deliveries_and_no_others(
    database: Database, factory: Factory
) -> None:
    endpoint, other = await factory.webhook(), await factory.webhook()
    _, others, untargeted = await write_effects(database, [endpoint, other, None])

    async with database.session.begin() as session:
        removed = await endpoints.remove(session, ACME, endpoint)

    assert removed == {"endpoint_id": endpoint}
    assert [each["id"] for each in await stored(database)] == [other]
    assert await effects(database) == {others, untargeted}


async def test_a_delivery_that_is_being_sent_holds_nobody_up(
    database: Database, factory: Factory
) -> None:
    endpoint = await factory.webhook()
    (sending,) = await write_effects(database, [endpoint])

    async with database.session.begin() as worker:
        await worker.execute(update(Effect).where(Effect.id == sending).values(attempts=1))
        async with asyncio.timeout(10), database.session.begin() as session:
            await endpoints.remove(session, ACME, endpoint)

    assert await stored(database) == []
    assert await effects(database) == {sending}
