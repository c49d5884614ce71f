from collections.abc import Iterator
from time import perf_counter

from strawberry.extensions import SchemaExtension

from core.telemetry import OPERATIONS, TRACER


class Observed(SchemaExtension):
    """Times each operation, as a span under its name and as a metric by kind and outcome."""

    def on_operation(self) -> Iterator[None]:
        started = perf_counter()
        context = self.execution_context
        with TRACER.start_as_current_span("anonymous operation") as span:
            yield
            # Unless the request tells it, the name is known once the document is parsed.
            if context.operation_name is not None:
                span.update_name(context.operation_name)
        failed = getattr(context.result, "errors", None)
        OPERATIONS.labels(self._kind(), "errors" if failed else "ok").observe(
            perf_counter() - started
        )

    def _kind(self) -> str:
        # A document that does not parse, or that names no operation to run, has no kind.
        try:
            return self.execution_context.operation_type.value.lower()
        except RuntimeError:
            return "invalid"
