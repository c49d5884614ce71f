import strawberry
from strawberry.extensions import ValidationCache

from execution.errors import CachedParsing, CodedErrors
from execution.isolated import Isolated
from execution.observed import Observed
from schema.account_mutations import AccountMutation
from schema.accounts import AccountQuery
from schema.cart_mutations import CartMutation
from schema.carts import CartQuery
from schema.catalog import BooleanAttribute, CatalogQuery, NumberAttribute, TextAttribute
from schema.catalog_admin import CatalogMutation
from schema.checkout import CheckoutMutation
from schema.nodes import NodeQuery
from schema.order_updates import Subscription
from schema.orders import OrdersMutation, OrdersQuery
from schema.search import SearchQuery
from schema.shared import CONFIG


@strawberry.type(description="What can be read.")
class Query(NodeQuery, AccountQuery, CatalogQuery, SearchQuery, CartQuery, OrdersQuery):
    pass


@strawberry.type(description="What can be changed.")
class Mutation(AccountMutation, CartMutation, CatalogMutation, CheckoutMutation, OrdersMutation):
    pass


# Strawberry keeps one cache for all extensions of the same size, so they outlive the operation.
_CACHED_DOCUMENTS = 1000


class Graph(strawberry.Schema):
    def process_errors(self, *_args: object, **_kwargs: object) -> None:
        """Log nothing here: CodedErrors logs the unexpected ones, once, with their ids."""


def build_schema() -> Graph:
    return Graph(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[TextAttribute, NumberAttribute, BooleanAttribute],
        config=CONFIG,
        extensions=[
            Isolated,
            Observed,
            CodedErrors,
            lambda: CachedParsing(maxsize=_CACHED_DOCUMENTS),
            lambda: ValidationCache(maxsize=_CACHED_DOCUMENTS),
        ],
    )
