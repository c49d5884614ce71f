"""How accounts come to be, log in and change."""

import re
from datetime import datetime
from typing import Any

import strawberry

from execution.arguments import Argument
from execution.fields import listed, mutation, reads
from loaders.accounts import accounts_by_id, addresses_by_id
from resolvers import accounts
from schema.account_errors import (
    AccountLogInError,
    AccountLogOutError,
    AccountRefreshError,
    AccountRegisterError,
    AccountUpdateError,
    AddressAddError,
    AddressRemoveError,
    AddressUpdateError,
    PasswordChangeError,
    PasswordResetError,
    PasswordResetRequestError,
)
from schema.accounts import Account, Address
from schema.nodes import parse_id
from schema.shared import IDEMPOTENCY_KEY, storable
from services.addresses import PostalAddress

LONGEST_TEXT = 200

# To hash a password by argon2id keeps processors busy for as long as reading so many objects of a
# page: several log-ins in one request are refused.
PASSWORD_COST = 10_000


def _short(text: str) -> str:
    """Take the spaces off a text; raises ValueError for one that is too long to be meant."""
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"This text has at most {LONGEST_TEXT} characters.")
    return storable(text.strip())


@strawberry.input(
    description="An address as it stands on a parcel, each line up to 200 characters."
)
class AddressInput:
    recipient: str = strawberry.field(description="The name on the parcel.")
    line1: str = strawberry.field(description="The street and the number.")
    line2: str = strawberry.field(
        default="", description="What the first line has no room for, if anything."
    )
    postal_code: str = strawberry.field(description="The postal code, as the country writes it.")
    city: str = strawberry.field(description="The city or town, without its postal code.")
    region: str = strawberry.field(default="", description="The state or province, if written.")
    country_code: str = strawberry.field(
        description="The two capital letters of the country in ISO 3166-1, such as DE."
    )

    def freeze(self) -> PostalAddress:
        address = PostalAddress(**{name: _short(text) for name, text in vars(self).items()})
        if not re.fullmatch("[A-Z]{2}", address.country_code):
            raise ValueError("`countryCode` is two capital letters, such as DE.")
        if "" in {address.recipient, address.line1, address.postal_code, address.city}:
            raise ValueError("`recipient`, `line1`, `postalCode` and `city` cannot be empty.")
        return address


def _account(when: str) -> Any:  # noqa: ANN401 - it stands for a field of any class.
    return reads(accounts_by_id, key="account_id", description=when)


def _address() -> Any:  # noqa: ANN401 - it stands for a field of any class.
    return reads(
        addresses_by_id,
        key="address_id",
        description="The address as it is now; null after a refusal.",
    )


def _errors() -> Any:  # noqa: ANN401 - it stands for a field of any class.
    return listed(
        at_most=1, description="The reasons for a refusal, at most 1; empty when it was done."
    )


@strawberry.type(description="An account and the tokens of its session; null after a refusal.")
class SessionPayload:
    account: Account | None = _account(
        "Whose session it is; null after a refusal. Ask for its `cart` and `orders` in the next"
        " request, which carries the token."
    )
    access_token: str | None = strawberry.field(
        description="Names the account until `expiresAt`: send it in each request as the header"
        " `Authorization: Bearer …`. Null after a refusal."
    )
    expires_at: datetime | None = strawberry.field(
        description="When the access token ends, some minutes from now; null after a refusal."
    )
    refresh_token: str | None = strawberry.field(
        description="Gives the next pair of tokens, once, by `accountRefresh`. Keep it secret. Null"
        " after a refusal."
    )


@strawberry.type(description="The new account, logged in, or why there is none.")
class AccountRegisterPayload(SessionPayload):
    errors: list[AccountRegisterError] = _errors()


@strawberry.type(description="The account that logged in, or why none did.")
class AccountLogInPayload(SessionPayload):
    errors: list[AccountLogInError] = _errors()


@strawberry.type(description="The next tokens of the session, or why it does not go on.")
class AccountRefreshPayload(SessionPayload):
    errors: list[AccountRefreshError] = _errors()


@strawberry.type(description="The account with its new password, in a session of its own.")
class PasswordChangePayload(SessionPayload):
    errors: list[PasswordChangeError] = _errors()


@strawberry.type(description="Whether the session was ended: it was where `errors` is empty.")
class AccountLogOutPayload:
    errors: list[AccountLogOutError] = _errors()


@strawberry.type(description="The changed account, or why it was not changed.")
class AccountUpdatePayload:
    account: Account | None = _account("The account as it is now; null after a refusal.")
    errors: list[AccountUpdateError] = _errors()


@strawberry.type(
    description="That the wish was heard, which does not tell whether there is such an account."
)
class PasswordResetRequestPayload:
    errors: list[PasswordResetRequestError] = _errors()


@strawberry.type(description="Whether the new password was set; log in with it next.")
class PasswordResetPayload:
    errors: list[PasswordResetError] = _errors()


@strawberry.type(description="The new address, or why it was not added.")
class AddressAddPayload:
    address: Address | None = _address()
    errors: list[AddressAddError] = _errors()


@strawberry.type(description="The changed address, or why it was not changed.")
class AddressUpdatePayload:
    address: Address | None = _address()
    errors: list[AddressUpdateError] = _errors()


@strawberry.type(description="The account without the address, or why it was not removed.")
class AddressRemovePayload:
    account: Account | None = _account("Whose address it was; null after a refusal.")
    errors: list[AddressRemoveError] = _errors()


_EMAIL = Argument("email", str, "The e-mail address of the account, in any case.")
_PASSWORD = Argument("password", str, "The password that the account has now.")
_NEW_PASSWORD = Argument("password", str, "The new password, of 12 to 128 characters.")
_REFRESH_TOKEN = Argument("refresh_token", str, "The last refresh token of the session.")
_ADDRESS = Argument(
    "address",
    AddressInput,
    "The whole address, as it shall stand on parcels.",
    freeze=AddressInput.freeze,
)
_ADDRESS_ID = Argument(
    "id",
    strawberry.ID,
    "The id of one of the viewer's `addresses`.",
    freeze=lambda text: parse_id("address", text),
)


@strawberry.type
class AccountMutation:
    account_register: AccountRegisterPayload = mutation(
        accounts.register,
        arguments=(
            _EMAIL,
            _NEW_PASSWORD,
            Argument(
                "name",
                str,
                "How the account wants to be called, up to 200 characters.",
                "",
                storable,
            ),
            IDEMPOTENCY_KEY,
        ),
        cost=PASSWORD_COST,
        statements=17,
        description="Makes a customer's account and logs in. The cart of the header `X-Cart-Secret`"
        " becomes the account's.",
    )
    account_log_in: AccountLogInPayload = mutation(
        accounts.log_in,
        arguments=(_EMAIL, _PASSWORD),
        cost=PASSWORD_COST,
        statements=13,
        description="Starts a session. The cart of the header `X-Cart-Secret` joins the account's,"
        " unless they do not fit together; then both stay.",
    )
    account_refresh: AccountRefreshPayload = mutation(
        accounts.refresh,
        arguments=(_REFRESH_TOKEN,),
        statements=8,
        description="Goes on with a session by its refresh token, without an `Authorization`"
        " header. A refresh token is good once; using it again ends the session, as somebody has a"
        " copy.",
    )
    account_log_out: AccountLogOutPayload = mutation(
        accounts.log_out,
        arguments=(_REFRESH_TOKEN,),
        statements=4,
        description="Ends a session. Its access token still works until it expires, so forget it.",
    )
    account_update: AccountUpdatePayload | None = mutation(
        accounts.rename,
        arguments=(
            Argument(
                "name",
                str,
                "How the account wants to be called, up to 200 characters; empty for no name.",
                freeze=storable,
            ),
        ),
        authenticated=True,
        statements=3,
        description="Changes what the viewer's account wants to be called.",
    )
    password_change: PasswordChangePayload | None = mutation(
        accounts.change_password,
        arguments=(
            Argument("current_password", str, "The password that the account has had until now."),
            _NEW_PASSWORD,
        ),
        authenticated=True,
        cost=PASSWORD_COST,
        statements=7,
        description="Sets a new password for the viewer's account. It ends every session of the"
        " account, and starts one.",
    )
    password_reset_request: PasswordResetRequestPayload = mutation(
        accounts.request_password_reset,
        arguments=(_EMAIL,),
        statements=2,
        description="Has a token for `passwordReset` mailed to an account's address. The answer is"
        " the same where there is no such account.",
    )
    password_reset: PasswordResetPayload = mutation(
        accounts.reset_password,
        arguments=(
            Argument("token", str, "The token of the mail, good once and for an hour."),
            _NEW_PASSWORD,
        ),
        cost=PASSWORD_COST,
        statements=7,
        description="Sets a new password by a token that was mailed. It ends every session of the"
        " account; log in with the new one.",
    )
    address_add: AddressAddPayload | None = mutation(
        accounts.add_address,
        arguments=(_ADDRESS, IDEMPOTENCY_KEY),
        authenticated=True,
        statements=6,
        description="Keeps another address for the viewer's account, up to 50.",
    )
    address_update: AddressUpdatePayload | None = mutation(
        accounts.update_address,
        arguments=(_ADDRESS_ID, _ADDRESS),
        authenticated=True,
        statements=3,
        description="Replaces an address; orders keep the one that they were made with.",
    )
    address_remove: AddressRemovePayload | None = mutation(
        accounts.remove_address,
        arguments=(_ADDRESS_ID,),
        authenticated=True,
        statements=3,
        description="Forgets an address; orders keep the one that they were made with.",
    )
