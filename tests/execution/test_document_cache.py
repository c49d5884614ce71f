"""Documents are checked once, and what cannot be run is told with a code, however it came."""

from collections.abc import AsyncIterator
from enum import Enum
from typing import Any

import pytest
import strawberry
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from execution.document_cache import CheckedDocuments, DocumentCache, InvalidDocument
from execution.errors import CodedErrors
from execution.limits import Limits

LIMITS = Limits(depth=2, tokens=30)
PAINT = "query ($colour: Colour!) { paint(colour: $colour) }"


class Context:
    limits = LIMITS


@strawberry.enum
class Colour(Enum):
    GREEN = "green"


@strawberry.type
class Query:
    name: str = "library"

    @strawberry.field
    def paint(self, colour: Colour) -> str:
        return colour.value


@strawberry.type
class Mutation:
    rename: str = "renamed"


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def names(self) -> AsyncIterator[str]:
        yield "library"


class Schema(strawberry.Schema):
    """A schema with a cache of its own."""

    def __init__(self, *, is_private: bool = False) -> None:
        super().__init__(
            Query,
            Mutation,
            Subscription,
            extensions=[
                lambda: CodedErrors(suggests=not is_private),
                lambda: CheckedDocuments(self.cache),
            ],
        )
        self.cache = DocumentCache(self._schema, is_private=is_private)

    def process_errors(self, *args: object, **kwargs: object) -> None:
        """Log nothing, as the shop's own graph does."""


@pytest.fixture
def schema() -> Schema:
    return Schema()


async def refusals(schema: Schema, document: str, **given: Any) -> list[tuple[Any, str]]:
    """Return the codes and messages of what is refused."""
    result = await schema.execute(document, context_value=Context(), **given)
    assert result.data is None
    return [((each.extensions or {})["code"], each.message) for each in result.errors or ()]


def test_a_document_is_checked_once_for_its_limits(schema: Schema) -> None:
    text = "{ name }"
    first = schema.cache.checked(text, LIMITS)

    assert schema.cache.checked(text.encode().decode(), LIMITS) is first
    assert schema.cache.checked(text, Limits(1, 30)) is not first


@pytest.mark.parametrize("document", ["{", "{ nothing }", "{" + " name" * 29 + "}", "#" * 451])
def test_what_is_refused_is_not_kept(schema: Schema, document: str) -> None:
    for _ in range(2):
        with pytest.raises(InvalidDocument):
            schema.cache.checked(document, LIMITS)

    assert schema.cache.checked.cache_info().currsize == 0


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("{ name", "GRAPHQL_PARSE_FAILED"),
        ("{" * 31, "TOKEN_LIMIT_EXCEEDED"),
        ("#" * 451, "LENGTH_LIMIT_EXCEEDED"),
        ("{ a { b { c } } }", "DEPTH_LIMIT_EXCEEDED"),
        ("subscription { a { b { c } } }", "DEPTH_LIMIT_EXCEEDED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ ...F } fragment F on Query { nothing ...F }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { name } query B { name }", "OPERATION_RESOLUTION_FAILURE"),
    ],
)
async def test_what_cannot_be_run_is_one_error_with_a_code(
    schema: Schema, document: str, code: str
) -> None:
    told = await refusals(schema, document)
    stream = await schema.stream(document, context_value=Context())
    (streamed,) = [each async for each in stream]

    assert [each for each, _ in told] == [code]
    assert isinstance(streamed, PreExecutionError)
    assert [(each.extensions or {})["code"] for each in streamed.errors or ()] == [code]


@pytest.mark.anyio
async def test_what_is_not_even_parsed_has_no_operation_that_could_be_missed(
    schema: Schema,
) -> None:
    ((code, _),) = await refusals(schema, "{" * 31, operation_name="Browse")

    assert code == "TOKEN_LIMIT_EXCEEDED"


@pytest.mark.anyio
async def test_a_mutation_that_may_not_come_is_told_so_whatever_else_is_wrong(
    schema: Schema,
) -> None:
    with pytest.raises(InvalidOperationTypeError):
        await schema.execute(
            "mutation { nothing }",
            context_value=Context(),
            allowed_operation_types=[OperationType.QUERY],
        )


@pytest.mark.anyio
async def test_only_the_first_errors_are_looked_for(schema: Schema) -> None:
    told = await refusals(schema, "{" + " nam" * 20 + "}")

    assert [message for _, message in told] == [
        *["Cannot query field 'nam' on type 'Query'. Did you mean 'name'?"] * 8,
        "Too many validation errors, error limit reached. Validation aborted.",
    ]


@pytest.mark.anyio
@pytest.mark.parametrize("field", ["__schema { description }", '__type(name: "Query") { name }'])
async def test_a_private_schema_does_not_tell_itself(schema: Schema, field: str) -> None:
    public = await schema.execute(f"{{ {field} }}", context_value=Context())

    assert public.errors is None
    assert await refusals(Schema(is_private=True), f"{{ {field} }}") == [
        ("INTROSPECTION_DISABLED", "The schema of this shop is not told here.")
    ]


@pytest.mark.anyio
async def test_a_private_schema_suggests_nothing(schema: Schema) -> None:
    private = Schema(is_private=True)
    field = "Cannot query field 'nam' on type 'Query'."
    value = "Variable '$colour' has invalid value: Value 'GREN' does not exist in 'Colour' enum."

    for document, given, message, suggestion in (
        ("{ nam }", {}, field, " Did you mean 'name'?"),
        (PAINT, {"colour": "GREN"}, value, " Did you mean the enum value 'GREEN'?"),
    ):
        ((_, public),) = await refusals(schema, document, variable_values=given)
        ((_, told),) = await refusals(private, document, variable_values=given)
        assert (public, told) == (message + suggestion, message)
