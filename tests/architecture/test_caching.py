"""Of the whole graph, caches may keep what everybody is shown of the catalogue, and no more."""

from collections.abc import Iterator

import pytest
from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    is_object_type,
    parse,
)
from strawberry.federation.schema_directives import Authenticated, RequiresScopes
from strawberry.types.unset import UNSET

from execution.cache_hints import CacheControl
from execution.caching import CachePolicies
from execution.prices import declared
from schema.graph import build_schema

OF_A_VIEWER = [
    "Account",
    "Address",
    "Cart",
    "CartLine",
    "Event",
    "Order",
    "OrderLine",
    "Payment",
    "ShippingAddress",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
]

# Every age that is declared, in seconds.
AGES = {
    "Category": 60,
    "Product": 60,
    "Product.inStock": 5,
    "Product.priceRange": 5,
    "Product.status": 0,
    "Query.categories": 60,
    "Query.products": 60,
    "Query.search": 60,
    "Query.shippingMethods": 60,
    "Query.suggest": 60,
    "ShippingMethod": 60,
    "ShippingMethod.price": 5,
    "Variant": 60,
    "Variant.availableQuantity": 5,
    "Variant.inStock": 5,
    "Variant.price": 5,
}

# What may be kept of root fields of which only the names of types are asked.
ROOTS = {
    "categories": 60,
    "category": 60,
    "product": 60,
    "products": 60,
    "search": 60,
    "shippingMethods": 60,
    "suggest": 60,
    "variant": 60,
}


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema()._schema  # noqa: SLF001 - Strawberry has no other way.


def fields(schema: GraphQLSchema) -> Iterator[tuple[str, GraphQLField]]:
    for each in schema.type_map.values():
        if isinstance(each, GraphQLObjectType) and not each.name.startswith("__"):
            for name, field in each.fields.items():
                yield f"{each.name}.{name}", field


def test_an_age_is_declared_where_it_was_thought_about(schema: GraphQLSchema) -> None:
    types = {name: each for name, each in schema.type_map.items() if is_object_type(each)}
    everything: dict[str, GraphQLNamedType | GraphQLField] = {**types, **dict(fields(schema))}
    hints = {
        name: declared(each, CacheControl)
        for name, each in everything.items()
        if not name.startswith("__")
    }

    assert {
        name: hint.max_age for name, hint in hints.items() if hint and hint.max_age is not UNSET
    } == AGES


def test_a_restricted_field_declares_none(schema: GraphQLSchema) -> None:
    restricted = {
        name: declared(field, CacheControl)
        for name, field in fields(schema)
        if declared(field, RequiresScopes) or declared(field, Authenticated)
    }

    assert restricted == dict.fromkeys(restricted)
    assert {"Product.merchant", "Query.orders"} <= restricted.keys()


@pytest.mark.parametrize("name", OF_A_VIEWER)
def test_nothing_that_belongs_to_a_viewer_declares_one(schema: GraphQLSchema, name: str) -> None:
    of_a_viewer = schema.type_map[name]
    assert isinstance(of_a_viewer, GraphQLObjectType)

    found = [declared(each, CacheControl) for each in (of_a_viewer, *of_a_viewer.fields.values())]

    assert found == [None] * len(found)


def test_only_roots_of_the_catalogue_may_be_kept(schema: GraphQLSchema) -> None:
    policies = CachePolicies(schema)
    assert schema.query_type

    ages = {
        name: policies.max_age_of(parse(f"{{ {name} {{ __typename }} }}"))
        for name in schema.query_type.fields
    }

    assert {name: age for name, age in ages.items() if age} == ROOTS
    assert {"viewer", "cart", "order", "orders", "node", "_entities"} <= ages.keys() - ROOTS.keys()
