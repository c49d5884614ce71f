import strawberry

from execution.errors import CodedErrors
from schema.catalog import BooleanAttribute, CatalogQuery, NumberAttribute, TextAttribute
from schema.nodes import NodeQuery
from schema.search import SearchQuery
from schema.shared import CONFIG


@strawberry.type(description="What can be read.")
class Query(NodeQuery, CatalogQuery, SearchQuery):
    pass


def build_schema() -> strawberry.Schema:
    return strawberry.Schema(
        query=Query,
        types=[TextAttribute, NumberAttribute, BooleanAttribute],
        config=CONFIG,
        extensions=[CodedErrors],
    )
