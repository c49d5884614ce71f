"""What a document uses of a schema, and who used it how often."""

from datetime import date

from graphql import build_schema, parse

from execution.usage import ElementUse, coordinates_of, uses_of_elements

SCHEMA = build_schema("""
enum Genre { NOVEL POETRY }
interface Node { id: ID! }
type Book implements Node { id: ID!, title(short: Boolean): String!, price: Int }
input Range { low: Int, high: Int }
input BookFilter { title: String, price: Range, genres: [Genre!] }
type Query { books(filter: BookFilter, first: Int): [Book!]!, node(id: ID!): Node }
""")


def used(body: str) -> set[str]:
    return coordinates_of(SCHEMA, parse(body))


def test_fields_and_arguments_are_named_by_their_type() -> None:
    body = """query Books($short: Boolean!, $id: ID!) {
        all: books(first: 3) { ...Card @include(if: $short) }
        node(id: $id) { id ... on Book { price } }
    }
    fragment Card on Book { called: title(short: $short) }"""

    assert used(body) == {
        "Query.books",
        "Query.books(first:)",
        "Query.node",
        "Query.node(id:)",
        "Book.title",
        "Book.title(short:)",
        "Book.price",
        "Node.id",
    }


def test_of_a_written_input_its_own_fields_are_used() -> None:
    assert used("{ books(filter: {price: {low: 1}, genres: [POETRY]}) { id } }") == {
        "Query.books",
        "Query.books(filter:)",
        "BookFilter.price",
        "BookFilter.genres",
        "Range.low",
        "Genre.POETRY",
        "Book.id",
    }


def test_of_a_variable_all_that_it_may_hold_is_used() -> None:
    assert used("query B($range: Range) { books(filter: {price: $range}) { __typename } }") == {
        "Query.books",
        "Query.books(filter:)",
        "BookFilter.price",
        "Range.low",
        "Range.high",
        "Book.__typename",
    }


def test_what_is_gone_from_the_schema_is_left_out() -> None:
    body = """query B($old: Old) {
        books(old: $old, filter: {old: OLD}) { id old(a: 1) { id } } old { id }
    }"""

    assert used(body) == {"Query.books", "Query.books(filter:)", "Book.id"}


def test_uses_are_added_up_by_element_and_client() -> None:
    monday, tuesday = date(2026, 11, 23), date(2026, 11, 24)
    uses = [
        ("acme", "query A { node(id: 1) { id } }", 2, tuesday),
        ("acme", "query B { books { id } node(id: 2) { id } }", 5, monday),
        ("bolt", "query A { node(id: 1) { id } }", 7, monday),
    ]

    assert uses_of_elements(SCHEMA, uses) == [
        ElementUse("Book.id", "acme", 5, monday),
        ElementUse("Node.id", "acme", 7, tuesday),
        ElementUse("Node.id", "bolt", 7, monday),
        ElementUse("Query.books", "acme", 5, monday),
        ElementUse("Query.node", "acme", 7, tuesday),
        ElementUse("Query.node", "bolt", 7, monday),
        ElementUse("Query.node(id:)", "acme", 7, tuesday),
        ElementUse("Query.node(id:)", "bolt", 7, monday),
    ]
