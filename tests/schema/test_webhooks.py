"""Endpoints of webhooks in the graph: who makes and changes them, and what it tells of secrets."""

import base64

import pytest
from sqlalchemy import select

from core.database import Database
from core.ids import decode_id, encode_id
from core.settings import Settings
from models import IdempotencyRecord
from services.webhooks.signatures import endpoint_secret
from tests.conftest import AsAccount
from tests.factories import Factory
from tests.graph import Graph
from tests.schema.webhook_documents import (
    CREATE,
    DELETE,
    DOCUMENT,
    EMAIL,
    LIST,
    NEW,
    OTHER_URL,
    PLAIN,
    ROTATE,
    UPDATE,
    URL,
    payload,
    refusal,
    stored,
)

pytestmark = pytest.mark.anyio


def secret(settings: Settings, endpoint: str, version: int) -> str:
    return endpoint_secret(settings, decode_id(endpoint)[1], version)


async def test_a_partner_makes_an_endpoint_and_is_shown_its_secret(
    acme: Graph, settings: Settings
) -> None:
    made = await payload(acme, CREATE, **NEW)

    endpoint = made["endpoint"].pop("id")
    assert endpoint.startswith("webhook_")
    assert made == {"endpoint": PLAIN, "secret": secret(settings, endpoint, 1), "errors": []}
    assert len(base64.b64decode(made["secret"].removeprefix("whsec_"))) == 32
    assert await payload(acme, LIST) == {"nodes": [{"id": endpoint}]}


async def test_all_that_is_given_is_kept(acme: Graph) -> None:
    filtered = {"total": {"currency": "EUR"}, "lines": [{"sku": 'a "\\u0000" b'}]}
    wanted = {"types": ["order.shipped", "order.placed"], "filter": filtered, "document": DOCUMENT}

    made = await payload(acme, CREATE, **wanted, url=f" {OTHER_URL} ", ownerEmail=EMAIL)

    own = {**wanted, "types": ["order.placed", "order.shipped"], "url": OTHER_URL}
    del made["endpoint"]["id"]
    assert made["endpoint"] == {**PLAIN, **own}


async def test_a_filter_may_stand_in_the_document(acme: Graph) -> None:
    made = await payload(
        acme,
        f"""mutation {{ webhookEndpointCreate(
            url: "{URL}", ownerEmail: "{EMAIL}", filter: {{total: {{minorUnits: 5}}, deep: [null]}}
        ) {{ endpoint {{ filter }} }} }}""",
    )

    assert made["endpoint"]["filter"] == {"total": {"minorUnits": 5}, "deep": [None]}


async def test_an_admin_makes_one_for_the_client_that_it_names(
    as_account: AsAccount, acme: Graph, bolt: Graph, database: Database
) -> None:
    admin = await as_account("admin")

    made = await payload(admin, CREATE, **NEW, client="bolt")
    (unnamed,) = await admin.errors(CREATE, **NEW)
    empty = await admin.errors(CREATE, **NEW, client="")
    (foreign,) = await acme.errors(CREATE, **NEW, client="bolt")

    assert made["endpoint"]["client"] == "bolt"
    assert (unnamed["code"], unnamed["argument"]) == ("BAD_USER_INPUT", "client")
    assert [(each["code"], each["argument"]) for each in empty] == [("BAD_USER_INPUT", "client")]
    assert foreign["code"] == "FORBIDDEN"
    assert len(await stored(database)) == 1
    mine = {"nodes": [{"id": made["endpoint"]["id"]}]}
    for asking, named, seen in (
        (bolt, None, mine),
        (bolt, "acme", {"nodes": []}),
        (acme, "bolt", {"nodes": []}),
        (admin, None, mine),
        (admin, "bolt", mine),
        (admin, "acme", {"nodes": []}),
    ):
        assert await payload(asking, LIST, client=named) == seen


async def test_a_call_made_twice_makes_one_endpoint_and_tells_the_secret_again(
    acme: Graph, bolt: Graph, database: Database
) -> None:
    first = await payload(acme, CREATE, **NEW, key="k")
    rotated = await payload(acme, ROTATE, id=first["endpoint"]["id"])
    again = await payload(acme, CREATE, **NEW, key="k")
    others = await payload(bolt, CREATE, **NEW, key="k")
    reused = await acme.errors(CREATE, **{**NEW, "url": OTHER_URL}, key="k")

    assert again["secret"] == first["secret"] != rotated["secret"]
    assert again["endpoint"]["id"] == first["endpoint"]["id"] != others["endpoint"]["id"]
    assert [each["code"] for each in reused] == ["IDEMPOTENCY_KEY_REUSED"]
    assert len(await stored(database)) == 2
    kept = await database.fetch(select(IdempotencyRecord.outcome), {})
    assert [sorted(row[0]) for row in kept] == [["endpoint_id", "secret_version"]] * 2


async def test_a_client_has_no_more_than_its_share(
    acme: Graph, bolt: Graph, factory: Factory, database: Database
) -> None:
    for _ in range(20):
        await factory.webhook()

    refused = await payload(acme, CREATE, **NEW)

    message = "A client has at most 20 endpoints."
    code = "TOO_MANY_WEBHOOK_ENDPOINTS"
    told = refusal("TooManyWebhookEndpoints", code, [], message, maximum=20)
    assert refused == {"endpoint": None, "secret": None, "errors": [told]}
    assert len(await stored(database)) == 20
    assert (await payload(bolt, CREATE, **NEW))["errors"] == []


async def test_a_partner_changes_disables_and_enables_its_endpoint(
    acme: Graph, factory: Factory
) -> None:
    failing = await factory.webhook(url=URL, owner_email=EMAIL, failures=3)
    endpoint = encode_id("webhook", failing)
    whole = {"url": OTHER_URL, "types": ["order.placed"], "filter": {"currency": "EUR"}}
    whole |= {"document": DOCUMENT, "ownerEmail": "new@acme.example"}

    untouched = await payload(acme, UPDATE, id=endpoint)
    changed = await payload(acme, UPDATE, id=endpoint, **whole, enabled=False)
    enabled = await payload(acme, UPDATE, id=endpoint, types=[], document="", enabled=True)

    assert untouched == {"endpoint": {**PLAIN, "failures": 3}, "errors": []}
    assert changed["endpoint"] == {**PLAIN, **whole, "failures": 3, "status": "DISABLED"}
    assert enabled["endpoint"] == {**PLAIN, **whole, "types": [], "document": None}


async def test_a_secret_is_rotated_once_by_one_key(acme: Graph, settings: Settings) -> None:
    made = await payload(acme, CREATE, **NEW)
    endpoint = made["endpoint"]["id"]

    first = await payload(acme, ROTATE, id=endpoint, key="k")
    again = await payload(acme, ROTATE, id=endpoint, key="k")
    other = await payload(acme, ROTATE, id=endpoint)

    assert first == again
    assert (first["errors"], first["endpoint"]["id"]) == ([], endpoint)
    assert first["endpoint"]["previousSecretUntil"] is not None
    secrets = [each["secret"] for each in (made, first, other)]
    assert secrets == [secret(settings, endpoint, version) for version in (1, 2, 3)]


async def test_an_endpoint_is_deleted_once(
    acme: Graph, database: Database, factory: Factory, endpoint: str
) -> None:
    await factory.webhook("bolt")

    gone = await payload(acme, DELETE, id=endpoint)
    again = await payload(acme, DELETE, id=endpoint)

    message = "There is no such endpoint."
    unknown = refusal("WebhookEndpointNotFound", "WEBHOOK_ENDPOINT_NOT_FOUND", ["id"], message)
    assert gone == {"deletedId": endpoint, "errors": []}
    assert again == {"deletedId": None, "errors": [unknown]}
    assert len(await stored(database)) == 1
