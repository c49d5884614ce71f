"""Every mutation, with all that it can answer, goes the same way whole and through the gateways."""

from typing import Any

import pytest

from tests.gateways.chronicle import Chronicle
from tests.gateways.market import Market
from tests.gateways.payloads import GRAPH
from tests.gateways.processes import GATEWAYS, Doors

assert GRAPH.mutation_type is not None
ROOTS = set(GRAPH.mutation_type.fields)


def chronicle(doors: Doors, door: str, market: Market) -> list[tuple[str, Any]]:
    life = Chronicle(doors, door, market)
    life.live()
    return life.told


@pytest.fixture(scope="module")
def whole(doors: Doors, market: Market) -> list[tuple[str, Any]]:
    return chronicle(doors, "whole", market)


def test_every_mutation_is_done_and_refused(whole: list[tuple[str, Any]]) -> None:
    done = {name for name, answer in whole if name in ROOTS and not refusals(name, answer)}
    refused = {name for name, answer in whole if name in ROOTS and refusals(name, answer)}

    # The token for a password comes by mail.
    assert ROOTS - done == {"passwordReset"}
    assert ROOTS - refused == set()


def refusals(name: str, answer: dict[str, Any]) -> Any:
    payload = (answer["data"] or {}).get(name)
    return answer["errors"] if payload is None else payload["errors"]


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_every_mutation_goes_the_same_way_through_a_gateway(
    doors: Doors, market: Market, whole: list[tuple[str, Any]], gateway: str
) -> None:
    for step, expected in zip(chronicle(doors, gateway, market), whole, strict=True):
        assert step == expected
