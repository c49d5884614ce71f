from decimal import Decimal
from typing import Optional

from .base_model import BaseModel


class Search(BaseModel):
    search: "SearchSearch"


class SearchSearch(BaseModel):
    total_count: int
    edges: list["SearchSearchEdges"]
    facets: "SearchSearchFacets"
    page_info: "SearchSearchPageInfo"


class SearchSearchEdges(BaseModel):
    highlight: Optional[str]
    node: "SearchSearchEdgesNode"


class SearchSearchEdgesNode(BaseModel):
    id: str
    slug: str
    name: str
    brand: Optional[str]
    in_stock: bool
    price_range: Optional["SearchSearchEdgesNodePriceRange"]


class SearchSearchEdgesNodePriceRange(BaseModel):
    lowest: "SearchSearchEdgesNodePriceRangeLowest"


class SearchSearchEdgesNodePriceRangeLowest(BaseModel):
    amount: Decimal
    currency: str


class SearchSearchFacets(BaseModel):
    brands: list["SearchSearchFacetsBrands"]
    categories: list["SearchSearchFacetsCategories"]


class SearchSearchFacetsBrands(BaseModel):
    value: str
    count: int


class SearchSearchFacetsCategories(BaseModel):
    count: int
    category: Optional["SearchSearchFacetsCategoriesCategory"]


class SearchSearchFacetsCategoriesCategory(BaseModel):
    id: str
    name: str


class SearchSearchPageInfo(BaseModel):
    has_next_page: bool
    end_cursor: Optional[str]


Search.model_rebuild()
SearchSearch.model_rebuild()
SearchSearchEdges.model_rebuild()
SearchSearchEdgesNode.model_rebuild()
SearchSearchEdgesNodePriceRange.model_rebuild()
SearchSearchFacets.model_rebuild()
SearchSearchFacetsCategories.model_rebuild()
