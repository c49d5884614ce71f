"""Every operation of the client and of the REST layer."""

from typing import Any

from graphql import OperationDefinitionNode, OperationType, parse, print_ast, separate_operations

from core.settings import ROOT
from rest.graph import document
from tests.gateways.market import Market


def _client() -> dict[str, str]:
    files = sorted((ROOT / "client" / "operations").glob("*.graphql"))
    everything = parse("\n".join(file.read_text() for file in files))
    return {name: print_ast(each) for name, each in separate_operations(everything).items()}


def _rest() -> dict[str, str]:
    files = sorted((ROOT / "rest" / "documents").glob("*.graphql"))
    return {file.stem: document(file.stem) for file in files}


OPERATIONS = {
    **{f"client/{name}": text for name, text in _client().items()},
    **{f"rest/{name}": text for name, text in _rest().items()},
}


def operations_of(kind: OperationType) -> set[str]:
    """Return the names of all queries, mutations or subscriptions."""
    return {name for name, text in OPERATIONS.items() if _kind_of(text) is kind}


def _kind_of(text: str) -> OperationType:
    (operation,) = [
        each for each in parse(text).definitions if isinstance(each, OperationDefinitionNode)
    ]
    return operation.operation


def variables(market: Market) -> dict[str, dict[str, Any]]:
    """Variables for each query that find something for somebody."""
    order, product = {"id": market.ids["order"][0]}, {"id": market.ids["product"][0]}
    return {
        "client/BrowseProducts": {"first": 2, "sort": "PRICE_DESC", "filter": {"inStock": True}},
        "client/Cart": {},
        "client/CategoryTree": {},
        "client/Order": order,
        "client/OrderHistory": {"first": 2},
        "client/ProductDetail": {"slug": market.slugs[0]},
        "client/Search": {"query": "product", "first": 3},
        "client/ShippingMethods": {"currency": "EUR"},
        "client/Viewer": {},
        "rest/Cart": {},
        "rest/Order": order,
        "rest/Events": {"first": 3, "types": ["product.changed"]},
        "rest/Orders": {"first": 3},
        "rest/Product": product,
        "rest/Products": {"first": 3, "sort": "NAME"},
    }
