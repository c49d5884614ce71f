from typing import Optional

from .base_model import BaseModel
from .fragments import OrderState


class OrderHistory(BaseModel):
    viewer: Optional["OrderHistoryViewer"]


class OrderHistoryViewer(BaseModel):
    id: str
    orders: Optional["OrderHistoryViewerOrders"]


class OrderHistoryViewerOrders(BaseModel):
    total_count: int
    nodes: list["OrderHistoryViewerOrdersNodes"]
    page_info: "OrderHistoryViewerOrdersPageInfo"


OrderHistoryViewerOrdersNodes = OrderState


class OrderHistoryViewerOrdersPageInfo(BaseModel):
    has_next_page: bool
    end_cursor: Optional[str]


OrderHistory.model_rebuild()
OrderHistoryViewer.model_rebuild()
OrderHistoryViewerOrders.model_rebuild()
