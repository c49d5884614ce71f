"""Passwords: what is taken, and what proves that somebody knows one."""

from typing import Any

import pytest
from sqlalchemy import select

from core.database import Database
from core.ids import encode_id
from core.viewer import ANONYMOUS
from models import Account, Event, PasswordReset
from services import passwords
from services.emails import InvalidEmail
from services.passwords import PasswordLengthRefused, Proof
from tests.factories import PASSWORD, Factory

pytestmark = pytest.mark.anyio


class Reader:
    """What the proofs may ask of an operation."""

    public_url = "http://shop"
    viewer = ANONYMOUS

    def __init__(self, database: Database) -> None:
        self.fetch = database.fetch


@pytest.fixture
def reader(database: Database) -> Reader:
    return Reader(database)


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes that passwords are compared with."""
    seen: list[str] = []
    verify = passwords._HASHER.verify  # noqa: SLF001 - what is counted is hidden by design.

    def recorded(password: str, password_hash: str) -> bool:
        seen.append(password_hash)
        return verify(password, password_hash)

    monkeypatch.setattr(passwords._HASHER, "verify", recorded)  # noqa: SLF001
    return seen


async def test_the_right_password_is_a_proof(reader: Reader, factory: Factory) -> None:
    account = await factory.account(email="ann@example.com", role="merchant")

    by_id = await passwords.prove_by_id(reader, account, PASSWORD)

    assert by_id is not None
    assert (by_id.account_id, by_id.role) == (account, "merchant")
    assert await passwords.prove_by_email(reader, " Ann@EXAMPLE.com ", PASSWORD) == by_id


@pytest.mark.parametrize("wrong", ["", PASSWORD.upper(), PASSWORD + " ", "x" * 100_000])
async def test_another_password_is_none(reader: Reader, factory: Factory, wrong: str) -> None:
    account = await factory.account(email="ann@example.com")

    assert await passwords.prove_by_id(reader, account, wrong) is None
    assert await passwords.prove_by_email(reader, "ann@example.com", wrong) is None


@pytest.mark.parametrize("email", ["bob@example.com", "no address", "\x00@example.com", ""])
async def test_an_unknown_address_costs_as_much_as_a_known_one(
    reader: Reader, verified: list[str], email: str
) -> None:
    assert await passwords.prove_by_email(reader, email, PASSWORD) is None

    (password_hash,) = verified
    known = await passwords.hash_password(PASSWORD)
    assert password_hash.split("$")[:4] == known.split("$")[:4]


@pytest.mark.parametrize("length", [12, 128])
async def test_a_password_of_allowed_length_is_hashed_by_argon2id(length: int) -> None:
    password_hash = await passwords.hash_password("é" * length)

    assert password_hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


@pytest.mark.parametrize("length", [0, 11, 129])
async def test_another_length_is_refused(length: int) -> None:
    with pytest.raises(PasswordLengthRefused) as refused:
        await passwords.hash_password("a" * length)

    assert refused.value.values == {"path": ("password",), "minimum": 12, "maximum": 128}


async def test_keyboards_that_write_a_letter_differently_mean_the_same(
    reader: Reader, factory: Factory
) -> None:
    password_hash = await passwords.hash_password("caf\u00e9 au lait s'il")
    account = await factory.account(password_hash=password_hash)

    proof = await passwords.prove_by_id(reader, account, "cafe\u0301 au lait s'il")

    assert isinstance(proof, Proof)


async def request(database: Database, email: str) -> Any:
    async with database.session.begin() as session:
        return await passwords.request_reset(session, email)


async def test_a_wish_to_reset_is_an_event_without_a_secret(
    database: Database, factory: Factory
) -> None:
    account = await factory.account(email="ann@example.com")

    assert await request(database, "ANN@example.com") == {}

    rows = await database.fetch(select(Event.type, Event.aggregate_id, Event.payload), {})
    assert [tuple(row) for row in rows] == [
        ("account.password_reset_requested", account, {"accountId": encode_id("account", account)})
    ]
    assert await database.fetch(select(PasswordReset.id), {}) == []


async def test_a_wish_for_nobody_is_answered_the_same(database: Database) -> None:
    assert await request(database, "nobody@example.com") == {}

    assert await database.fetch(select(Event.id), {}) == []
    assert await database.fetch(select(Account.id), {}) == []


async def test_a_wish_for_no_address_is_refused(database: Database) -> None:
    with pytest.raises(InvalidEmail):
        await request(database, "ann")
