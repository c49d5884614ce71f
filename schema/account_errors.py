"""Why an account, its sessions or its addresses are not changed, as clients see it."""

from typing import Annotated

import strawberry

from schema.errors import UserError, refusal, value_of
from services import accounts, addresses, emails, passwords, sessions


@refusal(emails.InvalidEmail)
@strawberry.type(description="What was given is no e-mail address, or none that mail can reach.")
class InvalidEmail(UserError):
    pass


@refusal(accounts.EmailTaken)
@strawberry.type(
    description="There is an account with this e-mail address already: log in, or reset its"
    " password."
)
class EmailTaken(UserError):
    pass


@refusal(accounts.NameTooLong)
@strawberry.type(description="What the account wants to be called is too long.")
class NameTooLong(UserError):
    maximum: int = value_of("maximum", description="How many characters a name has at most: 200.")


@refusal(passwords.PasswordLengthRefused)
@strawberry.type(description="The new password is too short or too long; any characters will do.")
class PasswordLengthRefused(UserError):
    minimum: int = value_of(
        "minimum", description="How many characters a password has at least: 12."
    )
    maximum: int = value_of(
        "maximum", description="How many characters a password has at most: 128."
    )


@refusal(passwords.WrongPassword)
@strawberry.type(description="What was given as `currentPassword` is not the password.")
class WrongPassword(UserError):
    pass


@refusal(passwords.InvalidResetToken)
@strawberry.type(
    description="The reset token was never issued, was used, or is too old: ask for another mail."
)
class InvalidResetToken(UserError):
    pass


@refusal(sessions.WrongCredentials)
@strawberry.type(
    description="No account has this e-mail address and this password; which is wrong is not told."
)
class WrongCredentials(UserError):
    pass


@refusal(sessions.InvalidRefreshToken)
@strawberry.type(
    description="The refresh token was never issued, was used, is too old, or its session ended:"
    " log in again."
)
class InvalidRefreshToken(UserError):
    pass


@refusal(addresses.AddressNotFound)
@strawberry.type(description="The account keeps no such address.")
class AddressNotFound(UserError):
    pass


@refusal(addresses.TooManyAddresses)
@strawberry.type(description="The account keeps as many addresses as it may: remove or change one.")
class TooManyAddresses(UserError):
    maximum: int = value_of(
        "maximum", description="How many addresses an account keeps at most: 50."
    )


AccountRegisterError = Annotated[
    InvalidEmail | EmailTaken | NameTooLong | PasswordLengthRefused | WrongCredentials,
    strawberry.union(
        "AccountRegisterError", description="Why no account was made and nobody is logged in."
    ),
]
AccountLogInError = Annotated[
    WrongCredentials, strawberry.union("AccountLogInError", description="Why nobody is logged in.")
]
AccountRefreshError = Annotated[
    InvalidRefreshToken,
    strawberry.union("AccountRefreshError", description="Why the session does not go on."),
]
AccountLogOutError = Annotated[
    InvalidRefreshToken,
    strawberry.union("AccountLogOutError", description="Why no session was ended."),
]
AccountUpdateError = Annotated[
    NameTooLong,
    strawberry.union("AccountUpdateError", description="Why the account was not changed."),
]
PasswordChangeError = Annotated[
    WrongPassword | PasswordLengthRefused,
    strawberry.union("PasswordChangeError", description="Why the password stays as it was."),
]
PasswordResetRequestError = Annotated[
    InvalidEmail,
    strawberry.union("PasswordResetRequestError", description="Why no mail can be sent."),
]
PasswordResetError = Annotated[
    InvalidResetToken | PasswordLengthRefused,
    strawberry.union("PasswordResetError", description="Why the password stays as it was."),
]
AddressAddError = Annotated[
    TooManyAddresses, strawberry.union("AddressAddError", description="Why no address was added.")
]
AddressUpdateError = Annotated[
    AddressNotFound,
    strawberry.union("AddressUpdateError", description="Why no address was changed."),
]
AddressRemoveError = Annotated[
    AddressNotFound,
    strawberry.union("AddressRemoveError", description="Why no address was removed."),
]
