"""Queries drawn from the schema: the gateways answer each caller as the whole graph does."""

import pytest
from graphql import build_schema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.settings import ROOT
from tests.gateways.answers import assert_same
from tests.gateways.documents import Operation, queries
from tests.gateways.market import Market
from tests.gateways.processes import GATEWAYS, Doors
from tests.gateways.vocabulary import vocabulary

GRAPH = build_schema((ROOT / "schema.graphql").read_text())
EXAMPLES = 150


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_what_can_be_asked_is_answered_alike(doors: Doors, market: Market, gateway: str) -> None:
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(queries(GRAPH, vocabulary(market)), st.sampled_from(sorted(market.callers)))
    def hold(operation: Operation, caller: str) -> None:
        whole, other = (
            doors.ask(door, market.callers[caller], operation.document, operation.variables)
            for door in ("whole", gateway)
        )
        assert_same(whole, other)

    hold()
