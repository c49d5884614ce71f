"""What events froze, typed: the same as their payloads say."""

from typing import Any
from uuid import UUID

import pytest
from graphql import GraphQLObjectType

from core.cursors import encode_cursor
from core.database import Database
from core.ids import encode_id
from schema.graph import build_schema
from services.event_types import EVENT_TYPES, EventType
from tests.conftest import AsAccount
from tests.feed import Feed, open_feed
from tests.graph import Graph
from tests.tasks.log import Log

pytestmark = pytest.mark.anyio

SNAPSHOTS = """query ($types: [String!]) { events(types: $types) { nodes {
    payload
    snapshot {
        __typename
        ... on OrderSnapshot {
            orderId number status: status version placedAt email shippingMethod
            subtotal { amount } shipping { minorUnits } total { currency minorUnits }
            shippingAddress { recipient line2 postalCode countryCode }
            lines { variantId sku name quantity unitPrice { amount } total { minorUnits } }
        }
        ... on ProductSnapshot {
            productId merchantId categoryId slug name state: status currency updatedAt
            priceFrom { minorUnits } priceTo { amount }
            variants { variantId sku price { minorUnits } onHand reserved }
        }
        ... on AccountSnapshot { accountId role addressId }
    }
} } }"""


@pytest.fixture
async def feed(database: Database) -> Feed:
    return await open_feed(database)


@pytest.fixture
async def admin(as_account: AsAccount) -> Graph:
    return await as_account("admin")


async def test_snapshots_tell_what_payloads_do(feed: Feed, admin: Graph) -> None:
    placed, _, changed, registered = (await admin.data(SNAPSHOTS))["events"]["nodes"]

    order, payload = placed["snapshot"], placed["payload"]
    assert order.pop("__typename") == "OrderSnapshot"
    variant_id = encode_id("variant", feed.variant)
    assert order == {
        "orderId": feed.ids["order"],
        "number": payload["number"],
        "status": "PENDING",
        "version": 1,
        "placedAt": payload["placedAt"].replace("Z", "+00:00"),
        "email": "ada@example.com",
        "shippingMethod": "standard",
        "subtotal": {"amount": "20.00"},
        "shipping": {"minorUnits": payload["shipping"]["minorUnits"]},
        "total": {"currency": "EUR", "minorUnits": payload["total"]["minorUnits"]},
        "shippingAddress": {
            "recipient": "Ada Example",
            "line2": "",
            "postalCode": "12345",
            "countryCode": "DE",
        },
        "lines": [
            {
                "variantId": variant_id,
                "sku": "MUG",
                "name": "Mug, S",
                "quantity": 2,
                "unitPrice": {"amount": "10.00"},
                "total": {"minorUnits": 2000},
            }
        ],
    }
    product = changed["snapshot"]
    assert product.pop("__typename") == "ProductSnapshot"
    assert product == {
        "productId": feed.ids["product"],
        "merchantId": None,
        "categoryId": changed["payload"]["categoryId"],
        "slug": "mug",
        "name": "Mug",
        "state": "ACTIVE",
        "currency": "EUR",
        "updatedAt": changed["payload"]["updatedAt"].replace("Z", "+00:00"),
        "priceFrom": {"minorUnits": 1000},
        "priceTo": {"amount": "10.00"},
        "variants": [
            {
                "variantId": variant_id,
                "sku": "MUG",
                "price": {"minorUnits": 1000},
                "onHand": 3,
                "reserved": 0,
            }
        ],
    }
    assert registered["snapshot"] == {
        "__typename": "AccountSnapshot",
        "accountId": feed.ids["account"],
        "role": "CUSTOMER",
        "addressId": None,
    }


async def test_what_has_no_snapshot_has_its_payload(
    feed: Feed, admin: Graph, database: Database
) -> None:
    await Log(database).record("voucher.made", UUID(int=1), code="X")
    await feed.change()

    document = """query ($after: String) { events(first: 1, after: $after) { nodes {
        aggregate { id } payload snapshot { __typename }
    } } }"""
    assert (await admin.data(document, after=encode_cursor("events", [4])))["events"]["nodes"] == [
        {
            "aggregate": {"id": encode_id("voucher", UUID(int=1))},
            "payload": {"code": "X"},
            "snapshot": None,
        }
    ]


SNAPSHOT_TYPES = {
    "order": "OrderSnapshot",
    "product": "ProductSnapshot",
    "account": "AccountSnapshot",
}


@pytest.mark.parametrize(
    "declared", [each for each in EVENT_TYPES.values() if each.aggregate_type in SNAPSHOT_TYPES]
)
def test_a_snapshot_has_every_part_of_its_payloads(declared: EventType[Any]) -> None:
    snapshot = build_schema().core.type_map[SNAPSHOT_TYPES[declared.aggregate_type]]
    told = {field.alias for field in declared.payload.model_fields.values()}

    assert isinstance(snapshot, GraphQLObjectType)
    # Its own id has a name by which caches do not take it for the object's.
    assert told - {"id"} <= set(snapshot.fields)
