from typing import Any

import pytest
from sqlalchemy import select

from core.database import Database
from core.ids import encode_id
from models import Address, Event
from tests.conftest import AsAccount
from tests.factories import Factory
from tests.graph import Graph

pytestmark = pytest.mark.anyio

FIELDS = "recipient line1 line2 postalCode city region countryCode"
ERRORS = "errors { ... on UserError { code path } }"
ADD = f"""mutation ($address: AddressInput!, $key: String) {{
    addressAdd(address: $address, idempotencyKey: $key) {{ address {{ id {FIELDS} }} {ERRORS} }}
}}"""
UPDATE = f"""mutation ($id: ID!, $address: AddressInput!) {{
    addressUpdate(id: $id, address: $address) {{ address {{ id {FIELDS} }} {ERRORS} }}
}}"""
REMOVE = f"""mutation ($id: ID!) {{
    addressRemove(id: $id) {{ account {{ addresses {{ nodes {{ city }} }} }} {ERRORS} }}
}}"""
HOME = {
    "recipient": "Ann",
    "line1": "Main Street 1",
    "line2": "Back",
    "postalCode": "53111",
    "city": "Bonn",
    "region": "NW",
    "countryCode": "DE",
}
NOT_FOUND = [{"code": "ADDRESS_NOT_FOUND", "path": ["id"]}]


async def payload(graph: Graph, document: str, **variables: object) -> dict[str, Any]:
    (found,) = (await graph.data(document, **variables)).values()
    assert isinstance(found, dict)
    return found


async def kept(database: Database) -> list[tuple[Any, ...]]:
    rows = await database.fetch(select(Address.id, Address.city).order_by(Address.id), {})
    events = await database.fetch(select(Event.id).order_by(Event.id), {})
    return [tuple(row) for row in (*rows, *events)]


@pytest.mark.parametrize("role", ["customer", "merchant", "admin"])
async def test_an_address_is_added_changed_and_removed(as_account: AsAccount, role: str) -> None:
    viewer = await as_account(role)

    added = await payload(viewer, ADD, address=HOME)
    address_id = added["address"]["id"]
    assert added == {"address": {"id": address_id, **HOME}, "errors": []}

    moved = HOME | {"city": " Celle ", "line2": "", "region": ""}
    changed = await payload(viewer, UPDATE, id=address_id, address=moved)
    assert changed["address"] == {"id": address_id, **moved, "city": "Celle"}

    assert await payload(viewer, REMOVE, id=address_id) == {
        "account": {"addresses": {"nodes": []}},
        "errors": [],
    }


async def test_an_address_is_added_once_under_a_key(as_account: AsAccount) -> None:
    viewer = await as_account()

    first = await payload(viewer, ADD, address=HOME, key="k1")

    assert await payload(viewer, ADD, address=HOME, key="k1") == first
    other = HOME | {"city": "Celle"}
    (error,) = await viewer.errors(ADD, address=other, key="k1")
    assert error["code"] == "IDEMPOTENCY_KEY_REUSED"
    data = await viewer.data("{ viewer { addresses { totalCount } } }")
    assert data == {"viewer": {"addresses": {"totalCount": 1}}}


async def test_a_fifty_first_address_is_refused(
    as_account: AsAccount, factory: Factory, database: Database
) -> None:
    account = await factory.account()
    for _ in range(50):
        await factory.address(account=account)
    before = await kept(database)

    refused = await payload(await as_account(id=account), ADD, address=HOME)

    assert refused == {"address": None, "errors": [{"code": "TOO_MANY_ADDRESSES", "path": []}]}
    assert await kept(database) == before


@pytest.mark.parametrize("role", ["customer", "merchant", "admin"])
async def test_the_addresses_of_others_stay(
    as_account: AsAccount, factory: Factory, database: Database, role: str
) -> None:
    """An admin sees them too, but they are not the admin's to change."""
    address = await factory.address(account=await factory.account())
    others, viewer = encode_id("address", address), await as_account(role)
    before = await kept(database)

    changed = await payload(viewer, UPDATE, id=others, address=HOME)
    removed = await payload(viewer, REMOVE, id=others)

    assert changed == {"address": None, "errors": NOT_FOUND}
    assert removed == {"account": None, "errors": NOT_FOUND}
    assert await kept(database) == before


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"recipient": " "}, "`recipient`, `line1`, `postalCode` and `city` cannot be empty."),
        ({"city": ""}, "`recipient`, `line1`, `postalCode` and `city` cannot be empty."),
        ({"countryCode": "de"}, "`countryCode` is two capital letters, such as DE."),
        ({"countryCode": "DEU"}, "`countryCode` is two capital letters, such as DE."),
        ({"line1": "a" * 201}, "This text has at most 200 characters."),
        ({"line2": "\x00"}, "The character NUL stands in no text of this shop."),
    ],
)
async def test_what_is_no_address_is_bad_input(
    as_account: AsAccount, database: Database, changes: dict[str, str], message: str
) -> None:
    viewer = await as_account()

    (error,) = await viewer.errors(ADD, address=HOME | changes)

    assert error == {
        "message": message,
        "path": ["addressAdd"],
        "code": "BAD_USER_INPUT",
        "argument": "address",
    }
    assert await kept(database) == []
