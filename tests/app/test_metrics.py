import httpx
import pytest
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY

from tests.factories import Factory
from tests.graph import Graph

pytestmark = pytest.mark.anyio


def operations(kind: str, outcome: str) -> float:
    labels = {"kind": kind, "outcome": outcome}
    return REGISTRY.get_sample_value("pyshop_graphql_operation_seconds_count", labels) or 0


def batch_reads(read: str) -> float:
    return REGISTRY.get_sample_value("pyshop_batch_read_seconds_count", {"read": read}) or 0


@pytest.mark.parametrize(
    ("document", "kind", "outcome"),
    [
        ("{ __typename }", "query", "ok"),
        ("query Named { __typename }", "query", "ok"),
        ("{ product { id } }", "query", "errors"),
        ("{ nothing }", "query", "errors"),
        ("{ product", "invalid", "errors"),
    ],
)
async def test_an_operation_is_counted_by_kind_and_outcome(
    graph: Graph, document: str, kind: str, outcome: str
) -> None:
    before = operations(kind, outcome)
    await graph.answer(document)

    assert operations(kind, outcome) == before + 1


async def test_a_batch_read_is_counted_once_for_all_its_keys(
    graph: Graph, factory: Factory
) -> None:
    for _ in range(3):
        await factory.product()
    before = batch_reads("all_products"), batch_reads("variants_by_product")
    await graph.data("{ products { nodes { variants { totalCount } } } }")

    after = batch_reads("all_products"), batch_reads("variants_by_product")
    assert after == (before[0] + 1, before[1] + 1)


async def test_metrics_are_published_for_prometheus(graph: Graph, api: httpx.AsyncClient) -> None:
    await graph.data("{ __typename }")
    response = await api.get("/metrics")

    assert (response.status_code, response.headers["Content-Type"]) == (200, CONTENT_TYPE_LATEST)
    count = operations("query", "ok")
    name = 'pyshop_graphql_operation_seconds_count{kind="query",outcome="ok"}'
    assert f"\n{name} {count}\n" in response.text
