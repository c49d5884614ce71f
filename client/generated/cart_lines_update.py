from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .fragments import CartContent


class CartLinesUpdate(BaseModel):
    cart_lines_update: "CartLinesUpdateCartLinesUpdate"


class CartLinesUpdateCartLinesUpdate(BaseModel):
    cart: Optional["CartLinesUpdateCartLinesUpdateCart"]
    errors: list[
        Annotated[
            Union[
                "CartLinesUpdateCartLinesUpdateErrorsCartNotFound",
                "CartLinesUpdateCartLinesUpdateErrorsVersionConflict",
                "CartLinesUpdateCartLinesUpdateErrorsCartLineNotFound",
                "CartLinesUpdateCartLinesUpdateErrorsVariantNotFound",
                "CartLinesUpdateCartLinesUpdateErrorsOutOfStock",
                "CartLinesUpdateCartLinesUpdateErrorsQuantityOutOfRange",
                "CartLinesUpdateCartLinesUpdateErrorsCurrencyMismatch",
            ],
            Field(discriminator="typename__"),
        ]
    ]


CartLinesUpdateCartLinesUpdateCart = CartContent


class CartLinesUpdateCartLinesUpdateErrorsCartNotFound(BaseModel):
    typename__: Literal["CartNotFound"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]


class CartLinesUpdateCartLinesUpdateErrorsVersionConflict(BaseModel):
    typename__: Literal["VersionConflict"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]
    current: int


class CartLinesUpdateCartLinesUpdateErrorsCartLineNotFound(BaseModel):
    typename__: Literal["CartLineNotFound"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]


class CartLinesUpdateCartLinesUpdateErrorsVariantNotFound(BaseModel):
    typename__: Literal["VariantNotFound"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]


class CartLinesUpdateCartLinesUpdateErrorsOutOfStock(BaseModel):
    typename__: Literal["OutOfStock"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]
    available: int
    variant: Optional["CartLinesUpdateCartLinesUpdateErrorsOutOfStockVariant"]


class CartLinesUpdateCartLinesUpdateErrorsOutOfStockVariant(BaseModel):
    id: str
    name: str


class CartLinesUpdateCartLinesUpdateErrorsQuantityOutOfRange(BaseModel):
    typename__: Literal["QuantityOutOfRange"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]
    minimum: int
    maximum: int


class CartLinesUpdateCartLinesUpdateErrorsCurrencyMismatch(BaseModel):
    typename__: Literal["CurrencyMismatch"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]
    cart_currency: str
    variant_currency: str


CartLinesUpdate.model_rebuild()
CartLinesUpdateCartLinesUpdate.model_rebuild()
CartLinesUpdateCartLinesUpdateErrorsOutOfStock.model_rebuild()
