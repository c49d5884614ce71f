from collections.abc import Callable, Iterator
from graphlib import CycleError

import pytest
from graphql import GraphQLError, get_introspection_query, parse, print_ast
from graphql.utilities import separate_operations

from core.errors import DomainError
from core.settings import ROOT, Settings
from execution import limits
from execution.cost import CEILING
from execution.limits import (
    MOST_ALIASES,
    MOST_DIRECTIVES,
    MOST_FIELDS,
    Limits,
    hold_limits,
    parse_within,
)
from tests.node import run_script

LIMITS = Limits(depth=3, tokens=10)
FOLDERS = ["client/operations", "rest/documents"]


def held(document: str) -> None:
    hold_limits(LIMITS, parse(document))


def refusal_of(hold: Callable[[], object]) -> tuple[str, dict[str, object], list[tuple[int, int]]]:
    """Return the code, the values and the places of a refusal."""
    with pytest.raises(GraphQLError) as caught:
        hold()
    refusal = caught.value.original_error
    assert isinstance(refusal, DomainError)
    assert caught.value.message == str(refusal)
    places = [(each.line, each.column) for each in caught.value.locations or ()]
    return refusal.code, refusal.values, places


def operations(folder: str) -> Iterator[str]:
    """Yield each operation of a folder with its fragments, as it is sent."""
    paths = (ROOT / folder).rglob("*.graphql")
    document = parse("".join(path.read_text() for path in paths))
    yield from map(print_ast, separate_operations(document).values())


@pytest.mark.parametrize(
    ("code", "limit", "document"),
    [
        ("FIELD_LIMIT_EXCEEDED", MOST_FIELDS, lambda count: "{" + " f" * count + "}"),
        ("ALIAS_LIMIT_EXCEEDED", MOST_ALIASES, lambda count: "{" + " a: f" * count + "}"),
        ("DIRECTIVE_LIMIT_EXCEEDED", MOST_DIRECTIVES, lambda count: "{ f" + " @d" * count + "}"),
    ],
)
def test_one_more_than_may_be_is_refused(
    code: str, limit: int, document: Callable[[int], str]
) -> None:
    held(document(limit))

    assert refusal_of(lambda: held(document(limit + 1))) == (
        code,
        {"count": limit + 1, "limit": limit},
        [(1, 1)],
    )


def test_the_message_says_how_many_there_are() -> None:
    with pytest.raises(GraphQLError) as caught:
        held("{" + " a: f" * 51 + "}")

    assert caught.value.message == "The document has 51 aliases, and the limit is 50."


@pytest.mark.parametrize(
    "document",
    [
        "query (" + " $v: Int @d" * 51 + ") { f }",
        "query" + " @d" * 51 + " { f }",
        "{ ...F } fragment F on Q" + " @d" * 51 + " { f }",
        "{ ...F" + " @d" * 51 + " } fragment F on Q { f }",
        "{ ..." + " @d" * 51 + " { f } }",
        "{ ...F" + " @d" * 26 + " } fragment F on Q { f" + " @d" * 25 + " }",
    ],
)
def test_directives_count_wherever_they_stand(document: str) -> None:
    code, values, _ = refusal_of(lambda: held(document))

    assert (code, values["count"]) == ("DIRECTIVE_LIMIT_EXCEEDED", 51)


def test_what_a_fragment_has_counts_wherever_it_is_spread() -> None:
    twice = "{ ...F ...F } fragment F on Q {" + " a: f" * 26 + " }"

    code, values, places = refusal_of(lambda: held(twice))

    assert (code, values["count"], places) == ("ALIAS_LIMIT_EXCEEDED", 52, [(1, 1)])


def test_fragments_that_double_each_other_are_counted_once() -> None:
    levels = 500
    doubling = "".join(
        f" fragment F{each} on Q {{ ...F{each + 1} ...F{each + 1} }}" for each in range(levels)
    )

    code, values, _ = refusal_of(
        lambda: held(f"{{ ...F0 }} {doubling} fragment F{levels} on Q {{ f }}")
    )

    assert (code, values["count"]) == ("FIELD_LIMIT_EXCEEDED", CEILING)


def test_each_definition_is_held_by_itself() -> None:
    half = " f" * 201
    held(f"query A {{ {half} }} query B {{ {half} }}")

    unused = refusal_of(lambda: held("{ f }\nfragment F on Q {" + " f" * 401 + "}"))

    assert unused == ("FIELD_LIMIT_EXCEEDED", {"count": 401, "limit": 400}, [(2, 1)])


@pytest.mark.parametrize(
    ("document", "field", "place"),
    [
        ("{ a { b { c { d { e } } } } }", "a.b.c.d", (1, 15)),
        ("{ a { x: b { ... { c { ... on Q { d { e } } } } } } }", "a.x.c.d", (1, 35)),
        ("{ a { ...F } } fragment F on Q { b { c { d { e } } } }", "a.b.c.d", (1, 42)),
        ("{ a { b { ...F } } } fragment F on Q { c { d { e } } }", "a.b.c.d", (1, 44)),
        ("{ z a { b { z c { d { e z } } } } }", "a.b.c.d", (1, 19)),
    ],
)
def test_depth_is_counted_in_fields_from_the_root(
    document: str, field: str, place: tuple[int, int]
) -> None:
    assert refusal_of(lambda: held(document)) == (
        "DEPTH_LIMIT_EXCEEDED",
        {"count": 5, "limit": 3, "field": field},
        [place],
    )


def test_what_is_as_deep_as_may_be_is_not_refused() -> None:
    held("{ a { ... { ...F } } } fragment F on Q { ... on Q { b { ... { c } } } }")


def test_the_message_tells_where_it_is_too_deep() -> None:
    with pytest.raises(GraphQLError) as caught:
        held("{ a { b { c { d } } } }")

    assert caught.value.message == (
        "The document is 4 fields deep, and the limit is 3: `a.b.c.d` is too deep."
    )


def test_fragments_that_are_not_there_count_as_nothing() -> None:
    held("{ a { b { c ...F } } }")


def test_fragments_that_spread_each_other_cannot_be_counted() -> None:
    with pytest.raises(CycleError):
        held("{ ...A } fragment A on Q { f ...B } fragment B on Q { f ...A }")


def test_tokens_are_counted_before_they_are_parsed() -> None:
    # Ten tokens without the comment, and with the string as one.
    within = '{ a(b: "c d e") # f g h i\n c d }'
    parse_within(LIMITS, within)

    refused = refusal_of(lambda: parse_within(LIMITS, within + " } } }"))

    assert refused == ("TOKEN_LIMIT_EXCEEDED", {"count": 13, "limit": 10}, [(2, 8)])


def test_characters_are_counted_before_they_are_cut_into_tokens() -> None:
    # Were it cut, the last would be no character of the language.
    within = "{ a }".ljust(150)
    parse_within(LIMITS, within)

    refused = refusal_of(lambda: parse_within(LIMITS, within + "?"))

    assert refused == ("LENGTH_LIMIT_EXCEEDED", {"count": 151, "limit": 150}, [])


@pytest.mark.parametrize("folder", FOLDERS)
def test_our_own_operations_come_to_half_of_what_may_be(
    monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    settings = Settings()
    half = Limits(*(getattr(settings, f"maximum_{name}") // 2 for name in Limits._fields))
    for name in ("MOST_ALIASES", "MOST_DIRECTIVES"):
        monkeypatch.setattr(limits, name, getattr(limits, name) // 2)

    documents = list(operations(folder))

    assert documents
    for document in documents:
        hold_limits(half, parse_within(half, document))


@pytest.mark.parametrize("folder", FOLDERS)
def test_our_own_operations_pass_the_lowest_limits_that_can_be_set(folder: str) -> None:
    lowest = Limits(**{name: lowest_of(f"maximum_{name}") for name in Limits._fields})

    for document in operations(folder):
        hold_limits(lowest, parse_within(lowest, document))


def lowest_of(setting: str) -> int:
    (bound,) = Settings.model_fields[setting].metadata
    lowest: int = bound.ge
    return lowest


@pytest.mark.usefixtures("node")
def test_tools_may_ask_for_the_schema() -> None:
    """By GraphQL.js 16 and, which graphql-core is a port of, 17."""
    settings = Settings()
    standard = Limits(settings.maximum_depth, settings.maximum_tokens)
    ported = get_introspection_query(
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
        experimental_directive_deprecation=True,
        one_of=True,
    )

    for document in (ported, run_script("introspection.mjs")):
        hold_limits(standard, parse_within(standard, document))
