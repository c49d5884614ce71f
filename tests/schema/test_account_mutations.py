"""Registering, logging in and going on, as a client does it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from core.database import Database
from core.settings import Settings
from core.tokens import AccessTokens
from models import Account, Base, IdempotencyRecord, RefreshToken
from services import passwords
from tests.conftest import AsAccount
from tests.factories import PASSWORD, Factory
from tests.graph import Graph

pytestmark = pytest.mark.anyio

NEW_PASSWORD = "battery horse correct"  # noqa: S105 - It opens accounts of tests only.
SESSION = "account { email name role } accessToken refreshToken expiresAt"
ERRORS = "errors { __typename ... on UserError { code message path } }"

REGISTER = f"""mutation ($email: String!, $password: String!, $name: String, $key: String) {{
    accountRegister(email: $email, password: $password, name: $name, idempotencyKey: $key) {{
        {SESSION} {ERRORS}
    }}
}}"""
LOG_IN = f"""mutation ($email: String!, $password: String!) {{
    accountLogIn(email: $email, password: $password) {{ {SESSION} {ERRORS} }}
}}"""
REFRESH = f"""mutation ($token: String!) {{
    accountRefresh(refreshToken: $token) {{ {SESSION} {ERRORS} }}
}}"""
LOG_OUT = f"mutation ($token: String!) {{ accountLogOut(refreshToken: $token) {{ {ERRORS} }} }}"
CHANGE = f"""mutation ($current: String!, $password: String!) {{
    passwordChange(currentPassword: $current, password: $password) {{ {SESSION} {ERRORS} }}
}}"""
REQUEST = f"mutation ($email: String!) {{ passwordResetRequest(email: $email) {{ {ERRORS} }} }}"
RESET = f"""mutation ($token: String!, $password: String!) {{
    passwordReset(token: $token, password: $password) {{ {ERRORS} }}
}}"""
UPDATE = (
    f"mutation ($name: String!) {{ accountUpdate(name: $name) {{ account {{ name }} {ERRORS} }} }}"
)

ANN = {"email": "ann@example.com", "password": PASSWORD}


async def payload(graph: Graph, document: str, **variables: object) -> dict[str, Any]:
    (found,) = (await graph.data(document, **variables)).values()
    assert isinstance(found, dict)
    return found


def codes(answer: dict[str, Any]) -> list[str]:
    return [each["code"] for each in answer["errors"]]


async def counts(database: Database) -> dict[str, int]:
    """Count the rows of every table."""
    found = {}
    for name, table in Base.metadata.tables.items():
        ((found[name],),) = await database.fetch(select(func.count()).select_from(table), {})
    return found


@pytest.fixture
async def ann(factory: Factory) -> None:
    await factory.account(email="ann@example.com", name="Ann", role="merchant")


async def is_logged_in(graph: Graph, answer: dict[str, Any], email: str) -> bool:
    viewer = await graph.as_(answer["accessToken"]).data("{ viewer { email } }")
    return bool(viewer == {"viewer": {"email": email}})


async def test_who_registers_is_logged_in(graph: Graph) -> None:
    made = await payload(graph, REGISTER, **ANN | {"email": " Ann@Example.com "}, name="Ann")

    assert made["errors"] == []
    assert made["account"] == {"email": "ann@example.com", "name": "Ann", "role": "CUSTOMER"}
    assert await is_logged_in(graph, made, "ann@example.com")
    assert codes(await payload(graph, REFRESH, token=made["refreshToken"])) == []


async def test_the_payload_says_when_the_access_token_ends(
    graph: Graph, settings: Settings
) -> None:
    made = await payload(graph, REGISTER, **ANN)

    expires_at = datetime.fromisoformat(made["expiresAt"])
    assert AccessTokens.of(settings).read(made["accessToken"]).expires_at == expires_at
    assert timedelta(minutes=14) < expires_at - datetime.now(UTC) <= timedelta(minutes=15)


@pytest.mark.usefixtures("ann")
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({}, {"code": "EMAIL_TAKEN", "path": ["email"]}),
        ({"email": "ANN@example.com"}, {"code": "EMAIL_TAKEN", "path": ["email"]}),
        ({"email": "ann"}, {"code": "INVALID_EMAIL", "path": ["email"]}),
        ({"password": "a" * 11}, {"code": "PASSWORD_LENGTH_REFUSED", "path": ["password"]}),
        ({"password": "a" * 129}, {"code": "PASSWORD_LENGTH_REFUSED", "path": ["password"]}),
        (
            {"email": "b@example.com", "name": "a" * 201},
            {"code": "NAME_TOO_LONG", "path": ["name"]},
        ),
    ],
)
async def test_a_refused_registration_changes_nothing(
    graph: Graph, database: Database, changes: dict[str, str], error: dict[str, Any]
) -> None:
    before = await counts(database)

    refused = await payload(graph, REGISTER, **ANN | changes)

    assert refused["account"] is refused["accessToken"] is refused["refreshToken"] is None
    assert [{name: each[name] for name in error} for each in refused["errors"]] == [error]
    assert await counts(database) == before


async def test_a_refusal_says_how_long_a_password_may_be(graph: Graph) -> None:
    data = await graph.data(
        """mutation { accountRegister(email: "ann@example.com", password: "short") {
            errors { ... on PasswordLengthRefused { minimum maximum } }
        } }"""
    )

    assert data["accountRegister"]["errors"] == [{"minimum": 12, "maximum": 128}]


async def test_a_registration_can_be_repeated_under_its_key(
    graph: Graph, database: Database
) -> None:
    first = await payload(graph, REGISTER, **ANN, key="k1")
    again = await payload(graph, REGISTER, **ANN, key="k1")

    assert again["account"] == first["account"]
    assert await is_logged_in(graph, again, "ann@example.com")
    assert (await counts(database))["accounts"] == 1
    rows = await database.fetch(select(IdempotencyRecord.outcome), {})
    assert [list(outcome) for (outcome,) in rows] == [["account_id"]]


async def test_a_repeated_registration_wants_the_password(graph: Graph) -> None:
    await payload(graph, REGISTER, **ANN, key="k1")

    refused = await payload(graph, REGISTER, **ANN | {"password": NEW_PASSWORD}, key="k1")

    assert codes(refused) == ["WRONG_CREDENTIALS"]
    assert refused["accessToken"] is None


async def test_a_key_is_for_one_registration(graph: Graph) -> None:
    await payload(graph, REGISTER, **ANN, key="k1")

    (error,) = await graph.errors(REGISTER, **ANN | {"email": "bob@example.com"}, key="k1")

    assert error["code"] == "IDEMPOTENCY_KEY_REUSED"


@pytest.mark.usefixtures("ann")
async def test_logging_in_gives_tokens(graph: Graph) -> None:
    answer = await payload(graph, LOG_IN, **ANN | {"email": "ANN@example.com"})

    assert answer["errors"] == []
    assert answer["account"] == {"email": "ann@example.com", "name": "Ann", "role": "MERCHANT"}
    assert await is_logged_in(graph, answer, "ann@example.com")


@pytest.mark.usefixtures("ann")
async def test_a_wrong_password_and_an_unknown_address_are_told_alike(
    graph: Graph, database: Database
) -> None:
    before = await counts(database)

    wrong = await payload(graph, LOG_IN, **ANN | {"password": NEW_PASSWORD})
    unknown = await payload(graph, LOG_IN, **ANN | {"email": "bob@example.com"})
    malformed = await payload(graph, LOG_IN, **ANN | {"email": "\x00"})

    assert codes(wrong) == ["WRONG_CREDENTIALS"]
    assert wrong == unknown == malformed
    assert wrong["account"] is wrong["accessToken"] is None
    assert await counts(database) == before


@pytest.mark.usefixtures("ann")
async def test_who_logs_in_is_the_viewer_of_the_payload_only(graph: Graph) -> None:
    answer = await graph.answer(
        f"""mutation {{
            accountLogIn(email: "ann@example.com", password: "{PASSWORD}") {{
                account {{ name addresses {{ totalCount }} cart {{ id }} orders {{ totalCount }} }}
            }}
            accountUpdate(name: "Anna") {{ account {{ name }} }}
        }}"""
    )

    # What other subgraphs add, and other root fields, are asked by who sent the request.
    assert answer["data"] == {
        "accountLogIn": {
            "account": {
                "name": "Ann",
                "addresses": {"totalCount": 0},
                "cart": None,
                "orders": None,
            }
        },
        "accountUpdate": None,
    }
    assert [each["extensions"]["code"] for each in answer["errors"]] == ["UNAUTHENTICATED"]


@pytest.mark.usefixtures("ann")
async def test_a_session_goes_on_by_its_refresh_tokens(graph: Graph) -> None:
    token = (await payload(graph, LOG_IN, **ANN))["refreshToken"]

    for _ in range(2):
        answer = await payload(graph, REFRESH, token=token)
        assert answer["errors"] == []
        assert answer["account"]["email"] == "ann@example.com"
        assert await is_logged_in(graph, answer, "ann@example.com")
        assert answer["refreshToken"] != token
        token = answer["refreshToken"]


@pytest.mark.usefixtures("ann")
async def test_a_new_role_counts_from_the_next_refresh(graph: Graph, database: Database) -> None:
    token = (await payload(graph, LOG_IN, **ANN))["refreshToken"]
    async with database.session.begin() as session:
        await session.execute(update(Account).values(role="customer"))

    refreshed = await payload(graph, REFRESH, token=token)

    assert refreshed["account"]["role"] == "CUSTOMER"


@pytest.mark.usefixtures("ann")
async def test_a_refresh_token_that_comes_back_ends_its_session(
    graph: Graph, database: Database
) -> None:
    token = (await payload(graph, LOG_IN, **ANN))["refreshToken"]
    successor = (await payload(graph, REFRESH, token=token))["refreshToken"]
    async with database.session.begin() as session:
        earlier = RefreshToken.used_at - timedelta(minutes=1)
        await session.execute(update(RefreshToken).values(used_at=earlier))

    assert codes(await payload(graph, REFRESH, token=token)) == ["INVALID_REFRESH_TOKEN"]
    assert codes(await payload(graph, REFRESH, token=successor)) == ["INVALID_REFRESH_TOKEN"]


@pytest.mark.usefixtures("ann")
async def test_logging_out_ends_the_session(graph: Graph) -> None:
    token = (await payload(graph, LOG_IN, **ANN))["refreshToken"]

    assert await payload(graph, LOG_OUT, token=token) == {"errors": []}

    refused = await payload(graph, REFRESH, token=token)
    assert codes(refused) == ["INVALID_REFRESH_TOKEN"]
    assert refused["account"] is refused["accessToken"] is None
    assert codes(await payload(graph, LOG_OUT, token="unknown")) == ["INVALID_REFRESH_TOKEN"]  # noqa: S106


@pytest.mark.parametrize("role", ["customer", "merchant", "admin"])
async def test_a_new_password_replaces_the_old_one(
    graph: Graph, factory: Factory, role: str
) -> None:
    await factory.account(email="ann@example.com", role=role)
    session = await payload(graph, LOG_IN, **ANN)
    viewer = graph.as_(session["accessToken"])

    answer = await payload(viewer, CHANGE, current=PASSWORD, password=NEW_PASSWORD)

    assert answer["errors"] == []
    assert await is_logged_in(graph, answer, "ann@example.com")
    assert codes(await payload(graph, REFRESH, token=answer["refreshToken"])) == []
    assert codes(await payload(graph, REFRESH, token=session["refreshToken"])) == [
        "INVALID_REFRESH_TOKEN"
    ]
    assert codes(await payload(graph, LOG_IN, **ANN)) == ["WRONG_CREDENTIALS"]
    assert codes(await payload(graph, LOG_IN, **ANN | {"password": NEW_PASSWORD})) == []


@pytest.mark.parametrize(
    ("current", "password", "code"),
    [
        ("wrong", NEW_PASSWORD, "WRONG_PASSWORD"),
        (PASSWORD, "short", "PASSWORD_LENGTH_REFUSED"),
    ],
)
async def test_a_refused_password_changes_nothing(
    graph: Graph, database: Database, as_account: AsAccount, current: str, password: str, code: str
) -> None:
    viewer = await as_account(email="ann@example.com")
    before = await counts(database)

    answer = await payload(viewer, CHANGE, current=current, password=password)

    assert codes(answer) == [code]
    assert await counts(database) == before
    assert codes(await payload(graph, LOG_IN, **ANN)) == []


async def test_a_forgotten_password_is_reset_by_a_token(
    graph: Graph, database: Database, factory: Factory
) -> None:
    account = await factory.account(email="ann@example.com")
    assert await payload(graph, REQUEST, email="ann@example.com") == {"errors": []}
    async with database.session.begin() as session:
        token = await passwords.issue_reset(session, account)

    assert await payload(graph, RESET, token=token, password=NEW_PASSWORD) == {"errors": []}

    assert codes(await payload(graph, LOG_IN, **ANN | {"password": NEW_PASSWORD})) == []
    again = await payload(graph, RESET, token=token, password=PASSWORD)
    assert codes(again) == ["INVALID_RESET_TOKEN"]
    assert codes(await payload(graph, LOG_IN, **ANN)) == ["WRONG_CREDENTIALS"]


async def test_a_weak_password_leaves_the_token_good(
    graph: Graph, database: Database, factory: Factory
) -> None:
    account = await factory.account()
    async with database.session.begin() as session:
        token = await passwords.issue_reset(session, account)

    weak = await payload(graph, RESET, token=token, password="short")  # noqa: S106

    assert codes(weak) == ["PASSWORD_LENGTH_REFUSED"]
    assert codes(await payload(graph, RESET, token=token, password=NEW_PASSWORD)) == []


@pytest.mark.usefixtures("ann")
async def test_a_request_to_reset_does_not_tell_who_has_an_account(graph: Graph) -> None:
    known = await graph.answer(REQUEST, email="ann@example.com")

    assert known == {"data": {"passwordResetRequest": {"errors": []}}}
    assert await graph.answer(REQUEST, email="nobody@example.com") == known
    assert codes(await payload(graph, REQUEST, email="ann")) == ["INVALID_EMAIL"]


@pytest.mark.parametrize("role", ["customer", "merchant", "admin"])
async def test_an_account_of_any_role_is_renamed(as_account: AsAccount, role: str) -> None:
    viewer = await as_account(role, name="Ann")

    assert await payload(viewer, UPDATE, name="Anna") == {"account": {"name": "Anna"}, "errors": []}
    assert codes(await payload(viewer, UPDATE, name="a" * 201)) == ["NAME_TOO_LONG"]
    assert await viewer.data("{ viewer { name } }") == {"viewer": {"name": "Anna"}}


@pytest.mark.parametrize("argument", ["name", "password"])
async def test_a_nul_is_bad_input_or_taken(graph: Graph, argument: str) -> None:
    """PostgreSQL stores it in no text, but a password is never stored."""
    answer = await graph.answer(REGISTER, **ANN | {argument: "nul \x00 in a password"})

    found = [each["extensions"]["code"] for each in answer.get("errors", ())]
    assert found == (["BAD_USER_INPUT"] if argument == "name" else [])
