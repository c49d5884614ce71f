from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .enums import OrderStatus
from .fragments import OrderState


class OrderDeliver(BaseModel):
    order_deliver: Optional["OrderDeliverOrderDeliver"]


class OrderDeliverOrderDeliver(BaseModel):
    order: Optional["OrderDeliverOrderDeliverOrder"]
    errors: list[
        Annotated[
            Union[
                "OrderDeliverOrderDeliverErrorsOrderNotFound",
                "OrderDeliverOrderDeliverErrorsVersionConflict",
                "OrderDeliverOrderDeliverErrorsIllegalTransition",
            ],
            Field(discriminator="typename__"),
        ]
    ]


OrderDeliverOrderDeliverOrder = OrderState


class OrderDeliverOrderDeliverErrorsOrderNotFound(BaseModel):
    typename__: Literal["OrderNotFound"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]


class OrderDeliverOrderDeliverErrorsVersionConflict(BaseModel):
    typename__: Literal["VersionConflict"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]
    current: int


class OrderDeliverOrderDeliverErrorsIllegalTransition(BaseModel):
    typename__: Literal["IllegalTransition"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]
    from_: OrderStatus = Field(alias="from")
    to: OrderStatus
    available: list[OrderStatus]


OrderDeliver.model_rebuild()
OrderDeliverOrderDeliver.model_rebuild()
