from collections.abc import Iterator
from typing import Any

import pytest
import strawberry
from graphql import GraphQLError
from loguru import logger

from core.errors import BadInput, DomainError
from execution.arguments import Argument
from execution.errors import CodedErrors
from execution.fields import root
from tests.execution.library import execute

pytestmark = pytest.mark.anyio


class Lent(DomainError):
    code = "LENT"


async def lent(context: object) -> str:
    del context
    raise Lent("Somebody has it.", until="2026-03-01", readers=2)


async def shelf(context: object, *, number: int) -> str:
    del context
    raise BadInput("number", f"There is no shelf {number}.")


async def broken(context: object) -> str:
    del context
    raise OSError("password=hunter2")


@strawberry.type
class Query:
    lent: str | None = root(lent, description="Always lent.")
    broken: str | None = root(broken, description="Always broken.")
    shelf: str | None = root(
        shelf, arguments=[Argument("number", int, "Its number.")], description="Never there."
    )


class Quiet(strawberry.Schema):
    def process_errors(self, *args: object, **kwargs: object) -> None:
        """Log nothing, as the shop's own graph does."""


SCHEMA = Quiet(Query, extensions=[CodedErrors])


@pytest.fixture
def log() -> Iterator[list[str]]:
    lines: list[str] = []
    sink = logger.add(lines.append, format="{message}")
    yield lines
    logger.remove(sink)


async def error_of(document: str, variables: dict[str, Any] | None = None) -> GraphQLError:
    result = await execute(SCHEMA, document, variables)
    assert result.errors is not None
    (error,) = result.errors
    return error


async def test_refusal_carries_its_code_sentence_and_values(log: list[str]) -> None:
    error = await error_of("{ lent }")

    assert error.formatted == {
        "message": "Somebody has it.",
        "locations": [{"line": 1, "column": 3}],
        "path": ["lent"],
        "extensions": {"code": "LENT", "until": "2026-03-01", "readers": 2},
    }
    assert log == []


async def test_bad_input_names_its_argument() -> None:
    error = await error_of("{ shelf(number: 9) }")

    assert error.message == "There is no shelf 9."
    assert error.extensions == {"code": "BAD_USER_INPUT", "argument": "number"}


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("{ lent", "GRAPHQL_PARSE_FAILED"),
        ("# Nothing.", "GRAPHQL_PARSE_FAILED"),
        ("{ novels }", "GRAPHQL_VALIDATION_FAILED"),
        ('{ shelf(number: "nine") }', "GRAPHQL_VALIDATION_FAILED"),
        ("query ($number: Int!) { shelf(number: $number) }", "BAD_USER_INPUT"),
    ],
)
async def test_what_is_wrong_with_the_request_has_a_code(
    log: list[str], document: str, code: str
) -> None:
    error = await error_of(document)

    assert error.extensions == {"code": code}
    assert log == []


async def test_same_wrong_document_has_the_same_code_again() -> None:
    codes = [(await error_of("{ novels }")).extensions for _ in range(2)]

    assert codes == [{"code": "GRAPHQL_VALIDATION_FAILED"}] * 2


async def test_unexpected_error_shows_nothing_but_an_id_that_the_log_carries(
    log: list[str],
) -> None:
    error = await error_of("{ broken }")

    assert error.message == (
        "Something went wrong on our side. Tell us the errorId and we can find out what."
    )
    assert error.path == ["broken"]
    assert set(error.extensions or {}) == {"code", "errorId"}
    assert (error.extensions or {})["code"] == "INTERNAL_SERVER_ERROR"
    assert "hunter2" not in str(error.formatted)
    (line,) = log
    assert line.startswith(f"error {(error.extensions or {})['errorId']} at ['broken']\n")
    assert "OSError: password=hunter2" in line


async def test_one_failed_field_leaves_the_others_their_errors() -> None:
    result = await execute(SCHEMA, "{ lent shelf(number: 9) }")

    assert {error.message for error in result.errors or []} == {
        "Somebody has it.",
        "There is no shelf 9.",
    }
