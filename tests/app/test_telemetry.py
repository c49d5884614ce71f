from collections.abc import Sequence

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from prometheus_client import REGISTRY

from core import telemetry
from core.settings import Settings
from tests.factories import Factory
from tests.graph import Graph

pytestmark = pytest.mark.anyio


@pytest.fixture
def exporter(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """Keeps the spans here; the process's own provider could be set only once."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(telemetry, "TRACER", provider.get_tracer("test"))
    return exporter


def names(spans: Sequence[ReadableSpan]) -> list[str]:
    return sorted(span.name for span in spans)


async def test_an_operation_is_a_span_with_one_below_for_each_batch_read(
    graph: Graph, factory: Factory, exporter: InMemorySpanExporter
) -> None:
    for _ in range(3):
        await factory.product()
    await graph.data(
        "query Browse { products { nodes { id category { productCount } options { name } } } }"
    )

    spans = exporter.get_finished_spans()
    assert names(spans) == ["Browse", "all_products", "categories_by_id", "options_by_product"]
    (operation,) = (span for span in spans if span.name == "Browse")
    below = [span.parent for span in spans if span is not operation]
    assert below == [operation.context] * 3


@pytest.mark.parametrize("document", ["{ __typename }", "{ products", "{ nothing }"])
async def test_an_operation_without_a_name_has_a_span_too(
    graph: Graph, exporter: InMemorySpanExporter, document: str
) -> None:
    await graph.answer(document)

    assert names(exporter.get_finished_spans()) == ["anonymous operation"]


async def test_nothing_is_traced_without_an_endpoint() -> None:
    assert telemetry.start_tracing(Settings(otlp_endpoint=None)) is None


async def test_a_read_of_an_operation_that_is_sampled_out_is_timed_all_the_same(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracer = TracerProvider(sampler=ALWAYS_OFF).get_tracer("test")
    monkeypatch.setattr(telemetry, "TRACER", tracer)
    timed = REGISTRY.get_sample_value
    sample, labels = "pyshop_batch_read_seconds_count", {"read": "all_products"}
    before = timed(sample, labels) or 0

    assert await graph.data("{ products { nodes { slug } } }") == {"products": {"nodes": []}}

    assert timed(sample, labels) == before + 1
