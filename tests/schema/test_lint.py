"""What is public in GraphQL follows the rule sets that tests/node/eslint.config.mjs names."""

import pytest

from core.settings import ROOT
from tests.node import run_script

PUBLIC = {
    str(path.relative_to(ROOT)): path.read_text()
    for pattern in ("schema.graphql", "client/operations/*.graphql", "rest/documents/**/*.graphql")
    for path in sorted(ROOT.glob(pattern))
}
# In a type, what is changed to what, and what must be said of it.
FAULTS = (
    ("Order", "id: ID!", "key: ID!", 'type "Order" must have exactly one'),
    ("OrderConnection", "pageInfo: PageInfo!", "page: PageInfo!", "a field `pageInfo`"),
    ("OrderEdge", "cursor: String!", "position: Int!", "a field `cursor`"),
    ("Account", "after: String", "from: String", "must include forward pagination arguments"),
    ("Query", "viewer: Account", "getViewer: Account", 'Field "getViewer" should not have'),
)

pytestmark = pytest.mark.usefixtures("node")


def lint(texts: dict[str, str]) -> list[str]:
    found: list[str] = run_script("lint.mjs", texts)
    return found


def changed(sdl: str, type_name: str, old: str, new: str) -> str:
    before, start, type_ = sdl.partition(f"\ntype {type_name} ")
    assert old in type_
    return before + start + type_.replace(old, new, 1)


def test_the_schema_and_the_operations_follow_the_rules() -> None:
    assert {path.partition("/")[0] for path in PUBLIC} == {"schema.graphql", "client", "rest"}

    assert lint(PUBLIC) == []


def test_a_fault_of_the_schema_would_be_found() -> None:
    sdl = PUBLIC["schema.graphql"] + "\ntype Undescribed {\n  id: ID!\n}\n"
    for type_name, old, new, _ in FAULTS:
        sdl = changed(sdl, type_name, old, new)

    found = lint({"schema.graphql": sdl})

    said = [*(message for *_, message in FAULTS), 'Description is required for type "Undescribed"']
    assert [message for message in said if not any(message in each for each in found)] == []


def test_a_fault_of_an_operation_would_be_found() -> None:
    found = lint({"client/operations/Viewer.graphql": "{ viewer { name } }"})

    assert [each.splitlines()[0].partition(" ")[2] for each in found] == [
        "Anonymous GraphQL operations are forbidden. Make sure to name your query!",
        "Field `viewer.id` must be selected when it's available on a type.",
    ]
