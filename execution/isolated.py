from collections.abc import Iterator

from strawberry.extensions import SchemaExtension


class Isolated(SchemaExtension):
    """Gives each operation a context of its own; those of one socket would share loaders."""

    def on_operation(self) -> Iterator[None]:
        context = self.execution_context.context
        self.execution_context.context = context.for_operation()
        yield
