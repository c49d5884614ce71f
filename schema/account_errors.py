"""Why an account, its sessions or its addresses are not changed, as clients see it."""

from typing import Annotated

import strawberry

from schema.errors import UserError, refusal, value_of
from services import accounts, addresses, emails, passwords, sessions


@refusal(emails.InvalidEmail)
@strawberry.type(description="What was given is no e-mail address that mail can reach.")
class InvalidEmail(UserError):
    pass


@refusal(accounts.EmailTaken)
@strawberry.type(description="There is an account with this e-mail address.")
class EmailTaken(UserError):
    pass


@refusal(accounts.NameTooLong)
@strawberry.type(description="The name of the account is too long to be one.")
class NameTooLong(UserError):
    maximum: int = value_of("maximum", description="The most characters of a name.")


@refusal(passwords.PasswordLengthRefused)
@strawberry.type(description="The new password is too short or too long.")
class PasswordLengthRefused(UserError):
    minimum: int = value_of("minimum", description="The fewest characters of a password.")
    maximum: int = value_of("maximum", description="The most characters of a password.")


@refusal(passwords.WrongPassword)
@strawberry.type(description="What was given is not the current password.")
class WrongPassword(UserError):
    pass


@refusal(passwords.InvalidResetToken)
@strawberry.type(description="The reset token was never issued, was used, or is too old.")
class InvalidResetToken(UserError):
    pass


@refusal(sessions.WrongCredentials)
@strawberry.type(description="No account has this e-mail address and this password.")
class WrongCredentials(UserError):
    pass


@refusal(sessions.InvalidRefreshToken)
@strawberry.type(
    description="The refresh token was never issued, was used, is too old, or its session ended."
)
class InvalidRefreshToken(UserError):
    pass


@refusal(addresses.AddressNotFound)
@strawberry.type(description="There is no such address, or it is not the account's.")
class AddressNotFound(UserError):
    pass


@refusal(addresses.TooManyAddresses)
@strawberry.type(description="The account keeps as many addresses as it may.")
class TooManyAddresses(UserError):
    maximum: int = value_of("maximum", description="The most addresses of an account.")


AccountRegisterError = Annotated[
    InvalidEmail | EmailTaken | NameTooLong | PasswordLengthRefused | WrongCredentials,
    strawberry.union("AccountRegisterError", description="Why no account was made."),
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
    NameTooLong, strawberry.union("AccountUpdateError", description="Why nothing was changed.")
]
PasswordChangeError = Annotated[
    WrongPassword | PasswordLengthRefused,
    strawberry.union("PasswordChangeError", description="Why the password stays."),
]
PasswordResetRequestError = Annotated[
    InvalidEmail,
    strawberry.union("PasswordResetRequestError", description="Why no mail can be sent."),
]
PasswordResetError = Annotated[
    InvalidResetToken | PasswordLengthRefused,
    strawberry.union("PasswordResetError", description="Why the password stays."),
]
AddressAddError = Annotated[
    TooManyAddresses, strawberry.union("AddressAddError", description="Why nothing was added.")
]
AddressUpdateError = Annotated[
    AddressNotFound, strawberry.union("AddressUpdateError", description="Why nothing was changed.")
]
AddressRemoveError = Annotated[
    AddressNotFound, strawberry.union("AddressRemoveError", description="Why nothing was removed.")
]
