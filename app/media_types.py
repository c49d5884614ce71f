"""What a body is written in, and what its sender can read (RFC 9110, section 12.5.1)."""

import re
from functools import lru_cache

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
HTML = "text/html"
PARTS = "multipart/mixed"

_QUALITY = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")


# Clients send few different headers, each with every request.
@lru_cache(100)
def is_json(content_type: str | None) -> bool:
    """Whether a body is declared to be JSON in UTF-8, which JSON is where it says no charset."""
    media_type, parameters = _parse(content_type or "")
    return media_type == JSON and _is_utf8(parameters)


def accepts_html(accept: str) -> bool:
    """Whether HTML is asked for by name, as browsers do; most clients take anything."""
    return _qualities(accept).get(HTML, 0) > 0


def accepts_parts(accept: str) -> bool:
    """Whether the parts of an answer are taken one by one."""
    return _qualities(accept).get(PARTS, 0) > 0


@lru_cache(100)
def answer_type(accept: str | None) -> str | None:
    """Return the media type to answer in, or None for a client that can read neither.

    Only those who name the newer type get it: who takes anything expects plain JSON.
    """
    qualities = _qualities(accept or "*/*")
    ranges = (JSON, "application/*", "*/*")
    plain = next((qualities[each] for each in ranges if each in qualities), 0.0)
    named = qualities.get(GRAPHQL_JSON, 0.0)
    if not named and not plain:
        return None
    return GRAPHQL_JSON if named >= plain else JSON


def _qualities(accept: str) -> dict[str, float]:
    ranges = [_parse(each) for each in accept.split(",")]
    return {
        media_range: _quality(parameters)
        for media_range, parameters in ranges
        if _is_utf8(parameters)
    }


def _quality(parameters: dict[str, str]) -> float:
    given = parameters.get("q", "1")
    return float(given) if _QUALITY.fullmatch(given) else 0.0


def _is_utf8(parameters: dict[str, str]) -> bool:
    return parameters.get("charset", "utf-8") == "utf-8"


def _parse(header: str) -> tuple[str, dict[str, str]]:
    media_type, *rest = (part.strip().lower() for part in header.split(";"))
    pairs = (part.partition("=") for part in rest)
    return media_type, {name.strip(): value.strip(' "') for name, _, value in pairs}
