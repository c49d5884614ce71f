"""Effects that were given up, for the command line."""

from collections.abc import Sequence

import typer

from app.ids import read_id
from app.resources import Resources
from core.errors import DomainError, SetupError
from core.ids import encode_id
from services.effects import dead, retry

_AT_MOST = 1000


async def list_dead(resources: Resources) -> None:
    """Show the newest thousand, one a line: id, handler, event, attempts and the last error."""
    async with resources.database.session() as session:
        for effect, event in await dead(session, _AT_MOST):
            aggregate = encode_id(event.aggregate_type, event.aggregate_id)
            typer.echo(
                f"{encode_id('effect', effect.id)} {effect.handler:24} {event.type:24} {aggregate}"
                f" {effect.attempts:2} {effect.error}"
            )


async def retry_dead(resources: Resources, effects: Sequence[str]) -> None:
    """Have these performed again, or all; raises SetupError where one was not given up."""
    ids = [read_id(each, "effect", "an effect") for each in effects]
    try:
        async with resources.database.session.begin() as session:
            if not ids:
                ids = [effect.id for effect, _ in await dead(session, _AT_MOST)]
            await retry(session, ids)
    except DomainError as error:
        raise SetupError(str(error)) from error
    typer.echo(f"{len(ids)} to be performed again")
