"""Entity tags of HTTP, by which a client that has a body is not sent it again (RFC 9110)."""

import hashlib


def entity_tag(content: bytes) -> str:
    """Return the strong tag of some content; other content has another."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def is_known(tag: str, if_none_match: str | None) -> bool:
    """Whether a request's `If-None-Match` has the tag of what would be sent (section 13.1.2)."""
    known = if_none_match or ""
    # It compares weakly: a tag counts whether or not a proxy has marked it so.
    tags = [each.strip().removeprefix("W/") for each in known.split(",")]
    return known.strip() == "*" or tag in tags
