"""Accounts that the command line makes: any role's, and the demo shop's."""

import asyncio

import pytest
from sqlalchemy import select, update
from typer.testing import CliRunner, Result

from app.cli import app
from app.context import OperationContext
from app.resources import open_resources
from app.server import greeting
from app.users import seed_demo_accounts
from core.database import Database
from core.settings import Settings
from models import Account, Product
from services.demo.accounts import DEMO_ACCOUNTS, DemoAccount
from services.passwords import Proof, prove_by_email
from tests.factories import PASSWORD, Factory


@pytest.fixture
def on_servers(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The command line finds the test's own servers, and starts none."""
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    return settings


def create(*arguments: str, password: str = PASSWORD) -> Result:
    command = ["users", "create", *arguments]
    return CliRunner().invoke(app, command, input=f"{password}\n")


async def proof(settings: Settings, email: str, password: str) -> Proof | None:
    async with open_resources(settings) as resources:
        return await prove_by_email(OperationContext(resources), email, password)


async def names(settings: Settings) -> list[tuple[str, str, str]]:
    async with open_resources(settings) as resources:
        statement = select(Account.email, Account.role, Account.name).order_by(Account.email)
        return [tuple(row) for row in await resources.database.fetch(statement, {})]


@pytest.mark.parametrize("role", ["customer", "merchant", "admin"])
def test_an_account_of_any_role_is_made(on_servers: Settings, role: str) -> None:
    outcome = create("--email", "Ann@Example.com", "--role", role, "--name", "Ann")

    assert (outcome.exit_code, outcome.stdout) == (0, "")
    assert asyncio.run(names(on_servers)) == [("ann@example.com", role, "Ann")]
    assert asyncio.run(proof(on_servers, "ann@example.com", PASSWORD)) is not None


@pytest.mark.parametrize(
    ("arguments", "password", "message"),
    [
        (["--email", "ann", "--role", "admin"], PASSWORD, "This is not an e-mail address"),
        (["--email", "a@example.com", "--role", "admin"], "short", "A password has 12 to 128"),
        (["--email", "a@example.com", "--role", "owner"], PASSWORD, ""),
    ],
)
def test_what_cannot_be_an_account_is_refused(
    on_servers: Settings, arguments: list[str], password: str, message: str
) -> None:
    outcome = create(*arguments, password=password)

    assert outcome.exit_code != 0
    assert message in str(outcome.exception)
    assert asyncio.run(names(on_servers)) == []


@pytest.mark.anyio
async def test_an_empty_shop_gets_one_account_of_each_role(
    settings: Settings, factory: Factory, database: Database
) -> None:
    for brand in ("Small", "Large", "Large", None):
        await factory.product(brand=brand)

    async with open_resources(settings) as resources:
        assert await seed_demo_accounts(resources) == list(DEMO_ACCOUNTS)
        assert await seed_demo_accounts(resources) == list(DEMO_ACCOUNTS)

    assert await names(settings) == [
        ("admin@pyshop.example", "admin", "Alex Admin"),
        ("customer@pyshop.example", "customer", "Casey Customer"),
        ("merchant@pyshop.example", "merchant", "Morgan Merchant"),
    ]
    for account in DEMO_ACCOUNTS:
        assert await proof(settings, account.email, account.password) is not None
    owned = select(Product.brand, Account.role).join(Account, Account.id == Product.merchant_id)
    assert await database.fetch(owned, {}) == [("Large", "merchant")] * 2


@pytest.mark.anyio
async def test_a_shop_with_accounts_gets_none(settings: Settings, factory: Factory) -> None:
    await factory.account(email="ann@example.com", name="Ann")

    async with open_resources(settings) as resources:
        assert await seed_demo_accounts(resources) == []

    assert await names(settings) == [("ann@example.com", "customer", "Ann")]


@pytest.mark.anyio
async def test_an_account_that_goes_by_another_address_is_not_told(
    settings: Settings, database: Database
) -> None:
    async with open_resources(settings) as resources:
        customer, *others = await seed_demo_accounts(resources)
        async with database.session.begin() as session:
            changed = update(Account).where(Account.email == customer.email)
            await session.execute(changed.values(email="casey@example.com"))

        assert await seed_demo_accounts(resources) == others


@pytest.mark.parametrize("accounts", [DEMO_ACCOUNTS, ()])
def test_the_greeting_tells_the_accounts(accounts: tuple[DemoAccount, ...]) -> None:
    text = greeting(Settings(), accounts)

    told = [line.split() for line in text.splitlines() if "@pyshop.example" in line]
    assert told == [[each.role, each.email, each.password] for each in accounts]
    assert ("Accounts" in text) == bool(accounts)


def test_the_greeting_tells_the_key_of_a_partner() -> None:
    assert "\n    pyshop_key_x\n" in greeting(Settings(), DEMO_ACCOUNTS, "pyshop_key_x")
    assert "key" not in greeting(Settings())
