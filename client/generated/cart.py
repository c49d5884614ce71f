from typing import Optional

from .base_model import BaseModel
from .fragments import CartContent


class Cart(BaseModel):
    cart: Optional["CartCart"]


CartCart = CartContent
Cart.model_rebuild()
