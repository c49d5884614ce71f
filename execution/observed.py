from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from strawberry.extensions import SchemaExtension

from core.telemetry import operation_seconds, span


class Outcome:
    """What is known of an operation when it has ended: its name and kind, and if it had errors."""

    name: str | None = None
    # A document that does not parse, or that names no operation to run, has no kind.
    kind = "invalid"
    has_errors = False


@contextmanager
def observed() -> Iterator[Outcome]:
    """Time an operation, as a span under its name and as a metric by kind and outcome."""
    started, outcome = perf_counter(), Outcome()
    with span("anonymous operation") as recorded:
        yield outcome
        if outcome.name is not None:
            recorded.update_name(outcome.name)
    seconds = operation_seconds(outcome.kind, "errors" if outcome.has_errors else "ok")
    seconds.observe(perf_counter() - started)


class Observed(SchemaExtension):
    """Times each operation that goes through Strawberry."""

    def on_operation(self) -> Iterator[None]:
        context = self.execution_context
        with observed() as outcome:
            yield
            # Unless the request tells it, the name is known once the document is parsed.
            outcome.name = context.operation_name
            outcome.kind = self._kind()
            outcome.has_errors = bool(getattr(context.result, "errors", None))

    def _kind(self) -> str:
        try:
            return self.execution_context.operation_type.value.lower()
        except RuntimeError:
            return Outcome.kind
