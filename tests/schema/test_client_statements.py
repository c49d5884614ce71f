"""The client's operations send no more than is foretold of them, done and refused."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest
from anyio import from_thread, to_thread
from graphql import OperationType, parse

from core.database import Database
from core.document_store import Document
from core.settings import Settings
from tests.conftest import serving
from tests.factories import Factory
from tests.gateways.chronicle import Chronicle
from tests.gateways.market import Market, open_market, roomy
from tests.gateways.operations import OPERATIONS, operations_of, variables
from tests.gateways.test_every_mutation import refusals
from tests.graph import Graph
from tests.schema.metering import CEILINGS, Meter

pytestmark = pytest.mark.anyio

PUBLISHING = "client/DocumentsPublish"


def in_client(name: str) -> str:
    """Return by which name the client has an operation of a mutation, if it has."""
    return f"client/{name[0].upper()}{name[1:]}"


class ClientsChronicle(Chronicle):
    """Does by the client's documents what the client has documents for."""

    def __init__(self, meter: Meter, partner: Graph, market: Market) -> None:
        super().__init__(meter, "whole", market)
        self._publisher = partner

    def run(
        self,
        name: str,
        document: str,
        variables: Mapping[str, Any],
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        return super().run(name, OPERATIONS.get(in_client(name), document), variables, headers)

    def _publish(self) -> None:
        # Who asks, and what, is found in the database once, and then known for a while.
        from_thread.run(partial(self._publisher.data, OPERATIONS[PUBLISHING], operations=[]))
        super()._publish()


@pytest.fixture
async def market(settings: Settings, database: Database) -> Market:
    return await open_market(settings, database)


async def test_every_query_sends_what_is_foretold_for_some_caller_and_more_for_none(
    graph: Graph, market: Market, sent: list[str]
) -> None:
    meter, given, most = Meter(graph.api, sent), variables(market), {}
    for name in operations_of(OperationType.QUERY):
        asked = [
            await meter.answer(headers, OPERATIONS[name], given[name])
            for headers in market.callers.values()
        ]
        most[name] = max(number for _, number in asked)

    assert most == {name: CEILINGS.statements_of(parse(OPERATIONS[name])) for name in most}


async def test_no_mutation_sends_more_than_is_foretold(
    settings: Settings, market: Market, factory: Factory, sent: list[str]
) -> None:
    publishing = Document("DocumentsPublish", "mutation", OPERATIONS[PUBLISHING])
    await factory.documents("acme", publishing)
    async with serving(roomy(settings)) as api:
        # What is asked is held against what is foretold by the meter.
        life = ClientsChronicle(Meter(api, sent), Graph(api, market.partner), market)
        await to_thread.run_sync(life.live)

    steps = [(in_client(name), refusals(name, answer)) for name, answer in life.told]
    ours = {each for each in operations_of(OperationType.MUTATION) if each.startswith("client/")}
    assert {name for name, refused in steps if not refused} >= ours
    assert {name for name, refused in steps if refused} >= ours
