from datetime import datetime
from typing import Optional

from .base_model import BaseModel
from .fragments import OrderState


class OrderUpdated(BaseModel):
    order_updated: "OrderUpdatedOrderUpdated"


class OrderUpdatedOrderUpdated(BaseModel):
    cursor: str
    event_id: Optional[str]
    event_type: Optional[str]
    occurred_at: Optional[datetime]
    order: Optional["OrderUpdatedOrderUpdatedOrder"]


OrderUpdatedOrderUpdatedOrder = OrderState
OrderUpdated.model_rebuild()
OrderUpdatedOrderUpdated.model_rebuild()
