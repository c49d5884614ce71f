from datetime import datetime
from decimal import Decimal
from typing import Optional

from .base_model import BaseModel
from .enums import OrderStatus, PaymentStatus, Role


class AccountContent(BaseModel):
    id: str
    email: str
    name: str
    role: Role


class Price(BaseModel):
    amount: Decimal
    currency: str
    minor_units: int


class CartContent(BaseModel):
    id: str
    version: int
    item_count: int
    subtotal: Optional["CartContentSubtotal"]
    lines: "CartContentLines"


class CartContentSubtotal(Price):
    pass


class CartContentLines(BaseModel):
    nodes: list["CartContentLinesNodes"]


class CartContentLinesNodes(BaseModel):
    id: str
    quantity: int
    price_changed: bool
    unit_price: Optional["CartContentLinesNodesUnitPrice"]
    total: Optional["CartContentLinesNodesTotal"]
    variant: Optional["CartContentLinesNodesVariant"]


class CartContentLinesNodesUnitPrice(Price):
    pass


class CartContentLinesNodesTotal(Price):
    pass


class CartContentLinesNodesVariant(BaseModel):
    id: str
    sku: str
    name: str
    in_stock: bool


class OrderState(BaseModel):
    id: str
    number: int
    status: OrderStatus
    version: int
    placed_at: datetime
    available_transitions: list[OrderStatus]
    total: "OrderStateTotal"


class OrderStateTotal(Price):
    pass


class OrderContent(OrderState):
    email: str
    subtotal: "OrderContentSubtotal"
    shipping: "OrderContentShipping"
    shipping_address: "OrderContentShippingAddress"
    shipping_method: Optional["OrderContentShippingMethod"]
    lines: "OrderContentLines"
    payments: "OrderContentPayments"


class OrderContentSubtotal(Price):
    pass


class OrderContentShipping(Price):
    pass


class OrderContentShippingAddress(BaseModel):
    recipient: str
    line_1: str
    line_2: str
    postal_code: str
    city: str
    region: str
    country_code: str


class OrderContentShippingMethod(BaseModel):
    code: str
    name: str


class OrderContentLines(BaseModel):
    nodes: list["OrderContentLinesNodes"]


class OrderContentLinesNodes(BaseModel):
    sku: str
    name: str
    quantity: int
    unit_price: "OrderContentLinesNodesUnitPrice"
    total: "OrderContentLinesNodesTotal"


class OrderContentLinesNodesUnitPrice(Price):
    pass


class OrderContentLinesNodesTotal(Price):
    pass


class OrderContentPayments(BaseModel):
    nodes: list["OrderContentPaymentsNodes"]


class OrderContentPaymentsNodes(BaseModel):
    status: PaymentStatus
    decline_reason: Optional[str]
    amount: "OrderContentPaymentsNodesAmount"


class OrderContentPaymentsNodesAmount(Price):
    pass


AccountContent.model_rebuild()
Price.model_rebuild()
CartContent.model_rebuild()
OrderState.model_rebuild()
OrderContent.model_rebuild()
