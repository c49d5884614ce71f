import hashlib
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from core.errors import BadInput
from loaders import carts as loaders
from loaders.carts import CartLineRow, CartRow, cart_of_viewer
from resolvers import attempts
from resolvers.commands import Command, Outcome, run
from resolvers.context import ShopContext
from services import carts
from services.carts import CartChoice, LineAddition, LineChange
from services.carts.errors import CartNotFound
from services.idempotency import Once, once

Found = TypeVar("Found", CartRow, CartLineRow)
Additions = tuple[LineAddition, ...]

# Whoever knows an anonymous caller's key can repeat the call and be told the secret, so the key
# must be as hard to guess as a secret; a random UUID is.
SHORTEST_ANONYMOUS_KEY = 16


async def cart(
    context: ShopContext,
    *,
    id: UUID | None,  # noqa: A002 - the argument's name in the graph.
    columns: frozenset[str],
) -> CartRow | None:
    if id is not None:
        (found,) = await carts_by_id(context, [id], columns=columns)
        return found
    return await attempts.counted(
        context.budgets,
        attempts.cart_secret(context.viewer),
        lambda: cart_of_viewer(context, columns=columns),
        lambda found: found is None,
    )


async def carts_by_id(
    context: ShopContext, keys: Sequence[UUID], *, columns: frozenset[str]
) -> list[CartRow | None]:
    """Read carts that somebody names, which may be to try a secret."""
    return await _named(context, lambda: loaders.carts_by_id(context, keys, columns=columns))


async def cart_lines_by_id(
    context: ShopContext, keys: Sequence[UUID], *, columns: frozenset[str]
) -> list[CartLineRow | None]:
    """Read lines that somebody names, which may be to try a secret."""
    return await _named(context, lambda: loaders.cart_lines_by_id(context, keys, columns=columns))


async def _named(
    context: ShopContext, read: Callable[[], Awaitable[list[Found | None]]]
) -> list[Found | None]:
    """Count one attempt for all that is named together, unless something of it is found."""
    tries = attempts.cart_secret(context.viewer)
    return await attempts.counted(context.budgets, tries, read, lambda rows: not any(rows))


async def create(
    context: ShopContext, *, lines: Additions | None, idempotency_key: str | None
) -> Outcome:
    account_id, additions = context.viewer.account_id, lines or ()
    if account_id is None:
        return await _create_anonymous(context, additions, idempotency_key)
    return await run(
        context,
        lambda session: carts.create_for_account(session, account_id, additions),
        once(context.viewer, "cartCreate", idempotency_key, lines=additions),
    )


async def _create_anonymous(context: ShopContext, additions: Additions, key: str | None) -> Outcome:
    """Open a cart whose secret is told now, and again to whoever repeats the call with its key.

    The secret is kept nowhere: a repeated call derives it from the key again.
    """
    call = once(context.viewer, "cartCreate", key, lines=additions)
    secret = secrets.token_urlsafe(32) if key is None else _secret_of_key(context, key)
    secret_hash = hashlib.sha256(secret.encode()).digest()
    outcome = await run(
        context, lambda session: carts.create_anonymous(session, secret_hash, additions), call
    )
    if outcome.errors:
        return outcome
    # Who was told the secret may see the cart in the answer that tells it.
    context.viewer = replace(context.viewer, cart_secret_hash=secret_hash)
    return Outcome({**outcome.values, "secret": secret})


def _secret_of_key(context: ShopContext, key: str) -> str:
    if len(key) < SHORTEST_ANONYMOUS_KEY:
        raise BadInput(
            "idempotencyKey",
            f"Without a log-in a key has at least {SHORTEST_ANONYMOUS_KEY} characters, because it"
            " must be hard to guess; take a random UUID.",
        )
    return context.derived_secret("cart", key)


async def _change(context: ShopContext, command: Command, once: Once | None = None) -> Outcome:
    return await attempts.guess(
        context.budgets,
        attempts.cart_secret(context.viewer),
        lambda: run(context, command, once),
        CartNotFound,
    )


async def add_lines(
    context: ShopContext,
    *,
    cart: UUID | None,
    lines: Additions,
    expected_version: int | None,
    idempotency_key: str | None,
) -> Outcome:
    choice = CartChoice(cart, expected_version)
    return await _change(
        context,
        lambda session: carts.add_lines(session, context.viewer, choice, lines),
        once(context.viewer, "cartLinesAdd", idempotency_key, choice=choice, lines=lines),
    )


async def update_lines(
    context: ShopContext,
    *,
    cart: UUID | None,
    lines: tuple[LineChange, ...],
    expected_version: int | None,
) -> Outcome:
    choice = CartChoice(cart, expected_version)
    return await _change(
        context, lambda session: carts.update_lines(session, context.viewer, choice, lines)
    )


async def remove_lines(
    context: ShopContext,
    *,
    cart: UUID | None,
    lines: tuple[UUID, ...],
    expected_version: int | None,
) -> Outcome:
    choice = CartChoice(cart, expected_version)
    return await _change(
        context, lambda session: carts.remove_lines(session, context.viewer, choice, lines)
    )


async def clear(
    context: ShopContext, *, cart: UUID | None, expected_version: int | None
) -> Outcome:
    choice = CartChoice(cart, expected_version)
    return await _change(context, lambda session: carts.clear(session, context.viewer, choice))
