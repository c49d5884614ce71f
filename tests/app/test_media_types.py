import pytest

from app.media_types import accepts_html, answer_type, is_json

JSON = "application/json"
MODERN = "application/graphql-response+json"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (MODERN, MODERN),
        ("Application/GraphQL-Response+JSON ; charset=UTF-8", MODERN),
        (f"{MODERN}, {JSON};q=0.9", MODERN),
        (f"{JSON}, {MODERN}", MODERN),
        (f"{JSON}, {MODERN};q=0.9", JSON),
        (f"{MODERN}, */*;q=0.1", MODERN),
        (f"{MODERN};q=0, */*", JSON),
        (f"{JSON};q=0, */*", None),
        ("text/html, application/xhtml+xml, */*;q=0.8", JSON),
        ("text/html", None),
        ("image/*, text/*", None),
        (f"{JSON};q=0", None),
        (f"{JSON};q=2", None),
        (f"{JSON};q=nan", None),
        (f"{JSON}; charset=latin-1", None),
        (f'{JSON}; charset="utf-8"', JSON),
        ("nonsense", None),
        (";;,=,", None),
    ],
)
def test_an_answer_comes_in_the_type_that_is_wanted_most(
    accept: str | None, expected: str | None
) -> None:
    assert answer_type(accept) == expected


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", True),
        ("*/*", False),
        ("text/*", False),
        ("text/html;q=0", False),
        ("application/xhtml+xml;x=text/html", False),
    ],
)
def test_html_is_for_those_who_name_it(accept: str, expected: bool) -> None:  # noqa: FBT001 - the outcome.
    assert accepts_html(accept) is expected


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        (JSON, True),
        ("application/JSON;charset=UTF-8", True),
        (f"{JSON}; charset=utf-16", False),
        ("text/plain, application/json", False),
        ("text/plain; application/json", False),
        ("application/jsonp", False),
        (None, False),
    ],
)
def test_json_is_told_by_its_whole_type(content_type: str | None, expected: bool) -> None:  # noqa: FBT001 - the outcome.
    assert is_json(content_type) is expected
