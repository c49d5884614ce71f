from datetime import datetime
from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .fragments import AccountContent


class AccountRegister(BaseModel):
    account_register: "AccountRegisterAccountRegister"


class AccountRegisterAccountRegister(BaseModel):
    account: Optional["AccountRegisterAccountRegisterAccount"]
    access_token: Optional[str]
    expires_at: Optional[datetime]
    refresh_token: Optional[str]
    errors: list[
        Annotated[
            Union[
                "AccountRegisterAccountRegisterErrorsInvalidEmail",
                "AccountRegisterAccountRegisterErrorsEmailTaken",
                "AccountRegisterAccountRegisterErrorsNameTooLong",
                "AccountRegisterAccountRegisterErrorsPasswordLengthRefused",
                "AccountRegisterAccountRegisterErrorsWrongCredentials",
            ],
            Field(discriminator="typename__"),
        ]
    ]


AccountRegisterAccountRegisterAccount = AccountContent


class AccountRegisterAccountRegisterErrorsInvalidEmail(BaseModel):
    typename__: Literal["InvalidEmail"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]


class AccountRegisterAccountRegisterErrorsEmailTaken(BaseModel):
    typename__: Literal["EmailTaken"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]


class AccountRegisterAccountRegisterErrorsNameTooLong(BaseModel):
    typename__: Literal["NameTooLong"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]
    maximum: int


class AccountRegisterAccountRegisterErrorsPasswordLengthRefused(BaseModel):
    typename__: Literal["PasswordLengthRefused"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]
    minimum: int
    maximum: int


class AccountRegisterAccountRegisterErrorsWrongCredentials(BaseModel):
    typename__: Literal["WrongCredentials"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]


AccountRegister.model_rebuild()
AccountRegisterAccountRegister.model_rebuild()
