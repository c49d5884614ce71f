"""SELECTs as the driver takes them: a text with numbered parameters, and their values in order."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, cast

from sqlalchemy import BindParameter, ClauseElement, Executable
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import ExternallyTraversible, replacement_traverse

_DIALECT = dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped.

# A name, and what makes of its value what the driver takes, if anything has to.
_Parameter: TypeAlias = tuple[str, Callable[[Any], Any] | None]


class Statement:
    """A SELECT that is compiled once for many runs.

    What differs between them is a named `bindparam`. The values that the SELECT holds itself are
    written into its text: PostgreSQL then makes one plan that serves all runs, which it does not
    dare without knowing a LIMIT, and uses the indexes over the rows of one status.
    """

    def __init__(self, select: Executable) -> None:
        constant = replacement_traverse(cast("ExternallyTraversible", select), {}, _constant)
        compiled = _compiled(cast("ClauseElement", constant))
        required = {name for name, each in compiled.binds.items() if each.required}
        state = compiled.construct_expanded_state(dict.fromkeys(required))
        self.sql = state.statement
        self._parameters = _parameters(compiled, state.positiontup)

    def arguments(self, params: Mapping[str, Any]) -> list[Any]:
        """Return the values of the parameters in their order; a missing one raises KeyError."""
        return _arguments(self._parameters, params)

    def __str__(self) -> str:
        return self.sql


def rendered(select: Executable, params: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """Compile a SELECT for one run; the values that it holds itself are parameters too."""
    compiled = _compiled(cast("ClauseElement", select))
    state = compiled.construct_expanded_state(params)
    parameters = _parameters(compiled, state.positiontup)
    return state.statement, _arguments(parameters, state.parameters)


def _compiled(select: ClauseElement) -> SQLCompiler:
    return cast("SQLCompiler", select.compile(dialect=_DIALECT))


def _constant(element: object, **_options: object) -> BindParameter[Any] | None:
    if isinstance(element, BindParameter) and not element.required:
        return element.render_literal_execute()
    return None


def _parameters(compiled: SQLCompiler, names: Sequence[str] | None) -> list[_Parameter]:
    return [(name, _processor(compiled.binds.get(name))) for name in names or ()]


def _processor(parameter: BindParameter[Any] | None) -> Callable[[Any], Any] | None:
    # The values of an IN are parameters that the compiler adds: texts, numbers and ids.
    if parameter is None:
        return None
    return parameter.type.dialect_impl(_DIALECT).bind_processor(_DIALECT)


def _arguments(parameters: list[_Parameter], values: Mapping[str, Any]) -> list[Any]:
    return [
        values[name] if process is None else process(values[name]) for name, process in parameters
    ]
