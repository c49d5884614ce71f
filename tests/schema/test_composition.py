"""A gateway over the subgraphs serves the API of the whole graph, whoever composes it."""

import re

import pytest
from graphql import (
    build_client_schema,
    introspection_from_schema,
    print_schema,
    specified_directives,
)
from strawberry.types.field import StrawberryField

from execution.sdl import api_sdl
from schema.graph import build_schema
from schema.orders import Order, OrderFilterInput, OrdersQuery
from services.order_states import OrderStatus
from tests.schema.compositions import COMPOSERS, Composed, compose, difference, slices

pytestmark = pytest.mark.usefixtures("node")

MACHINERY = ("_Any", "_Entity", "_Service", "link__Import", "link__Purpose")
TEXT = r'"""(?:[^"]|"(?!""))*"""\s+'

# Changes of one subgraph that composers accept, and the lines by which they show.
ACCEPTED = {
    "a description": (
        rf"{TEXT}enum OrderStatus",
        '"""Another text."""\nenum OrderStatus',
        '+"""Another text."""',
    ),
    "a deprecation": (
        r"number: Int!",
        'number: Int! @deprecated(reason: "Use id.")',
        '+  number: Int! @deprecated(reason: "Use id.")',
    ),
    "a missing field": (rf"{TEXT}placedAt: DateTime!", "", "-  placedAt: DateTime!"),
    "a nullable field": (
        r"shippingAddress: ShippingAddress!",
        "shippingAddress: ShippingAddress",
        "+  shippingAddress: ShippingAddress",
    ),
    "a default": (r"first: Int! = 20", "first: Int! = 30", "+    first: Int! = 30"),
    "a missing argument": (
        rf"{TEXT}filter: OrderFilterInput = null",
        "",
        "-    filter: OrderFilterInput = null",
    ),
    "a missing enum value": (rf"{TEXT}DELIVERED\n", "", "-  DELIVERED"),
    "a missing union member": (
        r"union OrderCancelError = OrderNotFound \| ",
        "union OrderCancelError = ",
        "+union OrderCancelError = IllegalTransition | VersionConflict",
    ),
    "a missing interface": (
        r"type OrderNotFound implements UserError",
        "type OrderNotFound",
        "+type OrderNotFound {",
    ),
}

# Changes of one subgraph that no composer accepts.
REFUSED = {
    "a value type that is not shareable": (r"type Money @shareable", "type Money"),
    "a value type with fewer fields": (rf"{TEXT}minorUnits: Int!", ""),
    "an entity that cannot be entered": (
        r'type Order implements Node @key\(fields: "id", resolvable: true\)',
        'type Order implements Node @key(fields: "id", resolvable: false)',
    ),
}


@pytest.fixture(scope="module")
def whole() -> str:
    return api_sdl(build_schema())


@pytest.fixture(scope="module")
def composed() -> Composed:
    return compose(slices())


@pytest.fixture(scope="module")
def found(whole: str) -> dict[str, list[str]]:
    """What each composer's API shows of all the accepted changes, in lines."""
    sdls = slices()
    for pattern, replacement, _ in ACCEPTED.values():
        sdls["orders"] = replaced(sdls["orders"], pattern, replacement)
    # A scalar of several subgraphs takes the specification of any.
    for name in ("catalog", "carts", "orders"):
        sdls[name] = replaced(sdls[name], "Code @specifiedBy.*", 'Code @specifiedBy(url: "x://")')
    composed = compose(sdls)
    return {each: difference(whole, composed[each]["api"], each).splitlines() for each in COMPOSERS}


def replaced(sdl: str, pattern: str, replacement: str) -> str:
    result, count = re.subn(pattern, replacement, sdl, count=1)
    assert count == 1, pattern
    return result


def field(declared: type, name: str) -> StrawberryField:
    fields: list[StrawberryField] = declared.__strawberry_definition__.fields  # type: ignore[attr-defined]
    return next(each for each in fields if each.python_name == name)


@pytest.mark.parametrize("composer", COMPOSERS)
def test_the_composed_api_is_the_whole_graphs(
    composed: Composed, whole: str, composer: str
) -> None:
    assert difference(whole, composed[composer]["api"], composer) == ""


@pytest.mark.parametrize("composer", COMPOSERS)
@pytest.mark.parametrize("change", ACCEPTED)
def test_a_subgraph_that_differs_from_the_whole_is_found(
    found: dict[str, list[str]], composer: str, change: str
) -> None:
    *_, shown = ACCEPTED[change]

    assert shown in found[composer]


@pytest.mark.parametrize("composer", ["apollo", "guild"])
def test_another_specification_of_a_scalar_is_found(
    found: dict[str, list[str]], composer: str
) -> None:
    assert '+scalar CurrencyCode @specifiedBy(url: "x://")' in found[composer]


@pytest.mark.parametrize("change", REFUSED)
def test_subgraphs_that_do_not_fit_are_refused_by_every_composer(change: str) -> None:
    sdls = slices()
    sdls["orders"] = replaced(sdls["orders"], *REFUSED[change])

    with pytest.raises(AssertionError) as refused:
        compose(sdls)

    told = str(refused.value).splitlines()
    assert [any(line.startswith(f"{each}: ") for line in told) for each in COMPOSERS] == [True] * 3


def test_deprecations_reach_the_composed_api(monkeypatch: pytest.MonkeyPatch) -> None:
    reason = "Use `reference`, which 2031-01-01 leaves alone."
    deprecated = [
        field(Order, "number"),
        field(OrderFilterInput, "status"),
        field(OrdersQuery, "orders").arguments[0],
        OrderStatus.__strawberry_definition__.values[0],  # type: ignore[attr-defined]
    ]
    for each in deprecated:
        monkeypatch.setattr(each, "deprecation_reason", reason)
    whole, composed = api_sdl(build_schema()), compose(slices())

    assert [composed[each]["api"].count(reason) for each in COMPOSERS] == [4, 4, 4]
    assert [difference(whole, composed[each]["api"], each) for each in COMPOSERS] == ["", "", ""]


def test_what_is_printed_is_what_introspection_tells(whole: str) -> None:
    told = introspection_from_schema(
        build_schema()._schema,  # noqa: SLF001 - Strawberry has no other way.
        input_value_deprecation=True,
    )
    introspected = build_client_schema(told)
    introspected.directives = specified_directives
    for name in MACHINERY:
        del introspected.type_map[name]
    assert introspected.query_type
    del introspected.query_type.fields["_entities"], introspected.query_type.fields["_service"]

    assert difference(whole, print_schema(introspected), "introspection") == ""
