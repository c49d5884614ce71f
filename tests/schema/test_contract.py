"""The contract for the public leaves out what is tagged `staff`, and what only that leads to."""

import pytest
from graphql import build_schema as parse_schema
from typer.testing import CliRunner

from app.cli import app
from execution.rows import STAFF_TAG
from execution.sdl import api_sdl
from schema.graph import SUBGRAPHS, build_schema
from tests.schema.compositions import (
    COMPOSERS,
    compose,
    contract,
    difference,
    directives,
    reachable,
    slices,
)


@pytest.fixture(scope="module")
def public() -> str:
    return api_sdl(build_schema(without_tag=STAFF_TAG))


def restricted(applied: dict[str, list[str]]) -> set[str]:
    """What needs a role."""
    return {
        where
        for where, printed in applied.items()
        if any(each.startswith("@requiresScopes") for each in printed)
    }


@pytest.mark.usefixtures("node")
def test_contracts_of_the_composers_are_ours(public: str) -> None:
    contracts = contract(slices(), without_tag=STAFF_TAG)

    # WunderGraph keeps the types that nothing leads to any more; Guild keeps those that implement
    # an interface, though no field returns it.
    found = {
        composer: difference(public, reachable(api), composer)
        for composer, api in contracts.items()
    }
    assert found == {"guild": "", "wundergraph": ""}


@pytest.mark.usefixtures("node")
def test_the_subgraphs_contracts_compose_to_the_whole_contract(public: str) -> None:
    composed = compose(slices(without_tag=STAFF_TAG))

    found = {each: difference(public, composed[each]["api"], each) for each in COMPOSERS}
    assert found == dict.fromkeys(COMPOSERS, "")


def test_no_type_of_the_contract_is_out_of_reach(public: str) -> None:
    assert difference(public, reachable(public), "reachable") == ""


def test_the_command_line_prints_the_contract(public: str) -> None:
    printed = CliRunner().invoke(app, ["schema", "print", "--without-tag", STAFF_TAG])

    assert printed.stdout == public


def test_the_command_line_prints_the_contract_of_a_subgraph() -> None:
    printed = CliRunner().invoke(
        app, ["schema", "print", "--subgraph", "orders", "--without-tag", STAFF_TAG]
    )

    assert printed.stdout == slices(without_tag=STAFF_TAG)["orders"]
    assert "orderShip(" not in printed.stdout


def test_left_out_is_what_only_staff_may_use(public: str) -> None:
    whole, left = directives(api_sdl(build_schema())), directives(public)
    left_out = {each for each in whole if each.partition(".")[0] in left and each not in left}

    assert left_out >= {"Query.orders", "Mutation.orderShip", "Order.account", "Product.merchant"}
    assert left_out == restricted(whole)


def test_types_stay_where_the_public_needs_them(public: str) -> None:
    whole, left = parse_schema(api_sdl(build_schema())).type_map, parse_schema(public).type_map
    left_out = whole.keys() - left.keys()

    assert left_out >= {"ProductCreatePayload", "ProductCreateError", "SkuTaken", "VariantInput"}
    assert left.keys() >= {"VersionConflict", "OrderStatus", "TextAttribute", "UserError"}


@pytest.mark.parametrize("subgraph", SUBGRAPHS)
def test_what_needs_a_role_carries_the_tag(subgraph: str) -> None:
    applied = directives(build_schema(subgraph).sdl)
    tagged = {each for each, printed in applied.items() if '@tag(name: "staff")' in printed}

    assert tagged == restricted(applied)
