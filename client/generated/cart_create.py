from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .fragments import CartContent


class CartCreate(BaseModel):
    cart_create: "CartCreateCartCreate"


class CartCreateCartCreate(BaseModel):
    secret: Optional[str]
    cart: Optional["CartCreateCartCreateCart"]
    errors: list[
        Annotated[
            Union[
                "CartCreateCartCreateErrorsVariantNotFound",
                "CartCreateCartCreateErrorsOutOfStock",
                "CartCreateCartCreateErrorsQuantityOutOfRange",
                "CartCreateCartCreateErrorsCurrencyMismatch",
                "CartCreateCartCreateErrorsTooManyLines",
            ],
            Field(discriminator="typename__"),
        ]
    ]


CartCreateCartCreateCart = CartContent


class CartCreateCartCreateErrorsVariantNotFound(BaseModel):
    typename__: Literal["VariantNotFound"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]


class CartCreateCartCreateErrorsOutOfStock(BaseModel):
    typename__: Literal["OutOfStock"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]
    available: int
    variant: Optional["CartCreateCartCreateErrorsOutOfStockVariant"]


class CartCreateCartCreateErrorsOutOfStockVariant(BaseModel):
    id: str
    name: str


class CartCreateCartCreateErrorsQuantityOutOfRange(BaseModel):
    typename__: Literal["QuantityOutOfRange"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]
    minimum: int
    maximum: int


class CartCreateCartCreateErrorsCurrencyMismatch(BaseModel):
    typename__: Literal["CurrencyMismatch"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]
    cart_currency: str
    variant_currency: str


class CartCreateCartCreateErrorsTooManyLines(BaseModel):
    typename__: Literal["TooManyLines"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]
    maximum: int


CartCreate.model_rebuild()
CartCreateCartCreate.model_rebuild()
CartCreateCartCreateErrorsOutOfStock.model_rebuild()
