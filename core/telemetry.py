"""Spans and metrics. Spans are recorded only where `PYSHOP_OTLP_ENDPOINT` is set."""

from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager, nullcontext
from functools import cache, wraps
from time import perf_counter
from typing import Any, TypeVar, cast

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from prometheus_client import Counter, Histogram

from core.settings import Settings

TRACER = trace.get_tracer("pyshop")

_OPERATIONS = Histogram(
    "pyshop_graphql_operation_seconds",
    "Time to answer a GraphQL operation.",
    ["kind", "outcome"],
)
BATCH_READS = Histogram("pyshop_batch_read_seconds", "Time of one batch read.", ["read"])
PLANS = Counter(
    "pyshop_plans_total",
    "Operations that were compiled: ad hoc ones that nobody ran lately, and registered ones ahead.",
)
_BUDGET_SPENDS = Counter(
    "pyshop_budget_spends_total",
    "What budgets were asked for; counted by the process alone while Redis is away.",
    ["budget", "outcome", "counted_by"],
)

# The client goes through a lock and four calls to find a metric by its labels, of which few differ.
operation_seconds = cache(_OPERATIONS.labels)
budget_spends = cache(_BUDGET_SPENDS.labels)


def start_tracing(settings: Settings) -> TracerProvider | None:
    """Send spans to the OTLP endpoint; the caller shuts the provider down to flush them."""
    if settings.otlp_endpoint is None:
        return None
    provider = TracerProvider(resource=Resource.create({"service.name": "pyshop"}))
    provider.add_span_processor(
        BatchSpanProcessor(OTLPSpanExporter(endpoint=settings.otlp_endpoint))
    )
    trace.set_tracer_provider(provider)
    return provider


def span(name: str) -> AbstractContextManager[trace.Span]:
    """Start a span; what is not recorded needs none of its own below."""
    current = trace.get_current_span()
    if isinstance(current, trace.NonRecordingSpan) and current is not trace.INVALID_SPAN:
        return nullcontext(current)
    return TRACER.start_as_current_span(name)


ReadT = TypeVar("ReadT", bound=Callable[..., Coroutine[Any, Any, Any]])


def batch_read(read: ReadT) -> ReadT:
    """Time each call of a batch read, as a span and as a metric under the function's name."""
    name, seconds = read.__name__, BATCH_READS.labels(read.__name__)

    @wraps(read)
    async def timed(*args: object, **kwargs: object) -> object:
        started = perf_counter()
        try:
            with span(name):
                return await read(*args, **kwargs)
        finally:
            seconds.observe(perf_counter() - started)

    return cast("ReadT", timed)
