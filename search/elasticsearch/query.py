"""What a text and a filter are in Elasticsearch's query language."""

from typing import Any

from search.port import SearchFilter

Query = dict[str, Any]

# The tiers of the PostgreSQL engine, as constants that the scores of words do not reach.
_CODE_BOOST = 4000
_ALL_WORDS_BOOST = 2000
_FIELDS = ["name^3", "brand_text", "category_names", "description", "attribute_words", "options"]


def answers(text: str) -> Query:
    """Ask for what has the text as a code, any of its words, or a name with words much like it."""
    if not text:
        return {"match_all": {}}
    return {
        "bool": {
            "should": [
                constant({"term": {"codes": text.lower()}}, _CODE_BOOST),
                constant(
                    {"match": {"everything": {"query": text, "operator": "and"}}}, _ALL_WORDS_BOOST
                ),
                {"multi_match": {"query": text, "fields": _FIELDS, "tie_breaker": 0.1}},
                {
                    "match": {
                        "name": {
                            "query": text,
                            "fuzziness": "AUTO:5,9",
                            "prefix_length": 2,
                            "boost": 0.01,
                        }
                    }
                },
            ]
        }
    }


def constant(query: Query, boost: float) -> Query:
    return {"constant_score": {"filter": query, "boost": boost}}


def conditions(wanted: SearchFilter) -> list[tuple[str, Query]]:
    """Return the parts of a filter with the facet that offers each; `stock` is no facet."""
    parts = list[tuple[str, Query]]()
    if wanted.category is not None:
        parts.append(("category", {"term": {"category_path": str(wanted.category)}}))
    if wanted.brands:
        parts.append(("brand", {"terms": {"brand": wanted.brands}}))
    if wanted.price_from is not None:
        parts.append(("price", {"range": {"price_minor": {"gte": wanted.price_from}}}))
    if wanted.price_to is not None:
        parts.append(("price", {"range": {"price_minor": {"lte": wanted.price_to}}}))
    if wanted.in_stock:
        parts.append(("stock", {"term": {"in_stock": True}}))
    for attribute in wanted.attributes:
        pairs = [f"{attribute.key}={value}" for value in attribute.values]
        parts.append((attribute_facet(attribute.key), {"terms": {"attributes": pairs}}))
    return parts


def attribute_facet(key: str) -> str:
    return f"attribute {key}"


def found(query: Query, parts: list[tuple[str, Query]]) -> Query:
    """Ask for what answers `query` and has all the parts; only the query gives a score."""
    return {"bool": {"must": query, "filter": [part for _, part in parts]}}
