from typing import Optional

from .base_model import BaseModel
from .fragments import OrderContent


class Order(BaseModel):
    order: Optional["OrderOrder"]


OrderOrder = OrderContent
Order.model_rebuild()
