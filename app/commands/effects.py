from typing import Annotated

import typer

from app.commands.resources import with_resources
from app.effects import list_dead, retry_dead
from core.errors import SetupError

effects_app = typer.Typer(no_args_is_help=True, help="What was given up of mails and the like.")


@effects_app.command("list")
def effects_list() -> None:
    """Show what was given up after its last attempt, and why."""
    with_resources(list_dead)


@effects_app.command("retry")
def effects_retry(
    effects: Annotated[list[str] | None, typer.Argument(help="Ids that `list` shows.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Whatever `list` shows.")] = False,  # noqa: FBT002 - Typer's flag.
) -> None:
    """Have it performed again, as if for the first time."""
    if bool(effects) == every:
        raise SetupError("Say which by their ids, or --all.")
    with_resources(lambda resources: retry_dead(resources, effects or ()))
