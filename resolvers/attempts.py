"""How often anybody may try what could be guessed, or what is a nuisance when it is repeated.

An attempt is counted before it is made, so that many at once are not more than one after another,
and taken back where it was no guess. Each is counted for several at a time: what is tried from one
place at one account is limited closest, and all that is tried at an account widest, since whoever
goes beyond that shuts out its owner too.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple, TypeVar
from uuid import UUID

from core.budgets import Budgets, Limit
from core.errors import DomainError, TooManyAttempts
from core.viewer import Viewer
from resolvers.commands import Outcome
from services.emails import InvalidEmail, normalised

Result = TypeVar("Result")

_MINUTES, _HOUR = 60, 3600


class Attempt(NamedTuple):
    """One attempt as it is counted for somebody, in a budget of a name."""

    name: str
    whose: str
    limit: Limit


async def begin(budgets: Budgets, attempts: Sequence[Attempt]) -> None:
    """Count an attempt for all; raises TooManyAttempts and counts it for none if one refuses."""
    for number, each in enumerate(attempts):
        spent = await budgets.spend(each.name, each.whose, 1, each.limit)
        if not spent.is_allowed:
            await take_back(budgets, attempts[:number])
            raise TooManyAttempts(spent.seconds)


async def take_back(budgets: Budgets, attempts: Sequence[Attempt]) -> None:
    """Forget an attempt that turned out to be no guess."""
    for each in attempts:
        await budgets.give_back(each.name, each.whose, 1, each.limit)


async def counted(
    budgets: Budgets,
    attempts: Sequence[Attempt],
    work: Callable[[], Awaitable[Result]],
    is_wrong: Callable[[Result], bool],
) -> Result:
    """Do work that tells whether a guess was right, and take the attempt back unless it was wrong.

    Raises TooManyAttempts, and does nothing then.
    """
    await begin(budgets, attempts)
    try:
        result = await work()
    except Exception:
        # Nobody is shut out by a failure of ours, or for something else that is amiss.
        await take_back(budgets, attempts)
        raise
    if not is_wrong(result):
        await take_back(budgets, attempts)
    return result


async def guess(
    budgets: Budgets,
    attempts: Sequence[Attempt],
    work: Callable[[], Awaitable[Outcome]],
    wrong: type[DomainError],
) -> Outcome:
    """Do a command, counted as a wrong guess where it is refused so; raises as `counted` does."""
    return await counted(
        budgets,
        attempts,
        work,
        lambda outcome: any(isinstance(each.error, wrong) for each in outcome.errors),
    )


def log_in(viewer: Viewer, email: str) -> list[Attempt]:
    """Count a log-in, by an address that may belong to nobody."""
    address = _address(email)
    return [
        Attempt("log-in-here", f"{viewer.network} {address}", Limit(10, 15 * _MINUTES)),
        Attempt("log-in-from", viewer.network, Limit(100, 15 * _MINUTES)),
        Attempt("log-in-as", address, Limit(100, _HOUR)),
    ]


def password_change(account_id: UUID) -> list[Attempt]:
    return [Attempt("password", str(account_id), Limit(10, 15 * _MINUTES))]


def registration(viewer: Viewer) -> list[Attempt]:
    return [Attempt("registration", viewer.network, Limit(30, _HOUR))]


def reset_request(viewer: Viewer, email: str) -> list[Attempt]:
    """Count a wish for a mail, which nobody is to be flooded with."""
    return [
        Attempt("reset-mail", _address(email), Limit(5, _HOUR)),
        Attempt("reset-mail-from", viewer.network, Limit(30, _HOUR)),
    ]


def reset_token(viewer: Viewer) -> list[Attempt]:
    return [Attempt("reset-token", viewer.network, Limit(20, _HOUR))]


def api_key(viewer: Viewer) -> list[Attempt]:
    """Count a key that nobody has; those that somebody has are taken however many there were."""
    return [Attempt("api-key", viewer.network, Limit(30, 10 * _MINUTES))]


def cart_secret(viewer: Viewer) -> list[Attempt]:
    """Count the use of a secret, if one was sent.

    Browsers go on sending the secret of a cart that has been ordered, so that many are allowed.
    """
    if viewer.cart_secret_hash is None:
        return []
    return [Attempt("cart-secret", viewer.network, Limit(300, 10 * _MINUTES))]


def _address(email: str) -> str:
    try:
        return normalised(email)
    except InvalidEmail:
        return email
