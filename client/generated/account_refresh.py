from datetime import datetime
from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .fragments import AccountContent


class AccountRefresh(BaseModel):
    account_refresh: "AccountRefreshAccountRefresh"


class AccountRefreshAccountRefresh(BaseModel):
    account: Optional["AccountRefreshAccountRefreshAccount"]
    access_token: Optional[str]
    expires_at: Optional[datetime]
    refresh_token: Optional[str]
    errors: list[
        Annotated[
            Union["AccountRefreshAccountRefreshErrorsInvalidRefreshToken",],
            Field(discriminator="typename__"),
        ]
    ]


AccountRefreshAccountRefreshAccount = AccountContent


class AccountRefreshAccountRefreshErrorsInvalidRefreshToken(BaseModel):
    typename__: Literal["InvalidRefreshToken"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]


AccountRefresh.model_rebuild()
AccountRefreshAccountRefresh.model_rebuild()
