from typing import Annotated

import typer

from app.commands.resources import with_resources
from app.users import ask_password, create_user
from services.accounts import Role

users_app = typer.Typer(no_args_is_help=True, help="Who can log in.")


@users_app.command("create")
def users_create(
    email: Annotated[str, typer.Option(help="The address to log in with.")],
    role: Annotated[Role, typer.Option(help="What the account may do.")],
    name: Annotated[str, typer.Option(help="How it wants to be called.")] = "",
) -> None:
    """Make an account; its password is asked for, or read from the standard input."""
    password = ask_password()
    with_resources(
        lambda resources: create_user(
            resources, email=email, password=password, name=name, role=role
        )
    )
