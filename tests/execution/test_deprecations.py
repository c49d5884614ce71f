"""A deprecation has a plan, and nothing is removed before the plan says so."""

from datetime import date

import pytest
from graphql import build_schema

from execution.deprecations import deprecations, premature, unplanned

TODAY = date(2027, 5, 1)
ENDED = '@deprecated(reason: "Use `Query.new`: it is better. Removed after 2027-04-30.")'
ENDS_TODAY = '@deprecated(reason: "Use `Query.new`: it is better. Removed after 2027-05-01.")'

OLD = """
interface Named { name: String }
union Found = Old | New
enum Sort { NAME AGE }

type Old implements Named { name: String, part: Part }
type Part { size: Int! }
type New implements Named { name: String }

input Filter { name: String, born: Int }

type Query {
  old(age: Int, sort: Sort, filter: Filter): Old
  new: New
  find: Found
  named: Named
}
"""


def changed(sdl: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert old in sdl
        sdl = sdl.replace(old, new)
    return sdl


def faults(old: str, new: str) -> list[str]:
    return premature(build_schema(old), build_schema(new), TODAY)


ELEMENTS = [
    ("part: Part", (", part: Part", ""), "Field Old.part was removed."),
    ("size: Int!", ("size: Int!", "size: Int"), "Field Part.size changed type from Int! to Int."),
    ("age: Int", ("age: Int, sort", "sort"), "Argument Query.old(age:) was removed."),
    (
        "sort: Sort",
        ("sort: Sort", "sort: Int"),
        "Argument Query.old(sort:) has changed type from Sort to Int.",
    ),
    ("NAME", ("NAME AGE", "AGE"), "Enum value Sort.NAME was removed."),
    ("born: Int", (", born: Int", ""), "Field Filter.born was removed."),
]


@pytest.mark.parametrize(("element", "change", "fault"), ELEMENTS)
def test_only_what_was_deprecated_until_a_day_before_may_change(
    element: str, change: tuple[str, str], fault: str
) -> None:
    new = changed(OLD, change)

    for deprecated in ("", ENDS_TODAY, '@deprecated(reason: "Old.")'):
        before = changed(OLD, (element, f"{element} {deprecated} "))
        assert faults(before, new) == [fault]
    assert faults(changed(OLD, (element, f"{element} {ENDED} ")), new) == []


def test_an_argument_that_becomes_required_is_named_whatever_was_deprecated() -> None:
    before = changed(OLD, ("sort: Sort", f"sort: Sort {ENDED}"))

    assert faults(before, changed(OLD, ("sort: Sort", "sort: Sort!"))) == [
        "A required argument Query.old(sort:) was added."
    ]


def test_an_argument_that_loses_its_default_is_named() -> None:
    before = changed(OLD, ("sort: Sort", "sort: Sort! = NAME"))

    assert faults(before, changed(OLD, ("sort: Sort", "sort: Sort!"))) == [
        "The default of Query.old(sort:) was removed."
    ]


def test_a_type_goes_with_the_field_that_leads_to_it() -> None:
    without = [(", part: Part", ""), ("type Part { size: Int! }", "")]

    assert faults(OLD, changed(OLD, *without)) == [
        "Part was removed.",
        "Field Old.part was removed.",
    ]
    assert faults(changed(OLD, ("part: Part", f"part: Part {ENDED}")), changed(OLD, *without)) == []


def test_a_type_leaves_a_union_when_all_of_its_fields_may_go() -> None:
    new = changed(
        OLD,
        ("type Old implements Named { name: String, part: Part }", ""),
        ("type Part { size: Int! }", ""),
        ("Old | New", "New"),
        ("  old(age: Int, sort: Sort, filter: Filter): Old", ""),
        ("enum Sort { NAME AGE }", ""),
        ("input Filter { name: String, born: Int }", ""),
    )
    own = ("{ name: String, part: Part }", f"{{ name: String {ENDED}, part: Part {ENDED} }}")
    field = ("filter: Filter): Old", f"filter: Filter): Old {ENDED}")

    assert faults(changed(OLD, own, field), new) == []
    assert "Old was removed from union type Found." in faults(changed(OLD, field), new)
    assert "Field Query.old was removed." in faults(changed(OLD, own), new)


def test_additions_are_no_removals() -> None:
    new = changed(OLD, ("NAME AGE", "NAME AGE SIZE"), ("new: New", "new(age: Int): New!"))

    assert faults(OLD, new) == []


@pytest.mark.parametrize(
    ("reason", "fault"),
    [
        ("Use `Query.new`: it is better. Removed after 2027-05-01.", []),
        ("Use `New.name`: it is better. Removed after 2027-05-01.", []),
        (
            "Use `Query.newer`: it is better. Removed after 2027-05-01.",
            ["Query.old: Query.newer, its successor, is missing or deprecated."],
        ),
        (
            "Use `Query.old`: it is better. Removed after 2027-05-01.",
            ["Query.old: Query.old, its successor, is missing or deprecated."],
        ),
        *(
            (each, [f"Query.old: “{each}” is not “Use `…`: … . Removed after 2027-05-01.”"])
            for each in (
                "No longer supported",
                "Use `Query.new`. Removed after 2027-05-01.",
                "Use `Query.new`: it is better.",
                "Use `Query.new`: it is better. Removed after 2027-13-01.",
            )
        ),
    ],
)
def test_a_deprecation_names_a_successor_and_a_day(reason: str, fault: list[str]) -> None:
    schema = build_schema(
        changed(
            OLD, ("filter: Filter): Old", f'filter: Filter): Old @deprecated(reason: "{reason}")')
        )
    )

    assert deprecations(schema) == {"Query.old": reason}
    assert list(unplanned(schema)) == fault


@pytest.mark.parametrize("element", [each for each, *_ in ELEMENTS])
def test_a_deprecation_is_found_wherever_it_is(element: str) -> None:
    schema = build_schema(changed(OLD, (element, f"{element} @deprecated ")))

    (fault,) = unplanned(schema)
    assert "No longer supported" in fault
