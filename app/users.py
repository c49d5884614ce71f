"""Makes accounts for the command line."""

import sys

import typer
from sqlalchemy import func, select

from app.resources import Resources
from core.errors import DomainError, SetupError
from models import Account
from services.accounts import Registration, Role, register
from services.demo.accounts import DEMO_ACCOUNTS, DemoAccount, create_demo_accounts
from services.passwords import hash_password


def ask_password() -> str:
    """Ask at the terminal, twice; without one, read the first line of the standard input."""
    if sys.stdin.isatty():
        password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        return password
    return sys.stdin.readline().rstrip("\r\n")


async def create_user(
    resources: Resources, *, email: str, password: str, name: str, role: Role
) -> None:
    """Make an account of any role; raises SetupError where it is refused."""
    try:
        registration = Registration(email, await hash_password(password), name, role)
        async with resources.database.session.begin() as session:
            await register(session, registration)
    except DomainError as error:
        raise SetupError(str(error)) from error


async def seed_demo_accounts(resources: Resources) -> list[DemoAccount]:
    """Make the demo accounts in a shop without any account; return those that are there."""
    if not await resources.database.fetch(select(Account.id).limit(1), {}):
        hashes = [await hash_password(account.password) for account in DEMO_ACCOUNTS]
        async with resources.database.session.begin() as session:
            await create_demo_accounts(session, hashes)
    demo = select(Account.email).where(
        func.lower(Account.email).in_([account.email for account in DEMO_ACCOUNTS])
    )
    emails = {row[0] for row in await resources.database.fetch(demo, {})}
    return [account for account in DEMO_ACCOUNTS if account.email in emails]
