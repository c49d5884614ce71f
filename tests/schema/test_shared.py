"""What every subgraph shares."""

from datetime import date
from enum import Enum

import strawberry
from graphql import print_type

from execution.deprecations import replaced_by
from schema.shared import publish_enum


class Sort(Enum):
    NAME = "name"
    TITLE = "title"


def test_a_value_of_an_enum_can_be_deprecated() -> None:
    publish_enum(
        Sort,
        "How books are sorted.",
        {"NAME": "By name.", "TITLE": "By title."},
        deprecated={
            "NAME": replaced_by("Sort.TITLE", "books have titles", until=date(2027, 5, 1)),
        },
    )

    @strawberry.type
    class Query:
        sort: Sort

    core = strawberry.Schema(Query)._schema  # noqa: SLF001 - Strawberry has no other way.

    assert print_type(core.type_map["Sort"]) == (
        '"""How books are sorted."""\n'
        "enum Sort {\n"
        '  """By name."""\n'
        '  NAME @deprecated(reason: "Use `Sort.TITLE`: books have titles. Removed after'
        ' 2027-05-01.")\n'
        "\n"
        '  """By title."""\n'
        "  TITLE\n"
        "}"
    )
