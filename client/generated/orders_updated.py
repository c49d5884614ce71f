from datetime import datetime
from typing import Optional

from .base_model import BaseModel
from .fragments import OrderState


class OrdersUpdated(BaseModel):
    orders_updated: "OrdersUpdatedOrdersUpdated"


class OrdersUpdatedOrdersUpdated(BaseModel):
    cursor: str
    event_id: Optional[str]
    event_type: Optional[str]
    occurred_at: Optional[datetime]
    order: Optional["OrdersUpdatedOrdersUpdatedOrder"]


OrdersUpdatedOrdersUpdatedOrder = OrderState
OrdersUpdated.model_rebuild()
OrdersUpdatedOrdersUpdated.model_rebuild()
