"""The comparison finds what is wrong with an executor, and nothing wrong with graphql-core."""

from collections.abc import Iterator
from typing import Any

import pytest
from aiodataloader import DataLoader
from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationType,
    build_schema,
    execute_sync,
    parse,
)
from graphql.execution.executor import CollectedErrors

from core.viewer import ANONYMOUS
from tests.execution.differential.cases import Cases
from tests.execution.differential.comparison import Allowed, differences
from tests.execution.differential.shop import made_up_shop
from tests.execution.differential.ways import Case, Core, Places, telling
from tests.execution.differential.world import World

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.usefixtures("unheard"),
    # What graphql-core has cancelled, it does not await.
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
    # Nor can Python warn of that where it happens to be in code without built-in functions.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def schema() -> Iterator[GraphQLSchema]:
    with made_up_shop() as made_up:
        yield made_up


class LosesAnError(Core):
    def build_response(self, data: dict[str, Any] | None) -> Any:
        self.collected_errors.errors[:1] = []
        return super().build_response(data)


class TellsOthersOfANulledPlace(Core):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.collected_errors = _AllErrors()


class _AllErrors(CollectedErrors):
    def add(self, error: GraphQLError, path: Any) -> None:
        del path
        self.errors.append(GraphQLError(f"No. {len(self.errors)}", path=error.path))


class MisplacesAnError(Core):
    def handle_field_error(self, raw_error: Exception, *where: Any) -> None:
        return_type, details, path = where
        super().handle_field_error(raw_error, return_type, details[:0], path)


class TurnsTheFieldsRound(Core):
    def build_response(self, data: dict[str, Any] | None) -> Any:
        return super().build_response(data and dict(reversed(data.items())))


class StopsNoError(Core):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.error_propagation = False


class DoesMutationsAtOnce(Core):
    def execute_operation(self, serially: bool | None = None) -> Any:  # noqa: FBT001 - it is graphql-core's.
        del serially
        return super().execute_operation(serially=False)


@pytest.mark.parametrize(
    ("executor", "found"),
    [
        (LosesAnError, "untold at"),
        (TellsOthersOfANulledPlace, "never an error"),
        (MisplacesAnError, "never an error"),
        (TurnsTheFieldsRound, "data"),
        (StopsNoError, "data"),
        (StopsNoError, "nulled twice"),
    ],
)
async def test_a_broken_executor_is_found(
    schema: GraphQLSchema, executor: type[Core], found: str
) -> None:
    cases = Cases(schema)
    for seed in range(1000):
        for case in cases.of(seed):
            words = await differences(schema, case, executor)
            if any(each.startswith(found) for each in words):
                return
    pytest.fail(f"{executor.__name__} passed")


async def test_mutations_that_do_not_stop_are_found(schema: GraphQLSchema) -> None:
    document = parse("mutation { cartCreate(lines: []) { secret } again: cartCreate { secret } }")
    worlds = [World(seed, mischief=300) for seed in range(20)]
    found = [
        words
        for world in worlds
        for words in await differences(
            schema, Case(document, {}, ANONYMOUS, world), DoesMutationsAtOnce
        )
    ]

    assert any(words.startswith("root fields") for words in found)


async def test_reading_key_by_key_is_found(
    schema: GraphQLSchema, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DataLoader, "batch", False)
    cases = Cases(schema)
    found = [
        words
        for seed in range(40)
        for case in cases.of(seed)
        for words in await differences(schema, case, Core)
    ]

    assert found
    assert all(" batches for " in words for words in found)


_FAILING = build_schema(
    "type Query { a: A z: Int } type A { b: B! e: [Int!] } type B { c: Int! d: Int }"
)


def _broken(*names: str) -> list[str]:
    """Return what is wrong with telling just these errors where all fields but `a` and `b` fail."""

    def resolve(_source: object, info: GraphQLResolveInfo[Any]) -> object:
        if info.field_name in {"a", "b"}:
            return {}
        return [1, None] if info.field_name == "e" else LookupError(info.field_name)

    places: list[Places] = []
    all_told = execute_sync(
        _FAILING,
        parse("{ a { b { c d } e } z }"),
        field_resolver=resolve,
        executor_class=telling(places),
    )
    by_name = {
        next(part for part in reversed(error.path or []) if isinstance(part, str)): error
        for error in all_told.errors or ()
    }
    allowed = Allowed(all_told, places[0], OperationType.QUERY)
    told = ExecutionResult(None, [by_name[name] for name in names])
    return [words.split(":")[0] for words in allowed.broken_by(told)]


@pytest.mark.parametrize(
    ("told", "broken"),
    [
        # That of `c` nulls `a`, under which it is all the same whether others were there before.
        ("c z", []),
        ("c d e z", []),
        ("d c z", []),
        ("e d z", ["untold at ('a',)"]),
        ("c", ["untold at ('z',)"]),
        ("c z z", ["told twice"]),
    ],
)
async def test_under_a_nulled_place_errors_may_be_left_out(told: str, broken: list[str]) -> None:
    assert _broken(*told.split()) == broken
