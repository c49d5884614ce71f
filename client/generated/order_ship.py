from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .enums import OrderStatus
from .fragments import OrderState


class OrderShip(BaseModel):
    order_ship: Optional["OrderShipOrderShip"]


class OrderShipOrderShip(BaseModel):
    order: Optional["OrderShipOrderShipOrder"]
    errors: list[
        Annotated[
            Union[
                "OrderShipOrderShipErrorsOrderNotFound",
                "OrderShipOrderShipErrorsVersionConflict",
                "OrderShipOrderShipErrorsIllegalTransition",
            ],
            Field(discriminator="typename__"),
        ]
    ]


OrderShipOrderShipOrder = OrderState


class OrderShipOrderShipErrorsOrderNotFound(BaseModel):
    typename__: Literal["OrderNotFound"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]


class OrderShipOrderShipErrorsVersionConflict(BaseModel):
    typename__: Literal["VersionConflict"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]
    current: int


class OrderShipOrderShipErrorsIllegalTransition(BaseModel):
    typename__: Literal["IllegalTransition"] = Field(alias="__typename")
    code: str
    message: str
    path: list[str]
    from_: OrderStatus = Field(alias="from")
    to: OrderStatus
    available: list[OrderStatus]


OrderShip.model_rebuild()
OrderShipOrderShip.model_rebuild()
