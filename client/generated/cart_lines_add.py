from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .fragments import CartContent


class CartLinesAdd(BaseModel):
    cart_lines_add: "CartLinesAddCartLinesAdd"


class CartLinesAddCartLinesAdd(BaseModel):
    cart: Optional["CartLinesAddCartLinesAddCart"]
    errors: list[
        Annotated[
            Union[
                "CartLinesAddCartLinesAddErrorsCartNotFound",
                "CartLinesAddCartLinesAddErrorsVersionConflict",
                "CartLinesAddCartLinesAddErrorsVariantNotFound",
                "CartLinesAddCartLinesAddErrorsOutOfStock",
                "CartLinesAddCartLinesAddErrorsQuantityOutOfRange",
                "CartLinesAddCartLinesAddErrorsCurrencyMismatch",
                "CartLinesAddCartLinesAddErrorsTooManyLines",
            ],
            Field(discriminator="typename__"),
        ]
    ]


CartLinesAddCartLinesAddCart = CartContent


class CartLinesAddCartLinesAddErrorsCartNotFound(BaseModel):
    typename__: Literal["CartNotFound"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]


class CartLinesAddCartLinesAddErrorsVersionConflict(BaseModel):
    typename__: Literal["VersionConflict"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]
    current: int


class CartLinesAddCartLinesAddErrorsVariantNotFound(BaseModel):
    typename__: Literal["VariantNotFound"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]


class CartLinesAddCartLinesAddErrorsOutOfStock(BaseModel):
    typename__: Literal["OutOfStock"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]
    available: int
    variant: Optional["CartLinesAddCartLinesAddErrorsOutOfStockVariant"]


class CartLinesAddCartLinesAddErrorsOutOfStockVariant(BaseModel):
    id: str
    name: str


class CartLinesAddCartLinesAddErrorsQuantityOutOfRange(BaseModel):
    typename__: Literal["QuantityOutOfRange"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]
    minimum: int
    maximum: int


class CartLinesAddCartLinesAddErrorsCurrencyMismatch(BaseModel):
    typename__: Literal["CurrencyMismatch"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]
    cart_currency: str
    variant_currency: str


class CartLinesAddCartLinesAddErrorsTooManyLines(BaseModel):
    typename__: Literal["TooManyLines"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]
    maximum: int


CartLinesAdd.model_rebuild()
CartLinesAddCartLinesAdd.model_rebuild()
CartLinesAddCartLinesAddErrorsOutOfStock.model_rebuild()
