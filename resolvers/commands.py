"""How a mutation runs: one transaction, and its refusals as values."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import (
    BadInput,
    DomainError,
    ForbiddenError,
    Refusals,
    TooManyAttempts,
    UnauthenticatedError,
)
from resolvers.context import ShopContext
from services import idempotency
from services.idempotency import Once

# These are errors of the request itself, which a client sees beside the data and not in it.
_TOP_LEVEL = (BadInput, ForbiddenError, TooManyAttempts, UnauthenticatedError)

Command = Callable[[AsyncSession], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True)
class Refusal:
    """A domain error as a value, with all its attributes.

    GraphQL raises any exception that stands in a result, so errors cannot stand there themselves.
    """

    error: DomainError

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - attributes are of any type.
        return getattr(self.error, name)

    def __str__(self) -> str:
        return str(self.error)


@dataclass(frozen=True)
class Outcome:
    """What a payload is read from: ids and other values by name, and the refusals.

    A name that was not given reads as None, as every one does after a refusal.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    errors: tuple[Refusal, ...] = ()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - values are of any type.
        return self.values.get(name)


async def run(context: ShopContext, command: Command, once: Once | None = None) -> Outcome:
    """Run a command in one transaction and return what it returned, or its refusal.

    A refusal rolls everything back. With `once`, the same key and input return the stored
    outcome, and a concurrent twin waits for the first.
    """
    return await attempt(_transacted(context, command, once))


async def attempt(work: Awaitable[Outcome]) -> Outcome:
    """Do work that opens its transactions itself; what it refuses becomes the outcome."""
    try:
        return await work
    except _TOP_LEVEL:
        raise
    except Refusals as refusals:
        return Outcome(errors=tuple(map(Refusal, refusals.errors)))
    except DomainError as error:
        return Outcome(errors=(Refusal(error),))


async def _transacted(context: ShopContext, command: Command, once: Once | None) -> Outcome:
    async with context.transaction() as session:
        if once is None:
            return Outcome(await command(session))
        stored = await idempotency.claim(session, once)
        if stored is not None:
            return Outcome(stored)
        values = await command(session)
        await idempotency.store(session, once, values)
        return Outcome(values)
