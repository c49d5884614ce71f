"""Holds all ways to the same answers before any is measured."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.graph.load import LoadClient
from benchmarks.graph.operations import Operation
from benchmarks.graph.servers import Server
from benchmarks.graph.shop import Shop
from benchmarks.graph.ways import WAYS
from core.errors import SetupError

SAMPLES = 3
# What a write makes anew: ids, secrets, numbers and times differ from one way to the next.
_MADE_ID = re.compile(r"(cart|cart_line|order)_[0-9a-z]{26}")
_MADE_KEYS = {"secret", "number", "placedAt"}


async def require_same_answers(
    shop: Shop, servers: Mapping[str, Server], client: LoadClient, operation: Operation
) -> None:
    """Raise SetupError where two ways answer the same calls with other data."""
    answers: dict[str, list[Any]] = {}
    for way, server in servers.items():
        # The same picks for each way, of which a write needs carts of its own.
        shop.pick.seed(operation.name)
        units = await operation.units(shop, SAMPLES)
        requests = [[WAYS[way].request(call, shop.api_key) for call in unit] for unit in units]
        answered = client.answers(server, requests)
        answers[way] = [_told_apart(each) if operation.is_write else each for each in answered]
    first, *others = answers
    for other in others:
        for one, another in zip(answers[first], answers[other], strict=True):
            if one != another:
                where = "\n  ".join(_differences(one, another, "data"))
                raise SetupError(
                    f"{first} and {other} answer {operation.name} differently:\n  {where}"
                )


def _told_apart(answer: Any) -> Any:  # noqa: ANN401 - JSON.
    match answer:
        case dict():
            return {
                key: "made anew" if key in _MADE_KEYS else _told_apart(value)
                for key, value in answer.items()
            }
        case list():
            return [_told_apart(each) for each in answer]
        case str() if _MADE_ID.fullmatch(answer):
            return "made anew"
        case _:
            return answer


def _differences(one: Any, another: Any, path: str) -> Sequence[str]:  # noqa: ANN401 - JSON.
    """Name the places where two answers differ, by their paths."""
    if isinstance(one, dict) and isinstance(another, dict) and one.keys() == another.keys():
        pairs = [(f"{path}.{key}", one[key], another[key]) for key in one]
    elif isinstance(one, list) and isinstance(another, list) and len(one) == len(another):
        pairs = [(f"{path}.{n}", *each) for n, each in enumerate(zip(one, another, strict=True))]
    else:
        return [] if one == another else [f"{path}: {one!s:.200} / {another!s:.200}"]
    return [line for place, a, b in pairs for line in _differences(a, b, place)][:5]
