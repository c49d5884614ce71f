from typing import Annotated, Literal, Union

from pydantic import Field

from .base_model import BaseModel


class AccountLogOut(BaseModel):
    account_log_out: "AccountLogOutAccountLogOut"


class AccountLogOutAccountLogOut(BaseModel):
    errors: list[
        Annotated[
            Union["AccountLogOutAccountLogOutErrorsInvalidRefreshToken",],
            Field(discriminator="typename__"),
        ]
    ]


class AccountLogOutAccountLogOutErrorsInvalidRefreshToken(BaseModel):
    typename__: Literal["InvalidRefreshToken"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]


AccountLogOut.model_rebuild()
AccountLogOutAccountLogOut.model_rebuild()
