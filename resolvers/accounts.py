from dataclasses import replace
from uuid import UUID

from core.errors import UnauthenticatedError
from loaders.accounts import AccountRow, accounts_by_id
from resolvers import attempts
from resolvers.commands import Outcome, attempt, run
from resolvers.context import ShopContext
from services import accounts, addresses, passwords, sessions
from services.accounts import Registration
from services.addresses import PostalAddress
from services.idempotency import once
from services.passwords import InvalidResetToken, WrongPassword
from services.sessions import WrongCredentials


async def viewer(context: ShopContext, *, columns: frozenset[str]) -> AccountRow | None:
    if context.viewer.account_id is None:
        return None
    return (await accounts_by_id(context, [context.viewer.account_id], columns=columns))[0]


def _account_id(context: ShopContext) -> UUID:
    if context.viewer.account_id is None:
        raise UnauthenticatedError
    return context.viewer.account_id


async def register(
    context: ShopContext, *, email: str, password: str, name: str, idempotency_key: str | None
) -> Outcome:
    await attempts.begin(context.budgets, attempts.registration(context.viewer))
    return await attempt(_registered(context, email, password, name, idempotency_key))


async def _registered(
    context: ShopContext, email: str, password: str, name: str, key: str | None
) -> Outcome:
    # Neither the input nor the outcome that is kept under the key may hold a secret. The log-in
    # that follows checks the password and gives the tokens, when the call is repeated too.
    call = once(context.viewer, "accountRegister", key, email=email, name=name)
    registration = Registration(email, await passwords.hash_password(password), name)
    registered = await run(context, lambda session: accounts.register(session, registration), call)
    if registered.errors:
        return registered
    return await log_in(context, email=email, password=password)


async def log_in(context: ShopContext, *, email: str, password: str) -> Outcome:
    return await attempts.guess(
        context.budgets,
        attempts.log_in(context.viewer, email),
        lambda: _logged_in(context, email, password),
        WrongCredentials,
    )


async def _logged_in(context: ShopContext, email: str, password: str) -> Outcome:
    proof = await passwords.prove_by_email(context, email, password)
    outcome = await run(
        context,
        lambda session: sessions.log_in(
            session, proof, context.viewer.cart_secret_hash, context.refresh_lifetime
        ),
    )
    return _with_access(context, outcome)


async def refresh(context: ShopContext, *, refresh_token: str) -> Outcome:
    outcome = await run(
        context,
        lambda session: sessions.refresh(session, refresh_token, context.refresh_lifetime),
    )
    if outcome.errors:
        await run(context, lambda session: sessions.end_if_reused(session, refresh_token))
    return _with_access(context, outcome)


def _with_access(context: ShopContext, outcome: Outcome) -> Outcome:
    """Give an access token to whose session it is, who may see its account from now on."""
    if outcome.errors:
        return outcome
    token = context.access_tokens.issue(outcome.account_id, outcome.role)
    context.viewer = replace(
        context.viewer,
        account_id=outcome.account_id,
        role=outcome.role,
        expires_at=token.expires_at,
    )
    return Outcome({**outcome.values, "access_token": token.text, "expires_at": token.expires_at})


async def log_out(context: ShopContext, *, refresh_token: str) -> Outcome:
    return await run(context, lambda session: sessions.log_out(session, refresh_token))


async def rename(context: ShopContext, *, name: str) -> Outcome:
    account_id = _account_id(context)
    return await run(context, lambda session: accounts.rename(session, account_id, name))


async def change_password(context: ShopContext, *, current_password: str, password: str) -> Outcome:
    return await attempts.guess(
        context.budgets,
        attempts.password_change(_account_id(context)),
        lambda: attempt(_password_changed(context, current_password, password)),
        WrongPassword,
    )


async def _password_changed(context: ShopContext, current: str, password: str) -> Outcome:
    proof = await passwords.prove_by_id(context, _account_id(context), current)
    password_hash = await passwords.hash_password(password)
    outcome = await run(
        context,
        lambda session: sessions.change_password(
            session, proof, password_hash, context.refresh_lifetime
        ),
    )
    return _with_access(context, outcome)


async def request_password_reset(context: ShopContext, *, email: str) -> Outcome:
    await attempts.begin(context.budgets, attempts.reset_request(context.viewer, email))
    return await run(context, lambda session: passwords.request_reset(session, email))


async def reset_password(context: ShopContext, *, token: str, password: str) -> Outcome:
    return await attempts.guess(
        context.budgets,
        attempts.reset_token(context.viewer),
        lambda: attempt(_password_reset(context, token, password)),
        InvalidResetToken,
    )


async def _password_reset(context: ShopContext, token: str, password: str) -> Outcome:
    password_hash = await passwords.hash_password(password)
    return await run(
        context, lambda session: sessions.reset_password(session, token, password_hash)
    )


async def add_address(
    context: ShopContext, *, address: PostalAddress, idempotency_key: str | None
) -> Outcome:
    account_id = _account_id(context)
    return await run(
        context,
        lambda session: addresses.add(session, account_id, address),
        once(context.viewer, "addressAdd", idempotency_key, address=address),
    )


async def update_address(
    context: ShopContext,
    *,
    id: UUID,  # noqa: A002 - the argument's name in the graph.
    address: PostalAddress,
) -> Outcome:
    account_id = _account_id(context)
    return await run(context, lambda session: addresses.change(session, account_id, id, address))


async def remove_address(
    context: ShopContext,
    *,
    id: UUID,  # noqa: A002 - the argument's name in the graph.
) -> Outcome:
    account_id = _account_id(context)
    return await run(context, lambda session: addresses.remove(session, account_id, id))
