from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import SpanKind, StatusCode
from prometheus_client import REGISTRY
from starlette.types import Message, Receive, Scope, Send

from app.tracing import Traced
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


def requests_in(exporter: InMemorySpanExporter) -> list[ReadableSpan]:
    return [span for span in exporter.get_finished_spans() if span.kind is SpanKind.SERVER]


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
    reads = ["all_products", "categories_by_id", "options_by_product"]
    assert names(spans) == ["Browse", "POST /graphql", *reads]
    (operation,) = (span for span in spans if span.name == "Browse")
    (request,) = requests_in(exporter)
    assert (request.parent, operation.parent) == (None, request.context)
    assert [span.parent for span in spans if span.name in reads] == [operation.context] * 3


@pytest.mark.parametrize("document", ["{ __typename }", "{ products", "{ nothing }"])
async def test_an_operation_without_a_name_has_a_span_too(
    graph: Graph, exporter: InMemorySpanExporter, document: str
) -> None:
    await graph.answer(document)

    assert names(exporter.get_finished_spans()) == ["POST /graphql", "anonymous operation"]


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


@pytest.mark.parametrize(
    ("path", "name", "described"),
    [
        (
            "/v1/products/product_01h455vb4pex5vsknk084sn02q?first=1",
            "GET /v1/products/{id}",
            {"http.route": "/v1/products/{id}", "url.query": "first=1"},
        ),
        ("/nowhere", "GET", {}),
    ],
)
async def test_a_request_is_a_span_that_is_described_by_the_conventions(
    api: httpx.AsyncClient,
    exporter: InMemorySpanExporter,
    path: str,
    name: str,
    described: dict[str, str],
) -> None:
    await api.get(path)

    (request,) = requests_in(exporter)
    assert request.name == name
    assert dict(request.attributes or {}) == described | {
        "http.request.method": "GET",
        "http.response.status_code": 404,
        "network.protocol.version": "1.1",
        "server.address": "shop",
        "server.port": 80,
        "url.path": path.partition("?")[0],
        "url.scheme": "http",
    }


async def test_a_request_that_fails_is_told_by_its_span(
    api: httpx.AsyncClient, exporter: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_args: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("app.health.check_servers", broken)
    response = await api.get("/health/ready")

    (request,) = requests_in(exporter)
    attributes = dict(request.attributes or {})
    assert response.status_code == attributes["http.response.status_code"] == 500
    assert attributes["error.type"] == "500"
    assert request.status.status_code is StatusCode.ERROR
    assert [event.name for event in request.events] == ["exception"]


@pytest.mark.parametrize(("flags", "recorded"), [("01", ["POST /graphql"]), ("00", [])])
async def test_a_request_goes_on_with_the_trace_of_its_sender(
    graph: Graph, exporter: InMemorySpanExporter, flags: str, recorded: list[str]
) -> None:
    trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    sender = Graph(graph.api, {"traceparent": f"00-{trace}-{parent}-{flags}"})
    await sender.data("{ __typename }")

    requests = requests_in(exporter)
    assert names(requests) == recorded
    for request in requests:
        assert request.parent is not None
        assert (request.parent.trace_id, request.parent.span_id) == (
            int(trace, 16),
            int(parent, 16),
        )


async def test_what_is_no_url_is_left_out_of_a_span(exporter: InMemorySpanExporter) -> None:
    async def answering(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})

    async def nothing(*_messages: Message) -> Any:
        return {}

    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "http_version": "1.1",
        "path": "/nowhere",
        "query_string": b"\xff",
        "headers": [],
        "server": ("shop", 80),
    }
    await Traced(answering)(scope, nothing, nothing)

    (request,) = requests_in(exporter)
    assert dict(request.attributes or {}) == {
        "http.request.method": "GET",
        "http.response.status_code": 204,
        "network.protocol.version": "1.1",
        "url.path": "/nowhere",
        "url.scheme": "http",
    }
