"""`_entities`: the objects that a federation gateway refers to by their keys."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from loguru import logger
from sqlalchemy import Executable

from core.database import Database
from core.ids import encode_id
from core.settings import Settings
from execution.rows import entities
from tests.conftest import AsAccount, serving
from tests.factories import Factory
from tests.graph import Graph

pytestmark = pytest.mark.anyio

ENTITIES = """query ($representations: [_Any!]!) {
    _entities(representations: $representations) {
        __typename
        ... on Product { slug category { slug } variants { nodes { sku product { slug } } } }
        ... on Variant { sku product { slug } }
        ... on Category { slug }
        ... on Account { email addresses { nodes { city } } }
        ... on Address { city }
    }
}"""
# What nobody has, and everybody may ask for.
UNKNOWN = {
    name: {"__typename": name, "id": encode_id(binding.prefix or "", UUID(int=1))}
    for name, binding in entities().items()
}


def named(type_name: str, key: UUID) -> dict[str, Any]:
    """Represent an object as gateways do."""
    return {"__typename": type_name, "id": encode_id(entities()[type_name].prefix or "", key)}


async def found(graph: Graph, *representations: object) -> list[Any]:
    data = await graph.data(ENTITIES, representations=representations)
    return list(data["_entities"])


@pytest.fixture
async def mug(factory: Factory) -> dict[str, Any]:
    """The representation of a product without variants."""
    mugs = await factory.category(slug="mugs")
    return named("Product", await factory.product(category=mugs, slug="mug"))


MUG = {
    "__typename": "Product",
    "slug": "mug",
    "category": {"slug": "mugs"},
    "variants": {"nodes": []},
}


async def test_answers_many_types_in_their_order_by_one_statement_each(
    as_account: AsAccount, factory: Factory, mug: dict[str, Any], statements: list[str]
) -> None:
    ann = await factory.account(email="ann@example.com")
    address = named("Address", await factory.address(account=ann, city="Bonn"))
    lamps = await factory.category(slug="lamps")
    lamp = await factory.product(category=lamps, slug="lamp")
    variant = named("Variant", await factory.variant(product=lamp, sku="LAMP"))
    account, category = named("Account", ann), named("Category", lamps)
    admin = await as_account("admin")

    document = """query ($representations: [_Any!]!) {
        _entities(representations: $representations) {
            __typename
            ... on Product { slug } ... on Variant { sku } ... on Category { slug }
            ... on Account { email } ... on Address { city }
        }
    }"""
    asked = [variant, mug, address, variant, category, UNKNOWN["Product"], account, mug]
    data = await admin.data(document, representations=asked)

    assert data["_entities"] == [
        {"__typename": "Variant", "sku": "LAMP"},
        {"__typename": "Product", "slug": "mug"},
        {"__typename": "Address", "city": "Bonn"},
        {"__typename": "Variant", "sku": "LAMP"},
        {"__typename": "Category", "slug": "lamps"},
        None,
        {"__typename": "Account", "email": "ann@example.com"},
        {"__typename": "Product", "slug": "mug"},
    ]
    assert len(statements) == 5


async def test_a_hundred_objects_cost_the_statements_of_two(
    graph: Graph, factory: Factory, statements: list[str]
) -> None:
    products = []
    for number in range(100):
        category = await factory.category(slug=f"category-{number}")
        product = await factory.product(category=category, slug=f"product-{number}")
        await factory.variant(product=product, sku=f"SKU {number}")
        products.append(named("Product", product))
    costs = []
    for size in (2, 100):
        statements.clear()
        assert await found(graph, *products[:size]) == [
            {
                "__typename": "Product",
                "slug": f"product-{number}",
                "category": {"slug": f"category-{number}"},
                "variants": {
                    "nodes": [{"sku": f"SKU {number}", "product": {"slug": f"product-{number}"}}]
                },
            }
            for number in range(size)
        ]
        costs.append(len(statements))

    # The products with their categories, and their variants with the products of those.
    assert costs == [2, 2]


async def test_more_than_a_hundred_are_refused(
    graph: Graph, mug: dict[str, Any], statements: list[str]
) -> None:
    answer = await graph.answer(ENTITIES, representations=[mug] * 101)

    assert answer["data"] is None
    (error,) = answer["errors"]
    assert (error["message"], error["path"], error["extensions"]) == (
        "At most 100 objects can be asked for at once, not 101.",
        ["_entities"],
        {"code": "BAD_USER_INPUT", "argument": "representations"},
    )
    assert statements == []


async def test_none_are_none(graph: Graph) -> None:
    assert await found(graph) == []


NO_OBJECT = "A representation is an object that names its `__typename`."
NO_TYPE = "There are no objects of this type here."
NO_ID = "This is not the id of any object of type Product."
WRONG: dict[str, tuple[object, str, str]] = {
    "text": ("Product", "", NO_OBJECT),
    "number": (1, "", NO_OBJECT),
    "list": ([UNKNOWN["Product"]], "", NO_OBJECT),
    "no type": ({"id": UNKNOWN["Product"]["id"]}, "", NO_OBJECT),
    "a type that is null": ({"__typename": None, "id": UNKNOWN["Product"]["id"]}, "", NO_OBJECT),
    "a type that is no text": ({"__typename": ["Product"], "id": "x"}, "", NO_OBJECT),
    "a type that is not there": ({"__typename": "It's\n"}, ".__typename", NO_TYPE),
    "a type without a key": ({"__typename": "Money", "id": "x"}, ".__typename", NO_TYPE),
    "an interface": (
        {"__typename": "Node", "id": UNKNOWN["Product"]["id"]},
        ".__typename",
        NO_TYPE,
    ),
    "no id": ({"__typename": "Product"}, ".id", NO_ID),
    "an id that is null": ({"__typename": "Product", "id": None}, ".id", NO_ID),
    "an id that is a number": ({"__typename": "Product", "id": 7}, ".id", NO_ID),
    "an id that is an object": ({"__typename": "Product", "id": {}}, ".id", NO_ID),
    "an empty id": ({"__typename": "Product", "id": ""}, ".id", NO_ID),
    "a UUID": ({"__typename": "Product", "id": str(UUID(int=1))}, ".id", NO_ID),
    "a long id": ({"__typename": "Product", "id": "product_" + "0" * 27}, ".id", NO_ID),
    "the id of another type": (UNKNOWN["Variant"] | {"__typename": "Product"}, ".id", NO_ID),
}


@pytest.mark.parametrize("case", WRONG)
async def test_what_is_wrong_with_one_is_its_own_answer(
    graph: Graph, mug: dict[str, Any], case: str
) -> None:
    wrong, place, message = WRONG[case]
    answer = await graph.answer(ENTITIES, representations=[mug, wrong, mug])

    assert answer["data"] == {"_entities": [MUG, None, MUG]}
    (error,) = answer["errors"]
    assert (error["message"], error["path"], error["extensions"]) == (
        message,
        ["_entities", 1],
        {"code": "BAD_USER_INPUT", "argument": f"representations.1{place}"},
    )


async def test_what_cannot_be_seen_is_null_without_an_error(
    graph: Graph, factory: Factory, mug: dict[str, Any]
) -> None:
    hidden = await factory.product(status="draft")
    merchant = await factory.account(role="merchant")
    asked = [
        named("Product", hidden),
        named("Variant", await factory.variant(product=hidden)),
        mug,
        named("Account", merchant),
        named("Address", await factory.address(account=merchant)),
        *UNKNOWN.values(),
    ]

    assert await found(graph, *asked) == [None, None, MUG] + [None] * (2 + len(UNKNOWN))


@pytest.fixture
def log() -> Iterator[list[str]]:
    lines: list[str] = []
    sink = logger.add(lines.append, format="{message}")
    yield lines
    logger.remove(sink)


async def test_a_failing_read_fails_the_objects_of_its_type_only(
    graph: Graph, mug: dict[str, Any], log: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch = Database.fetch

    async def failing(
        self: Database, statement: Executable, params: Mapping[str, Any]
    ) -> Sequence[Sequence[Any]]:
        if "FROM accounts" in str(statement):
            raise ConnectionError("the disk of the accounts is full")
        return await fetch(self, statement, params)

    monkeypatch.setattr(Database, "fetch", failing)
    accounts = [UNKNOWN["Account"], named("Account", UUID(int=2))]
    answer = await graph.answer(ENTITIES, representations=[mug, *accounts, mug])

    assert answer["data"] == {"_entities": [MUG, None, None, MUG]}
    told = [(each["path"], each["extensions"]["code"]) for each in answer["errors"]]
    assert told == [(["_entities", place], "INTERNAL_SERVER_ERROR") for place in (1, 2)]
    for error in answer["errors"]:
        assert "disk" not in error["message"]
        (line,) = [each for each in log if error["extensions"]["errorId"] in each]
        assert "the disk of the accounts is full" in line


# The types of which each subgraph publishes more than the key.
PUBLISHED = {
    "accounts": {"Account", "Address"},
    "catalog": {"Category", "Product", "Variant"},
    "carts": {"Account", "Cart", "CartLine"},
    "orders": {"Account", "Event", "Order", "WebhookEndpoint"},
}


@pytest.mark.parametrize("subgraph", PUBLISHED)
async def test_a_subgraph_refuses_types_that_it_only_refers_to(
    settings: Settings, subgraph: str
) -> None:
    document = """query ($representations: [_Any!]!) {
        _entities(representations: $representations) { __typename }
    }"""
    async with serving(settings.model_copy(update={"subgraph": subgraph})) as api:
        asked = list(UNKNOWN.values())
        answer = await Graph(api).answer(document, representations=asked)

    assert answer["data"] == {"_entities": [None] * len(UNKNOWN)}
    refused = [(error["message"], error["path"], error["extensions"]) for error in answer["errors"]]
    assert refused == [
        (
            NO_TYPE,
            ["_entities", place],
            {"code": "BAD_USER_INPUT", "argument": f"representations.{place}.__typename"},
        )
        for place, name in enumerate(UNKNOWN)
        if name not in PUBLISHED[subgraph]
    ]


KEYS = st.sampled_from(["__typename", "id", "sku", ""])
TEXTS = st.one_of(
    st.text(),
    st.sampled_from([*UNKNOWN, "Money", "Node", "Query", "_Any"]),
    st.sampled_from([each["id"] for each in UNKNOWN.values()]),
)
JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        TEXTS,
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | TEXTS, inner, max_size=3),
)
REPRESENTATION = st.fixed_dictionaries({"__typename": TEXTS | JSON, "id": TEXTS | JSON}) | JSON


@hypothesis(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(JSON | st.lists(REPRESENTATION, max_size=5))
async def test_no_input_is_an_error_of_the_shop(graph: Graph, representations: object) -> None:
    answer = await graph.answer(ENTITIES, representations=representations)

    codes = {error["extensions"]["code"] for error in answer.get("errors", [])}
    assert codes <= {"BAD_USER_INPUT"}
