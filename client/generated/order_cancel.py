from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .enums import OrderStatus
from .fragments import OrderState


class OrderCancel(BaseModel):
    order_cancel: "OrderCancelOrderCancel"


class OrderCancelOrderCancel(BaseModel):
    order: Optional["OrderCancelOrderCancelOrder"]
    errors: list[
        Annotated[
            Union[
                "OrderCancelOrderCancelErrorsOrderNotFound",
                "OrderCancelOrderCancelErrorsVersionConflict",
                "OrderCancelOrderCancelErrorsIllegalTransition",
            ],
            Field(discriminator="typename__"),
        ]
    ]


OrderCancelOrderCancelOrder = OrderState


class OrderCancelOrderCancelErrorsOrderNotFound(BaseModel):
    typename__: Literal["OrderNotFound"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]


class OrderCancelOrderCancelErrorsVersionConflict(BaseModel):
    typename__: Literal["VersionConflict"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]
    current: int


class OrderCancelOrderCancelErrorsIllegalTransition(BaseModel):
    typename__: Literal["IllegalTransition"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]
    from_: OrderStatus = Field(alias="from")
    to: OrderStatus
    available: list[OrderStatus]


OrderCancel.model_rebuild()
OrderCancelOrderCancel.model_rebuild()
