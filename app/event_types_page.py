"""The page about the types of events, written from their declarations."""

import json
from collections.abc import Iterator
from datetime import datetime
from types import NoneType, UnionType
from typing import Any, get_args, get_origin

from core.settings import Settings
from services.event_types import EVENT_TYPES, EventType, Payload

PATH = "docs/event-types.md"

_INTRODUCTION = """# Types of events

`bin/pyshop schema events` writes this page from `services/event_types.py`. What may be relied on
is in [events.md](events.md).

Every event has an `id`, its `type` and the `version` of that, a `sequence` among the events of its
aggregate, a `cursor`, the time when it `occurredAt`, its `aggregate` with `type` and `id`, and a
payload: a snapshot of the aggregate as the event left it. A new part of a payload is no new
version of a type; any other change is.

The events of orders are kept for ever, others for `PYSHOP_EVENT_DAYS`; of each aggregate the last
one always is. Those for admins only are told to nobody else by the feed, and by no webhook.

| type | version | what happened | payload | told to | kept |
|---|---|---|---|---|---|
"""
_NAMES = {str: "string", int: "integer", datetime: "time (ISO 8601)"}


def event_types_page() -> str:
    """Return the page: all types, and then what their payloads say."""
    payloads = dict.fromkeys(each.payload for each in EVENT_TYPES.values())
    below = dict.fromkeys(part for each in payloads for part in _within(each))
    types = "".join(map(_type, EVENT_TYPES.values()))
    parts = [
        *(_payload(each, has_example=True) for each in payloads),
        *(_payload(each, has_example=False) for each in below),
    ]
    return "\n".join([_INTRODUCTION + types, "## Payloads\n", *parts])


def _type(each: EventType[Any]) -> str:
    audience = "admins only" if each.is_private else "partners too"
    days = Settings.model_fields["event_days"].default
    kept = "for ever" if each.lasts else f"{days} days"
    cells = [f"`{each.name}`", each.version, each.description, _link(each.payload), audience, kept]
    return f"| {' | '.join(map(str, cells))} |\n"


def _payload(payload: type[Payload], *, has_example: bool) -> str:
    rows = [
        f"| `{field.alias}` | {_name(field.annotation)} | {field.description} |"
        for field in payload.model_fields.values()
    ]
    table = "\n".join(["| part | type | what it says |", "|---|---|---|", *rows])
    page = f"### {payload.__name__}\n\n{payload.__doc__}\n\n{table}\n"
    if not has_example:
        return page
    return f"{page}\n```json\n{json.dumps(example(payload), indent=2)}\n```\n"


def example(payload: type[Payload]) -> dict[str, Any]:
    """Return a payload that holds the examples of all its parts."""
    return {
        field.alias or name: _value(field.annotation, field.examples)
        for name, field in payload.model_fields.items()
    }


def _value(annotation: Any, examples: list[Any] | None) -> Any:  # noqa: ANN401 - any JSON.
    if examples:
        return examples[0]
    (inner,) = _payloads(annotation)
    return [example(inner)] if get_origin(annotation) is list else example(inner)


def _name(annotation: Any) -> str:  # noqa: ANN401 - any type that a payload may have.
    if get_origin(annotation) is UnionType:
        (given,) = (each for each in get_args(annotation) if each is not NoneType)
        return f"{_name(given)} or null"
    if get_origin(annotation) is list:
        return f"list of {_name(get_args(annotation)[0])}"
    return _NAMES.get(annotation) or _link(annotation)


def _link(payload: type[Payload]) -> str:
    return f"[{payload.__name__}](#{payload.__name__.lower()})"


def _within(payload: type[Payload]) -> Iterator[type[Payload]]:
    """Find the payloads that are parts of one, at any depth."""
    for field in payload.model_fields.values():
        for inner in _payloads(field.annotation):
            yield inner
            yield from _within(inner)


def _payloads(annotation: Any) -> list[type[Payload]]:  # noqa: ANN401 - as above.
    parts = get_args(annotation) or (annotation,)
    return [each for each in parts if isinstance(each, type) and issubclass(each, Payload)]
