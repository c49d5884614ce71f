from typing import Optional

from .base_model import BaseModel
from .fragments import AccountContent


class Viewer(BaseModel):
    viewer: Optional["ViewerViewer"]


class ViewerViewer(AccountContent):
    addresses: "ViewerViewerAddresses"


class ViewerViewerAddresses(BaseModel):
    nodes: list["ViewerViewerAddressesNodes"]


class ViewerViewerAddressesNodes(BaseModel):
    id: str
    recipient: str
    line_1: str
    line_2: str
    postal_code: str
    city: str
    region: str
    country_code: str


Viewer.model_rebuild()
ViewerViewer.model_rebuild()
ViewerViewerAddresses.model_rebuild()
