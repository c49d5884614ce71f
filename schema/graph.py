from dataclasses import replace

import strawberry

from core.errors import SetupError
from execution.budget import Budget
from execution.caching import CacheHeaders, CachePolicies
from execution.cost import Costs
from execution.cost_limit import CostLimit
from execution.deferral import Deferral
from execution.direct import Direct
from execution.document_cache import CheckedDocuments, DocumentCache
from execution.errors import CodedErrors
from execution.federation import FederatedSchema, View
from execution.isolated import Isolated
from execution.observed import Observed
from execution.rows import entities
from execution.trusted import TrustedDocuments
from schema import (
    account_errors,
    account_mutations,
    accounts,
    cart_errors,
    cart_mutations,
    carts,
    catalog,
    catalog_admin,
    catalog_attributes,
    catalog_errors,
    catalog_inputs,
    checkout,
    documents,
    effects,
    event_log,
    event_snapshots,
    jobs,
    nodes,
    order_errors,
    order_snapshots,
    order_updates,
    orders,
    search,
    variant_updates,
    webhook_deliveries,
    webhook_errors,
    webhook_mutations,
    webhooks,
)
from schema.shared import CONFIG

# Which subgraph owns what is declared where. A later one may add fields to the types of an earlier
# one, and never the other way round. What stands in other modules is every subgraph's.
SUBGRAPHS = {
    "accounts": (nodes, accounts, account_errors, account_mutations, documents),
    "catalog": (
        catalog,
        catalog_admin,
        catalog_attributes,
        catalog_errors,
        catalog_inputs,
        jobs,
        search,
        variant_updates,
    ),
    "carts": (carts, cart_errors, cart_mutations),
    "orders": (
        orders,
        checkout,
        order_errors,
        order_snapshots,
        order_updates,
        event_log,
        event_snapshots,
        effects,
        webhooks,
        webhook_deliveries,
        webhook_errors,
        webhook_mutations,
    ),
}
OWNERS = {module.__name__: name for name, owned in SUBGRAPHS.items() for module in owned}


@strawberry.type(description="What can be read, in one request as much as is needed.")
class Query(
    nodes.NodeQuery,
    accounts.AccountQuery,
    catalog.CatalogQuery,
    search.SearchQuery,
    carts.CartQuery,
    orders.OrdersQuery,
    event_log.EventsQuery,
    webhooks.WebhooksQuery,
    webhook_deliveries.WebhookDeliveriesQuery,
    effects.EffectsQuery,
):
    pass


@strawberry.type(
    description="What can be changed. Refusals that a client can act on stand in `errors` of the"
    " payload, and the fields of one request are done one after another."
)
class Mutation(
    account_mutations.AccountMutation,
    documents.DocumentsMutation,
    cart_mutations.CartMutation,
    catalog_admin.CatalogMutation,
    checkout.CheckoutMutation,
    orders.OrdersMutation,
    effects.EffectsMutation,
    webhook_mutations.WebhooksMutation,
    webhook_deliveries.WebhookDeliveriesMutation,
):
    pass


@strawberry.type(
    description="What can be followed live. It ends with a coded error when the access token does,"
    " or when it is read too slowly: go on with a new token, and with `after`."
)
class Subscription(
    variant_updates.VariantSubscription,
    jobs.JobsSubscription,
    order_updates.OrdersSubscription,
):
    pass


def build_schema(
    subgraph: str | None = None,
    *,
    without_tag: str | None = None,
    is_deferring: bool = False,
    is_private: bool = False,
) -> FederatedSchema:
    """Build the graph: whole, or what one subgraph owns; fields with the tag are left out.

    Where it is deferring, it has the directives `@defer` and `@stream`; a private one tells nobody
    what is in it. Raises SetupError for a subgraph that there is not.
    """
    if subgraph not in {None, *SUBGRAPHS}:
        raise SetupError(f"The subgraph {subgraph} is none of {', '.join(SUBGRAPHS)}.")
    view = View(OWNERS, subgraph, without_tag)
    # Nothing returns these by name, only through their interfaces.
    behind: list[type] = [
        catalog_attributes.TextAttribute,
        catalog_attributes.NumberAttribute,
        catalog_attributes.BooleanAttribute,
    ]
    if view.owns(nodes.NodeQuery):
        behind += [binding.declared for binding in entities().values()]
    schema = FederatedSchema(
        view,
        (Query, Mutation, Subscription),
        types=[each for each in behind if view.owns(each) or each.__name__ in entities()],
        config=replace(CONFIG, enable_experimental_incremental_execution=is_deferring),
        extensions=[
            Isolated,
            Observed,
            lambda: CodedErrors(suggests=not is_private),
            lambda: CheckedDocuments(documents),
            *([Deferral] if is_deferring else []),
            TrustedDocuments,
            lambda: CostLimit(costs),
            lambda: CacheHeaders(policies),
            lambda: Budget(costs),
        ],
    )
    documents = DocumentCache(schema.core, is_private=is_private)
    costs = Costs(schema.core)
    policies = CachePolicies(schema.core)
    schema.direct = Direct(schema.core, documents, costs, suggests=not is_private)
    return schema
