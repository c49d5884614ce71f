"""What the shop asks of a search engine, in the shop's own words.

Two engines answer it, PostgreSQL and Elasticsearch, and one suite of tests holds both to it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol
from uuid import UUID

from core.errors import DomainError


@dataclass(frozen=True)
class AttributeFilter:
    """Wants products that have one of `values` under `key`."""

    key: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class SearchFilter:
    """What a product must be; parts that are left out hold for every product.

    `category` stands for itself and everything below it. `brands` are alternatives, and each of
    `attributes` must hold. Prices are minor units, both ends included, and mean the product's
    lowest price, which is also what sorts by price compare. `in_stock=False` does not care.
    """

    category: UUID | None = None
    brands: tuple[str, ...] = ()
    price_from: int | None = None
    price_to: int | None = None
    in_stock: bool = False
    attributes: tuple[AttributeFilter, ...] = ()


class SearchSort(Enum):
    """Ties are broken by the product's id. Without a text, RELEVANCE is the newest id first."""

    RELEVANCE = "relevance"
    PRICE_ASC = "price_asc"
    PRICE_DESC = "price_desc"
    NEWEST = "newest"
    NAME = "name"


@dataclass(frozen=True)
class SearchRequest:
    """One page of a search; an empty text browses everything that passes the filter.

    `after` is the cursor of a hit under the same sort. Facets and the total cost time, so they are
    computed only when asked for.
    """

    text: str = ""
    filter: SearchFilter = SearchFilter()
    sort: SearchSort = SearchSort.RELEVANCE
    first: int = 20
    after: str | None = None
    facets: bool = False
    total: bool = False


@dataclass(frozen=True)
class Hit:
    """A found product.

    `score` compares hits of one search by relevance and is 0 under any other sort. `highlight` is
    the product's name as HTML with the found words in `<mark>`, or None where no word of the name
    was found.
    """

    id: UUID
    score: float
    cursor: str
    highlight: str | None


@dataclass(frozen=True)
class FacetValue:
    value: str
    count: int


@dataclass(frozen=True)
class CategoryCount:
    """`count` includes the products of the categories below."""

    id: UUID
    count: int


@dataclass(frozen=True)
class PriceRange:
    """The lowest and the highest price among the products, in minor units."""

    lowest: int
    highest: int


@dataclass(frozen=True)
class AttributeFacet:
    key: str
    values: list[FacetValue]


MAX_BRANDS = 50
MAX_CATEGORIES = 50
MAX_ATTRIBUTES = 15
MAX_ATTRIBUTE_VALUES = 20


@dataclass(frozen=True)
class Facets:
    """How the found products spread, the most frequent first.

    Each facet counts as if its own filter were not set and the others were, so that it shows what
    a shopper could choose instead. `prices` is None where nothing is found. `attributes` starts
    with the keys of the filter; the keys that most of the found products have follow.
    """

    brands: list[FacetValue]
    categories: list[CategoryCount]
    prices: PriceRange | None
    attributes: list[AttributeFacet]


@dataclass(frozen=True)
class SearchResult:
    """A page of hits; `total` and `facets` are None unless the request asked for them."""

    hits: list[Hit]
    has_next: bool
    total: int | None = None
    facets: Facets | None = None


class SuggestionKind(Enum):
    PRODUCT = "product"
    BRAND = "brand"
    CATEGORY = "category"


@dataclass(frozen=True)
class Suggestion:
    """A completion of what is being typed; a brand has no id."""

    text: str
    kind: SuggestionKind
    id: UUID | None = None


class SearchUnavailable(DomainError):
    """The engine does not answer; the same request may succeed later."""

    code = "SEARCH_UNAVAILABLE"


class SearchEngine(Protocol):
    """Finds active products.

    `search` and `suggest` raise BadInput, naming the argument `query`, `prefix` or `after`, for a
    text that is too long or a cursor of another list, and SearchUnavailable.
    """

    async def search(self, request: SearchRequest) -> SearchResult: ...

    async def suggest(self, prefix: str, first: int) -> list[Suggestion]:
        """Complete `prefix`: brands, then categories, then products, `first` in all."""

    async def index(self, product_ids: Sequence[UUID]) -> None:
        """Bring these products up to date; those that are gone or not active leave the index.

        Call it after the commit. Calls may overlap: older data never replaces newer.
        """

    async def reindex(self, progress: Callable[[int], None]) -> int:
        """Rebuild the whole index while searches go on, and return the number of its products.

        `progress` is told now and then how many products are done.
        """

    async def check(self) -> None:
        """Raise an exception that says why the engine cannot be used."""

    async def close(self) -> None: ...
