import asyncio
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from core.database import Database
from core.errors import UnauthenticatedError
from core.ids import encode_id
from models import Account, Event
from services import accounts
from services.accounts import EmailTaken, Registration, Role
from services.emails import InvalidEmail, normalised
from tests.factories import Factory

pytestmark = pytest.mark.anyio


async def register(database: Database, email: str, **values: Any) -> dict[str, Any]:
    async with database.session.begin() as session:
        return await accounts.register(session, Registration(email, "hash", "Ann", **values))


async def test_an_account_is_kept_as_it_was_registered(database: Database) -> None:
    made = await register(database, " Ann@Example.COM ", role=Role.MERCHANT)

    rows = await database.fetch(
        select(Account.id, Account.email, Account.name, Account.role, Account.password_hash), {}
    )
    assert [tuple(row) for row in rows] == [
        (made["account_id"], "ann@example.com", "Ann", "merchant", "hash")
    ]
    events = await database.fetch(
        select(Event.type, Event.aggregate_id, Event.actor_id, Event.payload), {}
    )
    public = encode_id("account", made["account_id"])
    assert [tuple(row) for row in events] == [
        (
            "account.registered",
            made["account_id"],
            made["account_id"],
            {"accountId": public, "role": "MERCHANT"},
        )
    ]


async def test_an_address_belongs_to_one_account_in_any_case(database: Database) -> None:
    await register(database, "ann@example.com")

    with pytest.raises(EmailTaken):
        await register(database, "ANN@example.com")

    assert len(await database.fetch(select(Account.id), {})) == 1
    assert len(await database.fetch(select(Event.id), {})) == 1


async def test_of_concurrent_registrations_one_wins(database: Database) -> None:
    emails = ["ann@example.com", "ANN@example.com", "Ann@Example.com", "aNN@example.COM"]

    outcomes = await asyncio.gather(
        *(register(database, email) for email in emails), return_exceptions=True
    )

    assert sorted(type(each).__name__ for each in outcomes) == ["EmailTaken"] * 3 + ["dict"]
    assert await database.fetch(select(Account.email), {}) == [("ann@example.com",)]


async def test_a_row_of_another_case_counts_too(database: Database, factory: Factory) -> None:
    await factory.account(email="Ann@Example.com")

    with pytest.raises(EmailTaken):
        await register(database, "ann@example.com")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("ann@example.com", "ann@example.com"),
        ("\tAnn+Shop@Sub.Example.com\n", "ann+shop@sub.example.com"),
        ("ann@bücher.example", "ann@bücher.example"),
        ("ann@xn--bcher-kva.example", "ann@bücher.example"),
        ("ÅSE@example.com", "åse@example.com"),
        ("A\u030ase@example.com", "åse@example.com"),
    ],
)
def test_an_address_has_one_form(given: str, kept: str) -> None:
    assert normalised(given) == kept


@pytest.mark.parametrize(
    "given",
    [
        "",
        "ann",
        "ann@",
        "@example.com",
        "ann@localhost",
        "ann@@example.com",
        "Ann <ann@example.com>",
        "ann@example.com, bob@example.com",
        "a\x00n@example.com",
        "ann@example.com\nBcc: bob@example.com",
        "ann@" + "a" * 250 + ".com",
    ],
)
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(InvalidEmail):
        normalised(given)


async def test_a_name_is_changed(database: Database, factory: Factory) -> None:
    account, other = await factory.account(name="Ann"), await factory.account(name="Bob")

    async with database.session.begin() as session:
        await accounts.rename(session, account, "Anna")

    names = await database.fetch(select(Account.id, Account.name).order_by(Account.name), {})
    assert [tuple(row) for row in names] == [(account, "Anna"), (other, "Bob")]
    assert await database.fetch(select(Event.type), {}) == [("account.updated",)]


async def test_an_account_that_is_gone_has_to_log_in(database: Database) -> None:
    async with database.session() as session:
        with pytest.raises(UnauthenticatedError):
            await accounts.rename(session, uuid4(), "Anna")
