"""The viewer's account and its addresses; who sees them else is told in authorisation.py."""

from typing import Any
from uuid import UUID

import pytest

from core.ids import encode_id
from tests.conftest import AsAccount
from tests.factories import Factory
from tests.graph import Graph

pytestmark = pytest.mark.anyio

ACCOUNT = "id email name role addresses { totalCount nodes { id city } }"


@pytest.fixture
async def ann(factory: Factory) -> UUID:
    return await factory.account(email="ann@example.com", name="Ann")


@pytest.fixture
async def ids(factory: Factory, ann: UUID) -> dict[str, str]:
    """The public ids of an account and of its only address."""
    address = await factory.address(account=ann, city="Bonn")
    return {"account": encode_id("account", ann), "address": encode_id("address", address)}


def shown(ids: dict[str, str]) -> dict[str, Any]:
    address = {"id": ids["address"], "city": "Bonn"}
    return {
        "id": ids["account"],
        "email": "ann@example.com",
        "name": "Ann",
        "role": "CUSTOMER",
        "addresses": {"totalCount": 1, "nodes": [address]},
    }


async def test_the_viewer_is_who_asks(
    as_account: AsAccount, ann: UUID, ids: dict[str, str]
) -> None:
    data = await (await as_account(id=ann)).data(f"{{ viewer {{ {ACCOUNT} }} }}")

    assert data == {"viewer": shown(ids)}


async def test_nobody_is_no_viewer(graph: Graph) -> None:
    assert await graph.data("{ viewer { id } }") == {"viewer": None}


async def test_a_cart_makes_no_viewer(graph: Graph) -> None:
    assert await graph.holding("s3cret").data("{ viewer { id } }") == {"viewer": None}


async def test_a_token_may_outlive_its_account(as_account: AsAccount) -> None:
    gone = await as_account(id=UUID(int=1))

    assert await gone.data("{ viewer { id } }") == {"viewer": None}


@pytest.mark.parametrize("role", ["customer", "merchant", "admin"])
async def test_every_role_is_shown(as_account: AsAccount, role: str) -> None:
    data = await (await as_account(role)).data("{ viewer { role } }")

    assert data == {"viewer": {"role": role.upper()}}


async def test_the_hash_of_the_password_is_not_in_the_graph(graph: Graph) -> None:
    data = await graph.data('{ __type(name: "Account") { fields { name } } }')

    assert not [each for each in data["__type"]["fields"] if "password" in each["name"].lower()]


async def test_addresses_are_read_page_by_page_from_the_oldest(
    as_account: AsAccount, factory: Factory, ann: UUID
) -> None:
    cities = ["Aachen", "Bonn", "Celle"]
    for city in reversed(cities):
        await factory.address(account=ann, city=city)
    viewer = await as_account(id=ann)
    document = """query ($after: String) { viewer { addresses(first: 2, after: $after) {
        nodes { city } pageInfo { hasNextPage endCursor }
    } } }"""

    first = (await viewer.data(document))["viewer"]["addresses"]
    rest = await viewer.data(document, after=first["pageInfo"]["endCursor"])

    assert [each["city"] for each in first["nodes"]] == ["Celle", "Bonn"]
    assert first["pageInfo"]["hasNextPage"]
    assert rest["viewer"]["addresses"]["nodes"] == [{"city": "Aachen"}]


async def test_one_statement_reads_the_viewer_and_one_its_addresses(
    as_account: AsAccount, ann: UUID, statements: list[str]
) -> None:
    await (await as_account(id=ann)).data(f"{{ viewer {{ {ACCOUNT} }} }}")

    assert len(statements) == 2
