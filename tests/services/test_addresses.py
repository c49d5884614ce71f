import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select

from core.database import Database
from core.errors import DomainError
from core.ids import encode_id
from models import Address, Event
from services import addresses
from services.addresses import AddressNotFound, PostalAddress, TooManyAddresses
from tests.factories import Factory

pytestmark = pytest.mark.anyio

HOME = PostalAddress("Ann", "Main Street 1", "", "10115", "Berlin", "", "DE")


async def add(database: Database, account: UUID) -> UUID:
    async with database.session.begin() as session:
        added = await addresses.add(session, account, HOME)
    assert added["account_id"] == account
    address: UUID = added["address_id"]
    return address


async def kept(database: Database) -> list[tuple[Any, ...]]:
    names = ["id", "account_id", *vars(HOME)]
    columns = [getattr(Address, name) for name in names]
    return [tuple(row) for row in await database.fetch(select(*columns).order_by(Address.id), {})]


async def events(database: Database) -> list[tuple[str, dict[str, Any]]]:
    rows = await database.fetch(select(Event.type, Event.payload).order_by(Event.id), {})
    return [(type_, payload) for type_, payload in rows]


async def refusal(database: Database, work: Any, *args: object) -> type[DomainError] | None:
    try:
        async with database.session.begin() as session:
            await work(session, *args)
    except DomainError as error:
        return type(error)
    return None


async def test_an_address_is_added_changed_and_removed(
    database: Database, factory: Factory
) -> None:
    account = await factory.account()
    first, second = await add(database, account), await add(database, account)
    moved = replace(HOME, city="Bonn", line2="Back", region="NW")

    async with database.session.begin() as session:
        await addresses.change(session, account, first, moved)
    assert await kept(database) == [
        (first, account, *vars(moved).values()),
        (second, account, *vars(HOME).values()),
    ]

    async with database.session.begin() as session:
        assert await addresses.remove(session, account, first) == {"account_id": account}
    assert await kept(database) == [(second, account, *vars(HOME).values())]
    ids = {"accountId": encode_id("account", account), "addressId": encode_id("address", first)}
    assert await events(database) == [
        ("account.address_added", ids),
        ("account.address_added", ids | {"addressId": encode_id("address", second)}),
        ("account.address_changed", ids),
        ("account.address_removed", ids),
    ]


async def test_the_addresses_of_others_stay(database: Database, factory: Factory) -> None:
    account, other = await factory.account(), await factory.account()
    address = await add(database, other)
    before, told = await kept(database), await events(database)

    for wrong in (address, uuid4()):
        assert await refusal(database, addresses.change, account, wrong, HOME) is AddressNotFound
        assert await refusal(database, addresses.remove, account, wrong) is AddressNotFound

    assert (await kept(database), await events(database)) == (before, told)


async def test_an_account_keeps_fifty_addresses_and_no_more(
    database: Database, factory: Factory
) -> None:
    account = await factory.account()
    await add(database, await factory.account())
    async with database.session.begin() as session:
        rows = [{"account_id": account, **vars(HOME)} for _ in range(48)]
        await session.execute(insert(Address), rows)

    outcomes = await asyncio.gather(
        *(refusal(database, addresses.add, account, HOME) for _ in range(4))
    )

    assert sorted(map(str, outcomes)) == sorted(map(str, [None] * 2 + [TooManyAddresses] * 2))
    assert len(await kept(database)) == 51
