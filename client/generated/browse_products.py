from decimal import Decimal
from typing import Optional

from .base_model import BaseModel


class BrowseProducts(BaseModel):
    products: "BrowseProductsProducts"


class BrowseProductsProducts(BaseModel):
    total_count: int
    nodes: list["BrowseProductsProductsNodes"]
    page_info: "BrowseProductsProductsPageInfo"


class BrowseProductsProductsNodes(BaseModel):
    id: str
    slug: str
    name: str
    brand: Optional[str]
    in_stock: bool
    price_range: Optional["BrowseProductsProductsNodesPriceRange"]
    media: "BrowseProductsProductsNodesMedia"


class BrowseProductsProductsNodesPriceRange(BaseModel):
    lowest: "BrowseProductsProductsNodesPriceRangeLowest"
    highest: "BrowseProductsProductsNodesPriceRangeHighest"


class BrowseProductsProductsNodesPriceRangeLowest(BaseModel):
    amount: Decimal
    currency: str


class BrowseProductsProductsNodesPriceRangeHighest(BaseModel):
    amount: Decimal
    currency: str


class BrowseProductsProductsNodesMedia(BaseModel):
    nodes: list["BrowseProductsProductsNodesMediaNodes"]


class BrowseProductsProductsNodesMediaNodes(BaseModel):
    url: str
    alt_text: str


class BrowseProductsProductsPageInfo(BaseModel):
    has_next_page: bool
    end_cursor: Optional[str]


BrowseProducts.model_rebuild()
BrowseProductsProducts.model_rebuild()
BrowseProductsProductsNodes.model_rebuild()
BrowseProductsProductsNodesPriceRange.model_rebuild()
BrowseProductsProductsNodesMedia.model_rebuild()
