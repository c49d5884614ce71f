"""What is said of the text of a query that is to be run for a client with given variables."""

import pytest

from core.document_store import Fault
from execution.assessment import Assessor
from execution.limits import Limits
from tests.execution.priced import Library

WANTED = {"ids": "[Int!]!"}
NOT_JUST = "The query has to take just $ids: [Int!]!."
NOT_ONE = "The document has to be one query, and nothing else."
GOOD = "($ids: [Int!]!) { authors(ids: $ids) { ...Named } } fragment Named on Author { name }"


@pytest.fixture
def assessor() -> Assessor:
    graph = Library().schema._schema  # noqa: SLF001 - Strawberry has no other way.
    return Assessor(graph, Limits(depth=5, tokens=100), maximum_cost=20)


@pytest.mark.parametrize("name", ["", "Named"])
def test_one_query_that_takes_the_variables_has_figures(assessor: Assessor, name: str) -> None:
    found = assessor.assess_query(f"query {name} {GOOD}", WANTED)

    assert (found.faults, found.statements) == ((), 1)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("query {", Fault("Syntax Error: Expected Name, found <EOF>.", 1, 8)),
        (
            "{\n  author { nome }\n}",
            Fault("Cannot query field 'nome' on type 'Author'. Did you mean 'name'?", 2, 12),
        ),
        ("{ author { name } }", Fault(NOT_JUST, 1, 1)),
        (
            "query ($ids: [Int!]) { author { name } authors(ids: [1]) { name } }",
            Fault("Variable '$ids' is never used.", 1, 8),
        ),
        (
            "query ($ids: [Int!]!, $no: Boolean!) { authors(ids: $ids) { name @skip(if: $no) } }",
            Fault(NOT_JUST, 1, 1),
        ),
        ("mutation { rename { name } }", Fault(NOT_ONE, 1, 1)),
        ("subscription { renamed { name } }", Fault(NOT_ONE, 1, 1)),
        (f"query A {GOOD} query B {{ author {{ name }} }}", Fault(NOT_ONE, 1, 1)),
        (
            "query ($ids: [Int!]!) { authors(ids: $ids) { name } author { a: age b: age c: age } }",
            Fault(
                "The operation costs 23, and the limit is 20. The most of it, 7, is for"
                " `author.a`: ask for shorter pages, or in several requests.",
                1,
                1,
            ),
        ),
    ],
)
def test_what_cannot_be_run_is_refused_with_its_place(
    assessor: Assessor, body: str, fault: Fault
) -> None:
    assert assessor.assess_query(body, WANTED).faults == (fault,)
