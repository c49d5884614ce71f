from datetime import datetime
from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .fragments import AccountContent


class AccountLogIn(BaseModel):
    account_log_in: "AccountLogInAccountLogIn"


class AccountLogInAccountLogIn(BaseModel):
    account: Optional["AccountLogInAccountLogInAccount"]
    access_token: Optional[str]
    expires_at: Optional[datetime]
    refresh_token: Optional[str]
    errors: list[
        Annotated[
            Union["AccountLogInAccountLogInErrorsWrongCredentials",],
            Field(discriminator="typename__"),
        ]
    ]


AccountLogInAccountLogInAccount = AccountContent


class AccountLogInAccountLogInErrorsWrongCredentials(BaseModel):
    typename__: Literal["WrongCredentials"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]


AccountLogIn.model_rebuild()
AccountLogInAccountLogIn.model_rebuild()
