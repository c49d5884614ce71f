from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .fragments import CartContent


class CartLinesRemove(BaseModel):
    cart_lines_remove: "CartLinesRemoveCartLinesRemove"


class CartLinesRemoveCartLinesRemove(BaseModel):
    cart: Optional["CartLinesRemoveCartLinesRemoveCart"]
    errors: list[
        Annotated[
            Union[
                "CartLinesRemoveCartLinesRemoveErrorsCartNotFound",
                "CartLinesRemoveCartLinesRemoveErrorsVersionConflict",
                "CartLinesRemoveCartLinesRemoveErrorsCartLineNotFound",
            ],
            Field(discriminator="typename__"),
        ]
    ]


CartLinesRemoveCartLinesRemoveCart = CartContent


class CartLinesRemoveCartLinesRemoveErrorsCartNotFound(BaseModel):
    typename__: Literal["CartNotFound"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]


class CartLinesRemoveCartLinesRemoveErrorsVersionConflict(BaseModel):
    typename__: Literal["VersionConflict"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]
    current: int


class CartLinesRemoveCartLinesRemoveErrorsCartLineNotFound(BaseModel):
    typename__: Literal["CartLineNotFound"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]


CartLinesRemove.model_rebuild()
CartLinesRemoveCartLinesRemove.model_rebuild()
