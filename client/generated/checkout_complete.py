from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .fragments import OrderContent, Price


class CheckoutComplete(BaseModel):
    checkout_complete: "CheckoutCompleteCheckoutComplete"


class CheckoutCompleteCheckoutComplete(BaseModel):
    order: Optional["CheckoutCompleteCheckoutCompleteOrder"]
    errors: list[
        Annotated[
            Union[
                "CheckoutCompleteCheckoutCompleteErrorsCartNotFound",
                "CheckoutCompleteCheckoutCompleteErrorsCartEmpty",
                "CheckoutCompleteCheckoutCompleteErrorsCartAlreadyOrdered",
                "CheckoutCompleteCheckoutCompleteErrorsVersionConflict",
                "CheckoutCompleteCheckoutCompleteErrorsOutOfStock",
                "CheckoutCompleteCheckoutCompleteErrorsPriceChanged",
                "CheckoutCompleteCheckoutCompleteErrorsInvalidEmail",
                "CheckoutCompleteCheckoutCompleteErrorsAddressNotFound",
                "CheckoutCompleteCheckoutCompleteErrorsShippingMethodUnavailable",
                "CheckoutCompleteCheckoutCompleteErrorsPaymentDeclined",
            ],
            Field(discriminator="typename__"),
        ]
    ]


CheckoutCompleteCheckoutCompleteOrder = OrderContent


class CheckoutCompleteCheckoutCompleteErrorsCartNotFound(BaseModel):
    typename__: Literal["CartNotFound"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]


class CheckoutCompleteCheckoutCompleteErrorsCartEmpty(BaseModel):
    typename__: Literal["CartEmpty"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]


class CheckoutCompleteCheckoutCompleteErrorsCartAlreadyOrdered(BaseModel):
    typename__: Literal["CartAlreadyOrdered"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]
    order: Optional["CheckoutCompleteCheckoutCompleteErrorsCartAlreadyOrderedOrder"]


class CheckoutCompleteCheckoutCompleteErrorsCartAlreadyOrderedOrder(BaseModel):
    id: str


class CheckoutCompleteCheckoutCompleteErrorsVersionConflict(BaseModel):
    typename__: Literal["VersionConflict"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]
    current: int


class CheckoutCompleteCheckoutCompleteErrorsOutOfStock(BaseModel):
    typename__: Literal["OutOfStock"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]
    available: int
    variant: Optional["CheckoutCompleteCheckoutCompleteErrorsOutOfStockVariant"]


class CheckoutCompleteCheckoutCompleteErrorsOutOfStockVariant(BaseModel):
    id: str
    name: str


class CheckoutCompleteCheckoutCompleteErrorsPriceChanged(BaseModel):
    typename__: Literal["PriceChanged"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]
    was: "CheckoutCompleteCheckoutCompleteErrorsPriceChangedWas"
    now: "CheckoutCompleteCheckoutCompleteErrorsPriceChangedNow"
    variant: Optional["CheckoutCompleteCheckoutCompleteErrorsPriceChangedVariant"]


CheckoutCompleteCheckoutCompleteErrorsPriceChangedWas = Price
CheckoutCompleteCheckoutCompleteErrorsPriceChangedNow = Price


class CheckoutCompleteCheckoutCompleteErrorsPriceChangedVariant(BaseModel):
    id: str
    name: str


class CheckoutCompleteCheckoutCompleteErrorsInvalidEmail(BaseModel):
    typename__: Literal["InvalidEmail"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]


class CheckoutCompleteCheckoutCompleteErrorsAddressNotFound(BaseModel):
    typename__: Literal["AddressNotFound"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]


class CheckoutCompleteCheckoutCompleteErrorsShippingMethodUnavailable(BaseModel):
    typename__: Literal["ShippingMethodUnavailable"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]


class CheckoutCompleteCheckoutCompleteErrorsPaymentDeclined(BaseModel):
    typename__: Literal["PaymentDeclined"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]
    reason: str


CheckoutComplete.model_rebuild()
CheckoutCompleteCheckoutComplete.model_rebuild()
CheckoutCompleteCheckoutCompleteErrorsCartAlreadyOrdered.model_rebuild()
CheckoutCompleteCheckoutCompleteErrorsOutOfStock.model_rebuild()
CheckoutCompleteCheckoutCompleteErrorsPriceChanged.model_rebuild()
