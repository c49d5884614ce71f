"""The feed of events: who reads it, in which order, and where it goes on."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from core.cursors import encode_cursor
from core.database import Database
from core.ids import encode_id
from loaders.event_log import PUBLIC_AGGREGATES
from loaders.event_positions import CursorAhead, CursorExpired
from models import Event
from services.api_keys import EVENTS
from services.event_types import EVENT_TYPES, PUBLIC_TYPES
from tests.conftest import AsAccount
from tests.factories import Factory
from tests.feed import Feed, open_feed
from tests.graph import Graph, PartnerGraph
from tests.tasks.log import Log

pytestmark = pytest.mark.anyio

EVENTS_OF = """query ($after: String, $first: Int! = 100, $types: [String!], $aggregate: ID) {
    events(after: $after, first: $first, types: $types, aggregate: $aggregate) {
        edges { cursor node { id type } }
        nodes {
            id type version sequence cursor occurredAt aggregate { type id } correlationId payload
        }
        pageInfo { hasNextPage hasPreviousPage endCursor }
        nextCursor
    }
}"""
ALL = ["order.placed", "order.confirmed", "product.changed", "account.registered"]


def cursor(position: int) -> str:
    return encode_cursor("events", [position])


def types(connection: dict[str, Any]) -> list[str]:
    return [each["type"] for each in connection["nodes"]]


@pytest.fixture
async def feed(database: Database) -> Feed:
    return await open_feed(database)


@pytest.fixture
async def admin(as_account: AsAccount) -> Graph:
    return await as_account("admin")


@pytest.fixture
async def partner(graph: Graph, factory: Factory) -> Graph:
    return PartnerGraph(graph.api, factory, await factory.api_key("acme", EVENTS))


async def read(graph: Graph, **variables: object) -> dict[str, Any]:
    connection: dict[str, Any] = (await graph.data(EVENTS_OF, **variables))["events"]
    return connection


async def code(graph: Graph, **variables: object) -> tuple[str, str]:
    (error,) = await graph.errors(EVENTS_OF, **variables)
    return error["code"], error["message"]


async def test_an_admin_reads_the_whole_log_in_its_order(
    feed: Feed, admin: Graph, database: Database
) -> None:
    async with database.session() as session:
        rows = list(await session.scalars(select(Event).order_by(Event.position)))

    page = await read(admin)

    assert page["nodes"] == [
        {
            "id": encode_id("event", row.id),
            "type": row.type,
            "version": 1,
            "sequence": row.sequence,
            "cursor": cursor(position),
            "occurredAt": row.occurred_at.isoformat(),
            "aggregate": {
                "type": row.aggregate_type,
                "id": encode_id(row.aggregate_type, row.aggregate_id),
            },
            "correlationId": row.correlation_id,
            "payload": row.payload,
        }
        for position, row in enumerate(rows, 1)
    ]
    assert types(page) == ALL
    assert [each["sequence"] for each in page["nodes"]] == [1, 2, 1, 1]
    assert page["edges"] == [
        {"cursor": cursor(n), "node": {"id": each["id"], "type": each["type"]}}
        for n, each in enumerate(page["nodes"], 1)
    ]
    assert page["pageInfo"] == {
        "hasNextPage": False,
        "hasPreviousPage": False,
        "endCursor": cursor(4),
    }
    assert {each["aggregate"]["id"] for each in page["nodes"]} == set(feed.ids.values())


async def test_a_partner_reads_what_is_not_private(feed: Feed, partner: Graph) -> None:
    page = await read(partner)

    assert types(page) == ALL[:3]
    # What it may not see was looked at too, and is not looked at again.
    assert page["nextCursor"] == cursor(4)
    assert types(await read(partner, types=["account.registered"])) == []
    assert types(await read(partner, aggregate=feed.ids["account"])) == []


def test_every_public_type_and_no_other_is_shown_to_partners() -> None:
    shown = {name for name, each in EVENT_TYPES.items() if each.aggregate_type in PUBLIC_AGGREGATES}

    assert shown == PUBLIC_TYPES


async def test_a_key_without_the_scope_finds_no_event_by_its_id(
    feed: Feed, graph: Graph, factory: Factory, partner: Graph
) -> None:
    del feed
    without = PartnerGraph(graph.api, factory, await factory.api_key("acme"))
    (first, *_) = (await read(partner))["nodes"]
    by_node = "query ($id: ID!) { node(id: $id) { ... on Event { type } } }"

    assert await without.data(by_node, id=first["id"]) == {"node": None}
    assert await partner.data(by_node, id=first["id"]) == {"node": {"type": "order.placed"}}


async def test_private_events_are_admins_by_any_id(
    feed: Feed, partner: Graph, admin: Graph
) -> None:
    del feed
    *_, private = (await read(admin))["nodes"]
    by_ids = "query ($id: ID!) { event(id: $id) { type } node(id: $id) { id } }"

    assert await partner.data(by_ids, id=private["id"]) == {"event": None, "node": None}
    assert await admin.data(by_ids, id=private["id"]) == {
        "event": {"type": "account.registered"},
        "node": {"id": private["id"]},
    }


async def test_who_did_it_is_told_to_admins(feed: Feed, partner: Graph, admin: Graph) -> None:
    document = "{ events { nodes { actor { id } } } }"
    actor = {"actor": {"id": feed.ids["account"]}}

    told = (await admin.data(document))["events"]["nodes"]
    assert told == [actor, {"actor": None}, {"actor": None}, actor]
    told = (await partner.data(document))["events"]["nodes"]
    assert told == [{"actor": None}] * 3


async def test_pages_follow_one_another_without_gap_or_repetition(feed: Feed, admin: Graph) -> None:
    await feed.change(times=4)
    whole = [each["id"] for each in (await read(admin))["nodes"]]
    seen: list[str] = []
    after = None

    for _ in range(3):
        page = await read(admin, first=3, after=after)
        seen += [each["id"] for each in page["nodes"]]
        assert page["pageInfo"]["hasNextPage"] == (len(seen) < 8)
        assert page["nextCursor"] == cursor(len(seen))
        after = page["nextCursor"]

    assert (len(whole), seen) == (8, whole)


async def test_what_happens_later_follows_the_cursor_of_an_empty_page(
    feed: Feed, admin: Graph
) -> None:
    empty = await read(admin, after=(await read(admin))["nextCursor"])
    assert (empty["nodes"], empty["pageInfo"]["endCursor"]) == ([], None)

    await feed.change()
    assert types(await read(admin, after=empty["nextCursor"])) == ["product.changed"]


async def test_the_log_of_a_new_shop_is_empty_and_can_be_followed(
    admin: Graph, database: Database
) -> None:
    empty = await read(admin)
    assert (empty["nodes"], empty["nextCursor"]) == ([], cursor(0))

    await open_feed(database)
    assert types(await read(admin, after=empty["nextCursor"])) == ALL


async def test_an_event_without_a_position_is_not_told_yet(
    feed: Feed, admin: Graph, database: Database
) -> None:
    del feed
    event_id = await Log(database).record("order.placed", uuid4())

    page = await read(admin)
    assert (types(page), page["nextCursor"]) == (ALL, cursor(4))
    by_id = "query ($id: ID!) { event(id: $id) { id } }"
    assert await admin.data(by_id, id=encode_id("event", event_id)) == {"event": None}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (["order.confirmed", "product.changed"], ALL[1:3]),
        (["product.retired"], []),
        ([], ALL),
        (None, ALL),
    ],
)
async def test_types_choose_events(
    feed: Feed, admin: Graph, wanted: list[str] | None, found: list[str]
) -> None:
    del feed
    page = await read(admin, types=wanted)

    assert types(page) == found
    assert page["nextCursor"] == cursor(4)


async def test_an_aggregate_chooses_its_own_events(feed: Feed, admin: Graph) -> None:
    assert types(await read(admin, aggregate=feed.ids["order"])) == ALL[:2]
    assert types(await read(admin, aggregate=feed.ids["product"], types=["order.placed"])) == []
    # The same number under another name is another thing.
    assert types(await read(admin, aggregate=encode_id("product", feed.order))) == []


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"types": ["order.lost"]}, "There is no type of event 'order.lost'."),
        ({"types": ["order.placed"] * 51}, "`types` takes at most 50 values, not 51."),
        ({"aggregate": "order"}, "'order' is not an id"),
        (
            {"after": encode_cursor("newest", [1])},
            "This is not a cursor of this list: the cursor belongs to another sort.",
        ),
        ({"first": 101}, "A page has 1 to 100 entries, not 101."),
    ],
)
async def test_what_cannot_be_meant_is_refused(
    admin: Graph, variables: dict[str, Any], message: str
) -> None:
    assert await code(admin, **variables) == ("BAD_USER_INPUT", message)


async def test_a_cursor_is_refused_from_before_what_is_kept(feed: Feed, admin: Graph) -> None:
    await feed.change()
    await feed.expire(4)

    assert await code(admin, after=cursor(3)) == (
        "CURSOR_EXPIRED",
        str(CursorExpired()),
    )
    assert types(await read(admin, after=cursor(4))) == ["product.changed"]
    assert types(await read(admin)) == [*ALL[:2], "product.changed"]


async def test_orders_are_read_from_any_cursor(feed: Feed, admin: Graph) -> None:
    await feed.expire(4)
    confirmed = ["order.confirmed"]

    assert types(await read(admin, after=cursor(1), aggregate=feed.ids["order"])) == confirmed
    orders = [name for name in EVENT_TYPES if name.startswith("order.")]
    assert types(await read(admin, after=cursor(1), types=orders)) == confirmed
    mixed = await code(admin, after=cursor(1), types=[*orders, "product.changed"])
    assert mixed[0] == "CURSOR_EXPIRED"
    of_product = await code(admin, after=cursor(1), aggregate=feed.ids["product"])
    assert of_product[0] == "CURSOR_EXPIRED"


async def test_a_cursor_from_the_future_is_refused(feed: Feed, admin: Graph) -> None:
    del feed

    assert await code(admin, after=cursor(5)) == (
        "CURSOR_AHEAD",
        str(CursorAhead()),
    )
    assert types(await read(admin, after=cursor(4))) == []
