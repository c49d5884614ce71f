"""The log of deliveries in the graph, and how a partner has them sent again."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from core.database import Database
from core.ids import encode_id
from models import Effect, WebhookAttempt
from services.webhooks import replays
from tests.factories import Factory
from tests.graph import Graph
from tests.schema.webhook_documents import ERROR, payload

pytestmark = pytest.mark.anyio

DELIVERIES = """query ($endpoint: ID!, $status: EffectStatus) {
    webhookDeliveries(endpoint: $endpoint, status: $status) { nodes {
        id eventType status attemptCount error endpoint { id }
        attempts { nodes {
            url requestHeaders request responseStatus response error milliseconds
        } }
    } }
}"""
ONE = f"""mutation ($id: ID!) {{
    webhookDeliveryReplay(id: $id) {{
        delivery {{ id status attemptCount error doneAt }} errors {{ {ERROR} }}
    }}
}}"""
TIME = f"""mutation ($endpoint: ID!, $missed: Boolean!, $dry: Boolean!) {{
    webhookEndpointReplay(
        endpoint: $endpoint, since: "2026-01-01T00:00:00Z", until: "2100-01-01T00:00:00Z"
        onlyMissed: $missed, dryRun: $dry
    ) {{
        endpoint {{ id }} repeated added
        errors {{ {ERROR} ... on TooManyWebhookDeliveries {{ count maximum }} }}
    }}
}}"""
ATTEMPT = {
    "url": "https://example.com",
    "requestHeaders": {},
    "request": "{}",
    "responseStatus": 200,
    "response": "fine",
    "error": None,
    "milliseconds": 7,
}


@pytest.fixture
async def endpoint(factory: Factory) -> UUID:
    return await factory.webhook()


@pytest.fixture
async def delivery(factory: Factory, endpoint: UUID) -> str:
    return encode_id("delivery", await factory.webhook_delivery(endpoint, attempts=2))


async def statuses(database: Database) -> list[tuple[str, int]]:
    statement = select(Effect.status, Effect.attempts).order_by(Effect.id)
    return [(row[0], row[1]) for row in await database.fetch(statement, {})]


async def test_a_partner_sees_its_deliveries_with_each_attempt(
    acme: Graph, bolt: Graph, endpoint: UUID, delivery: str
) -> None:
    own = encode_id("webhook", endpoint)
    shown = await payload(acme, DELIVERIES, endpoint=own)

    assert shown["nodes"] == [
        {
            "id": delivery,
            "eventType": "order.placed",
            "status": "DONE",
            "attemptCount": 2,
            "error": None,
            "endpoint": {"id": own},
            "attempts": {"nodes": [ATTEMPT, ATTEMPT]},
        }
    ]
    assert await payload(acme, DELIVERIES, endpoint=own, status="DEAD") == {"nodes": []}
    assert await payload(bolt, DELIVERIES, endpoint=own) == {"nodes": []}


async def test_an_attempt_that_got_no_answer_says_why(
    acme: Graph, database: Database, endpoint: UUID, factory: Factory
) -> None:
    await factory.webhook_delivery(endpoint)
    values = {"response_status": None, "response": None, "error": "There was no answer."}
    async with database.session.begin() as session:
        await session.execute(update(WebhookAttempt).values(values))

    shown = await payload(acme, DELIVERIES, endpoint=encode_id("webhook", endpoint))
    (attempt,) = shown["nodes"][0]["attempts"]["nodes"]
    assert attempt == ATTEMPT | {
        "responseStatus": None,
        "response": None,
        "error": "There was no answer.",
    }


async def test_a_delivery_is_sent_again_by_its_client_alone(
    acme: Graph, bolt: Graph, database: Database, delivery: str
) -> None:
    refused = await payload(bolt, ONE, id=delivery)
    assert [each["code"] for each in refused["errors"]] == ["WEBHOOK_DELIVERY_NOT_FOUND"]
    assert await statuses(database) == [("done", 2)]

    again = {"id": delivery, "status": "PENDING", "attemptCount": 0, "error": None, "doneAt": None}
    assert await payload(acme, ONE, id=delivery) == {"delivery": again, "errors": []}
    assert await statuses(database) == [("pending", 0)]


async def test_a_dry_run_tells_the_counts_of_what_is_then_done(
    acme: Graph, database: Database, endpoint: UUID, factory: Factory
) -> None:
    await factory.webhook_delivery(endpoint)
    await factory.webhook_delivery(endpoint, status="dead", position=2)
    own: dict[str, Any] = {"endpoint": encode_id("webhook", endpoint)}

    for missed, repeated in ((True, 1), (False, 2)):
        counted = await payload(acme, TIME, **own, missed=missed, dry=True)
        expected = {"endpoint": {"id": own["endpoint"]}, "repeated": repeated, "added": 0}
        assert counted == expected | {"errors": []}
    assert await statuses(database) == [("done", 1), ("dead", 1)]

    assert (await payload(acme, TIME, **own, missed=True, dry=False))["repeated"] == 1
    assert await statuses(database) == [("done", 1), ("pending", 0)]


async def test_what_is_refused_is_told_with_its_figures(
    acme: Graph,
    bolt: Graph,
    database: Database,
    endpoint: UUID,
    delivery: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: dict[str, Any] = {"endpoint": encode_id("webhook", endpoint), "missed": False}
    assert delivery
    monkeypatch.setattr(replays, "MOST_REPLAYED", 0)
    many = await payload(acme, TIME, **asked, dry=False)
    others = await payload(bolt, TIME, **asked, dry=False)

    (error,) = many["errors"]
    assert (error["code"], error["count"], error["maximum"]) == (
        "TOO_MANY_WEBHOOK_DELIVERIES",
        1,
        0,
    )
    assert (many["endpoint"], many["repeated"], many["added"]) == (None, None, None)
    assert [each["code"] for each in others["errors"]] == ["WEBHOOK_ENDPOINT_NOT_FOUND"]
    assert await statuses(database) == [("done", 2)]


@pytest.mark.parametrize("since", ["1969-12-31T00:00:00Z", "9999-01-01T00:00:00Z"])
async def test_a_time_that_no_event_has_is_refused(acme: Graph, endpoint: UUID, since: str) -> None:
    document = TIME.replace("2026-01-01T00:00:00Z", since)
    own = encode_id("webhook", endpoint)
    (error,) = await acme.errors(document, endpoint=own, missed=True, dry=True)

    assert error["code"] == "BAD_USER_INPUT"
