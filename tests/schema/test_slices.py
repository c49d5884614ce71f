"""What each subgraph publishes: its root fields, its entities, and of others only the keys."""

from collections import Counter

import pytest
from graphql import GraphQLUnionType, ObjectTypeDefinitionNode, parse

from core.errors import SetupError
from core.settings import ROOT, Settings
from execution.rows import entities
from execution.sdl import api_sdl
from schema.graph import SUBGRAPHS, build_schema
from tests.conftest import serving
from tests.graph import Graph
from tests.schema.compositions import directives, slices

ROOTS = ("Query", "Mutation", "Subscription")

ROOT_FIELDS = {
    "accounts": {
        "Query": ["node", "viewer"],
        "Mutation": [
            "accountRegister",
            "accountLogIn",
            "accountRefresh",
            "accountLogOut",
            "accountUpdate",
            "passwordChange",
            "passwordResetRequest",
            "passwordReset",
            "addressAdd",
            "addressUpdate",
            "addressRemove",
            "documentsPublish",
        ],
    },
    "catalog": {
        "Query": ["product", "products", "variant", "category", "categories", "search", "suggest"],
        "Mutation": [
            "productCreate",
            "productUpdate",
            "productPublish",
            "productRetire",
            "variantCreate",
            "variantUpdate",
            "variantDelete",
            "variantPricesSet",
            "variantStocksSet",
        ],
        "Subscription": ["variantUpdated", "jobProgressed"],
    },
    "carts": {
        "Query": ["cart"],
        "Mutation": [
            "cartCreate",
            "cartLinesAdd",
            "cartLinesUpdate",
            "cartLinesRemove",
            "cartClear",
        ],
    },
    "orders": {
        "Query": [
            "order",
            "orders",
            "shippingMethods",
            "event",
            "events",
            "webhookEndpoints",
            "webhookDeliveries",
            "effects",
        ],
        "Mutation": [
            "checkoutComplete",
            "orderShip",
            "orderDeliver",
            "orderCancel",
            "effectsRetry",
            "webhookEndpointCreate",
            "webhookEndpointUpdate",
            "webhookEndpointDelete",
            "webhookSecretRotate",
            "webhookDeliveryReplay",
            "webhookEndpointReplay",
        ],
        "Subscription": ["orderUpdated", "ordersUpdated", "orderEvents"],
    },
}

# The entities that a subgraph answers for, and those that it only refers to. `node` may return any.
ANSWERED = {
    "accounts": {"Account", "Address"},
    "catalog": {"Category", "Product", "Variant"},
    "carts": {"Account", "Cart", "CartLine"},
    "orders": {"Account", "Event", "Order", "WebhookEndpoint"},
}
STUBS = {
    "accounts": {
        "Cart",
        "CartLine",
        "Category",
        "Event",
        "Order",
        "Product",
        "Variant",
        "WebhookEndpoint",
    },
    "catalog": {"Account"},
    "carts": {"Variant"},
    "orders": {"Cart", "Variant"},
}


def fields(sdl: str) -> dict[str, list[str]]:
    """Return the fields of each type, in order."""
    return {
        each.name.value: [field.name.value for field in each.fields or ()]
        for each in parse(sdl).definitions
        if isinstance(each, ObjectTypeDefinitionNode)
    }


def with_key(sdl: str, key: str) -> set[str]:
    return {name for name, applied in directives(sdl).items() if key in applied}


@pytest.fixture(scope="module")
def sdls() -> dict[str, str]:
    return slices()


def test_every_subgraph_is_of_one_version(sdls: dict[str, str]) -> None:
    link = 'schema @link(url: "https://specs.apollo.dev/federation/v2.9"'

    assert [sdl.count(link) for sdl in sdls.values()] == [1] * 4


@pytest.mark.parametrize("subgraph", SUBGRAPHS)
def test_a_subgraph_publishes_its_root_fields(sdls: dict[str, str], subgraph: str) -> None:
    published = fields(sdls[subgraph])

    assert {root: published[root] for root in ROOTS if root in published} == ROOT_FIELDS[subgraph]


@pytest.mark.parametrize("root", ROOTS)
def test_each_root_field_of_the_whole_is_one_subgraphs(sdls: dict[str, str], root: str) -> None:
    whole = fields(api_sdl(build_schema()))[root]
    published = [name for sdl in sdls.values() for name in fields(sdl).get(root, [])]

    assert Counter(published) == Counter(whole)


@pytest.mark.parametrize("subgraph", SUBGRAPHS)
def test_a_subgraph_answers_for_its_entities(sdls: dict[str, str], subgraph: str) -> None:
    assert with_key(sdls[subgraph], '@key(fields: "id", resolvable: true)') == ANSWERED[subgraph]
    assert with_key(sdls[subgraph], '@key(fields: "id", resolvable: false)') == STUBS[subgraph]


@pytest.mark.parametrize("subgraph", SUBGRAPHS)
def test_a_subgraph_resolves_the_entities_that_it_says(subgraph: str) -> None:
    union = build_schema(subgraph)._schema.type_map["_Entity"]  # noqa: SLF001 - Strawberry has no other way.

    assert isinstance(union, GraphQLUnionType)
    assert {each.name for each in union.types} == ANSWERED[subgraph]


@pytest.mark.parametrize("subgraph", SUBGRAPHS)
def test_of_other_entities_it_has_only_the_key(sdls: dict[str, str], subgraph: str) -> None:
    published = fields(sdls[subgraph])

    assert {name for name, own in published.items() if own == ["id"]} == STUBS[subgraph]


def test_each_field_of_an_entity_is_one_subgraphs(sdls: dict[str, str]) -> None:
    whole = fields(api_sdl(build_schema()))
    published = {
        name: Counter(
            field for sdl in sdls.values() for field in fields(sdl).get(name, []) if field != "id"
        )
        for name in entities()
    }

    assert published == {name: Counter(whole[name][1:]) for name in entities()}


def test_later_subgraphs_add_to_the_types_of_earlier_ones(sdls: dict[str, str]) -> None:
    assert fields(sdls["carts"])["Account"] == ["id", "cart"]
    assert fields(sdls["orders"])["Account"] == ["id", "orders"]


@pytest.mark.anyio
@pytest.mark.parametrize("subgraph", SUBGRAPHS)
async def test_a_served_subgraph_tells_the_committed_schema(
    settings: Settings, subgraph: str
) -> None:
    async with serving(settings.model_copy(update={"subgraph": subgraph})) as client:
        told = await Graph(client).data("{ _service { sdl } }")

    assert told["_service"]["sdl"] == (ROOT / "subgraphs" / f"{subgraph}.graphql").read_text()


def test_a_subgraph_that_there_is_not_is_refused() -> None:
    with pytest.raises(SetupError) as refused:
        build_schema("stock")

    assert str(refused.value) == ("The subgraph stock is none of accounts, catalog, carts, orders.")
