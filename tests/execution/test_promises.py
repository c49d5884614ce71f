"""What a document was promised is held against a changed schema."""

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from execution.promises import Promises, broken, promises_of

SDL = """
scalar Date
enum Genre { NOVEL POETRY }
union Found = Author | Book

interface Node { id: ID! }

type Author implements Node { id: ID!, name: String! }

type Book implements Node {
  id: ID!
  title: String!
  subtitle: String
  genre: Genre!
  authors: [Author!]!
}

input BookFilter {
  title: String, since: Date!, genres: [Genre!], not: BookFilter
  limit: Int! = 10
}

type Query {
  books(filter: BookFilter!): [Book!]!
  node(id: ID!): Node
  find: [Found!]
}
"""

BOOKS = """query Books($filter: BookFilter!, $id: ID!) {
  books(filter: $filter) { ...Card, called: title }
  node(id: $id) { id ... on Book { subtitle } }
}
fragment Card on Book {
  __typename
  genre
  authors { name }
}"""


def schema(*changes: tuple[str, str]) -> GraphQLSchema:
    sdl = SDL
    for old, new in changes:
        assert old in sdl
        sdl = sdl.replace(old, new)
    return build_schema(sdl)


def faults(*changes: tuple[str, str], body: str = BOOKS) -> list[str]:
    """What a change of the schema breaks of a document that stays valid."""
    document, changed = parse(body), schema(*changes)
    assert validate(changed, document) == []
    return list(map(str, broken(promises_of(schema(), document), changed, document)))


def test_promised_are_the_types_of_fields_and_all_that_variables_take() -> None:
    promises = promises_of(schema(), parse(BOOKS))

    assert promises["fields"] == {
        "books": "[Book!]!",
        "books.called": "String!",
        "node": "Node",
        "node.id": "ID!",
        "node.subtitle": "String",
        "...Card.__typename": "String!",
        "...Card.genre": "Genre!",
        "...Card.authors": "[Author!]!",
        "...Card.authors.name": "String!",
    }
    assert promises["variables"].keys() == {"filter"}
    assert build_schema(promises["variables"]["filter"]).type_map.keys() >= {
        "BookFilter",
        "Date",
        "Genre",
    }


def test_a_schema_keeps_its_own_promises() -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            ("title: String!", "title: String"),
            "2:37 'Book.title' was promised as String! and is String.",
        ),
        (
            ("genre: Genre!", "genre: String!"),
            "7:3 'Book.genre' was promised as Genre! and is String!.",
        ),
        (
            ("authors: [Author!]!", "authors: [Author]!"),
            "8:3 'Book.authors' was promised as [Author!]! and is [Author]!.",
        ),
        (
            ("authors: [Author!]!", "authors: Author!"),
            "8:3 'Book.authors' was promised as [Author!]! and is Author!.",
        ),
        (("  title: String, since", "  since"), "1:13 Field BookFilter.title was removed."),
        (
            ("title: String, since", "title: String!, since"),
            "1:13 Field BookFilter.title changed type from String to String!.",
        ),
        (
            ("since: Date!", "since: String!"),
            "1:13 Field BookFilter.since changed type from Date! to String!.",
        ),
        (("not:", "at: Date!, not:"), "1:13 A required field BookFilter.at was added."),
        (
            ("limit: Int! = 10", "limit: ID"),
            "1:13 Field BookFilter.limit changed type from Int! to ID.",
        ),
        (("Int! = 10", "Int!"), "1:13 The default of BookFilter.limit was removed."),
        (("NOVEL POETRY", "NOVEL"), "1:13 Enum value Genre.POETRY was removed."),
    ],
)
def test_a_promise_that_is_broken_is_named(change: tuple[str, str], fault: str) -> None:
    assert faults(change) == [fault]


@pytest.mark.parametrize(
    "change",
    [
        ("subtitle: String", "subtitle: String!"),
        ("node(id: ID!): Node", "node(id: ID!): Node!"),
        ("find: [Found!]", "find: [Found!]!"),
        ("NOVEL POETRY", "NOVEL POETRY DRAMA"),
        ("since: Date!", "since: Date"),
        ("limit: Int! = 10", "limit: Int = 10"),
        ("limit: Int! = 10", "limit: Int! = 20"),
        ("not: BookFilter", "not: BookFilter, at: Date"),
        ("type Author implements Node {", "type Author implements Node { born: Date"),
    ],
)
def test_what_reads_and_takes_as_much_as_before_breaks_nothing(change: tuple[str, str]) -> None:
    assert faults(change) == []


def test_an_object_may_be_of_another_type_with_the_same_fields() -> None:
    renamed = [
        ("type Author", "type Person"),
        ("[Author!]!", "[Person!]!"),
        ("Author |", "Person |"),
    ]

    assert faults(*renamed) == []


def test_a_document_relies_on_nothing_that_it_does_not_name() -> None:
    body = "query Ids($id: ID!) { node(id: $id) { id } }"

    assert faults(("title: String!", "title: String"), ("Int! = 10", "Int!"), body=body) == []


def test_without_promises_nothing_is_broken() -> None:
    promises = Promises(fields={}, variables={})

    assert list(broken(promises, schema(("title: String!", "title: String")), parse(BOOKS))) == []


def test_fragments_of_fragments_are_read_once() -> None:
    depth = 40
    body = "query Deep { books(filter: {since: 1}) { ...F0 } }" + "".join(
        f"fragment F{n} on Book {{ ...F{n + 1} ... on Book {{ ...F{n + 1} }} }}"
        for n in range(depth)
    )
    document = parse(f"{body} fragment F{depth} on Book {{ title }}")

    assert promises_of(schema(), document)["fields"] == {
        "books": "[Book!]!",
        f"...F{depth}.title": "String!",
    }
