"""Search over the catalogue: hits, facets and suggestions."""

import strawberry

from execution.arguments import Argument
from execution.cache_hints import INHERITED
from execution.connections import COUNT_COST, PageInfo
from execution.fields import derived, listed, reads, root
from loaders.categories import categories_by_id
from resolvers.search import SearchPage, search, suggest
from schema.catalog import Category, OfferFilterInput, Product, bounded
from schema.shared import CONTENT_AGE, publish_enum
from search.port import (
    AttributeFilter,
    SearchFilter,
    SearchSort,
    SuggestionKind,
)

MAX_SUGGESTIONS = 20

# A search takes as long as reading so many objects of a page, its facets as so many more, and each
# suggestion its share: on PostgreSQL, with some ten thousand products.
SEARCH_COST = 1000
FACETS_COST = 5000
SUGGESTION_COST = 100

publish_enum(
    SearchSort,
    "How hits are sorted; equals stand in the order of their ids.",
    {
        "RELEVANCE": "By `score`, the best match first; without a query, the newest first.",
        "PRICE_ASC": "By `priceRange.lowest`, the cheapest first.",
        "PRICE_DESC": "By `priceRange.lowest`, the dearest first.",
        "NEWEST": "By `createdAt`, what came into the shop last first.",
        "NAME": "By name, from A to Z, small and capital letters alike.",
    },
)
publish_enum(
    SuggestionKind,
    "What a suggestion names, to show it by and to know where it leads.",
    {
        "PRODUCT": "A product has this name.",
        "BRAND": "A brand has this name, which filters take.",
        "CATEGORY": "A category has this name, and products are in it or below it.",
    },
)


@strawberry.input(description="Products that have one of some values of an attribute.")
class AttributeFilterInput:
    key: str = strawberry.field(
        description="The `key` of the attribute, as facets show it: `colour`."
    )
    values: list[str] = strawberry.field(
        description="The values of which any one will do, at most 50, as facets show them."
    )


@strawberry.input(
    description="What found products must be, all of it; parts left out hold for every one."
)
class SearchFilterInput(OfferFilterInput):
    attributes: list[AttributeFilterInput] | None = strawberry.field(
        default=None, description="What must hold of attributes, at most 20, each of them."
    )

    def freeze_search(self) -> SearchFilter:
        attributes = self.attributes or []
        bounded([each.key for each in attributes], 20, "attributes")
        return SearchFilter(
            **self.freeze_offer(),
            attributes=tuple(
                AttributeFilter(each.key, bounded(each.values, 50, "values")) for each in attributes
            ),
        )


@strawberry.type(
    description="A value that found products have, and how many of them have it.",
    directives=[INHERITED],
)
class FacetValue:
    value: str = strawberry.field(description="The value, to show and to filter by.")
    count: int = strawberry.field(description="How many of the found products have this value.")


@strawberry.type(
    description="A category of found products, and how many of them are in it.",
    directives=[INHERITED],
)
class CategoryFacet:
    count: int = strawberry.field(
        description="How many of the found products are in it or below it."
    )
    category: Category | None = reads(
        categories_by_id, description="The category; its `id` is what filters take."
    )


@strawberry.type(
    description="The values of one attribute among the found products.", directives=[INHERITED]
)
class AttributeFacet:
    key: str = strawberry.field(description="The key of the attribute, to filter by: `colour`.")
    values: list[FacetValue] = listed(
        at_most=20, description="Its values, the most frequent first, at most 20."
    )


@strawberry.type(
    description="The lowest and the highest price among the found products.",
    directives=[INHERITED],
)
class PriceFacet:
    lowest: int = strawberry.field(
        description="The lowest price, in minor units: 1990 for 19.90 EUR."
    )
    highest: int = strawberry.field(
        description="The highest price, in minor units: 4990 for 49.90 EUR."
    )


@strawberry.type(
    description="How the found products spread. Each facet counts as if its own filter were not set"
    " and the others were, so that it shows what could be chosen instead.",
    directives=[INHERITED],
)
class Facets:
    brands: list[FacetValue] = listed(
        at_most=50, description="The brands, the most frequent first, at most 50."
    )
    categories: list[CategoryFacet] = listed(
        at_most=50, description="The categories, the most frequent first, at most 50."
    )
    prices: PriceFacet | None = strawberry.field(
        description="The range of prices; null where nothing is found."
    )
    attributes: list[AttributeFacet] = listed(
        at_most=15, description="The attributes that most of the found products have, at most 15."
    )


@strawberry.type(
    description="A found product, how well it matches and where to go on from it.",
    directives=[INHERITED],
)
class SearchEdge:
    node: Product = strawberry.field(description="The found product, as it is now.")
    cursor: str = derived(
        lambda edge: edge.hit.cursor,
        description="Pass it as `after` to continue after this product.",
    )
    score: float = derived(
        lambda edge: edge.hit.score,
        description="How well it matches, the higher the better; only scores of one search compare,"
        " and they are 0 unless sorted by `RELEVANCE`.",
    )
    highlight: str | None = derived(
        lambda edge: edge.hit.highlight,
        description="Its name as HTML with the found words in `<mark>`; null where no word of the"
        " name was found.",
    )


def _page_info(page: SearchPage) -> PageInfo:
    return PageInfo(
        has_next_page=page.has_next,
        has_previous_page=page.has_previous,
        start_cursor=page.edges[0].hit.cursor if page.edges else None,
        end_cursor=page.edges[-1].hit.cursor if page.edges else None,
    )


def _nodes(page: SearchPage) -> list[object]:
    return [edge.node for edge in page.edges]


@strawberry.type(
    description="A page of found products. It may be short of some that left the shop just now, so"
    " go by `pageInfo` and not by their number.",
    directives=[INHERITED],
)
class SearchConnection:
    edges: list[SearchEdge] = strawberry.field(
        description="The found products with their scores and cursors."
    )
    nodes: list[Product] = derived(
        _nodes, description="The found products alone, for those who need no more."
    )
    page_info: PageInfo = derived(_page_info, description="Where this page stands in the list.")
    total_count: int = derived(
        lambda page: page.total,
        cost=COUNT_COST,
        description="How many products are found in all; counted only when selected.",
    )
    facets: Facets = derived(
        lambda page: page.facets,
        cost=FACETS_COST,
        statements=1,
        description="How all found products spread, whatever the page; computed only when"
        " selected.",
    )


@strawberry.type(
    description="What somebody who types a search may mean to type.", directives=[INHERITED]
)
class Suggestion:
    text: str = strawberry.field(description="The completed text, to show and to search for.")
    kind: SuggestionKind = strawberry.field(description="What the text is the name of.")


def _suggestion_count(first: int) -> int:
    if not 1 <= first <= MAX_SUGGESTIONS:
        raise ValueError(f"At most {MAX_SUGGESTIONS} suggestions, and at least 1, not {first}.")
    return first


@strawberry.type
class SearchQuery:
    search: SearchConnection = root(
        search,
        arguments=(
            Argument(
                "query", str, "The words to find, at most 200 characters; empty, all are found.", ""
            ),
            Argument(
                "filter",
                SearchFilterInput | None,
                "Which products may be found; left out, all on sale.",
                None,
                SearchFilterInput.freeze_search,
            ),
            Argument("sort", SearchSort, "How the hits are sorted.", SearchSort.RELEVANCE),
        ),
        cost=SEARCH_COST,
        # The hits, and the products that they are. This is PostgreSQL's; Elasticsearch's are fewer.
        statements=2,
        max_age=CONTENT_AGE,
        description="Finds products on sale by words, misspelt ones too, and by filters, with"
        " facets to narrow the search.",
    )
    suggest: list[Suggestion] = root(
        suggest,
        arguments=(
            Argument("prefix", str, "What has been typed so far, at most 200 characters."),
            Argument(
                "first",
                int,
                f"How many suggestions to return, 1 to {MAX_SUGGESTIONS}.",
                8,
                _suggestion_count,
            ),
        ),
        cost=SUGGESTION_COST,
        statements=3,
        max_age=CONTENT_AGE,
        sliced_by="first",
        description="Completes a search while it is typed: brands, categories, then products, at"
        f" most {MAX_SUGGESTIONS} in all.",
    )
