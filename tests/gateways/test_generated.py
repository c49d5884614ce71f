"""Queries drawn from the schema: the gateways answer each caller as the whole graph does."""

from random import Random

import pytest
from graphql import build_schema

from core.settings import ROOT
from tests.gateways.answers import assert_same
from tests.gateways.documents import draw_query
from tests.gateways.market import Market
from tests.gateways.processes import GATEWAYS, Doors
from tests.gateways.vocabulary import vocabulary

GRAPH = build_schema((ROOT / "schema.graphql").read_text())
# Who sees more is asked for more often.
CALLERS = {
    "customer": 4,
    "admin": 4,
    "guest": 2,
    "customer with a secret": 2,
    "merchant": 2,
    "another merchant": 1,
    "another customer": 1,
    "anonymous": 1,
}


@pytest.mark.parametrize("seed", range(150))
def test_what_can_be_asked_is_answered_alike(doors: Doors, market: Market, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - It must be drawn again the same.
    operation = draw_query(GRAPH, vocabulary(market), random)
    (caller,) = random.choices(list(CALLERS), list(CALLERS.values()))
    asked = (market.callers[caller], operation.document, operation.variables)
    print(caller, *asked)  # noqa: T201 - Where it fails, it is shown.

    whole = doors.ask("whole", *asked)

    for gateway in GATEWAYS:
        assert_same(whole, doors.ask(gateway, *asked), gateway)
