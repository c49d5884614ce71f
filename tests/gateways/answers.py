"""What two answers to the same operation must have in common."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, TypeAlias

Answer: TypeAlias = Mapping[str, Any]
Path: TypeAlias = tuple[str | int, ...]
Error: TypeAlias = tuple[Path, str, str]


def assert_same(whole: Answer, other: Answer, gateway: str) -> None:
    """Hold the answer of a gateway against that of the whole graph: data, and errors by place.

    Where an error made more than its own field null, an answer need not tell all the errors there,
    by the specification; two executions agree when they tell one in common.
    """
    # Where a subgraph answers null for an object, as an error below it reached the object, Hive
    # tells the error at the first field that was asked of the object.
    told = _at_object if gateway == "hive" else _as_it_is
    assert other.get("data") == whole.get("data")
    expected, found = _errors_by_place(whole), _errors_by_place(other)
    assert found.keys() == expected.keys()
    for place, errors in expected.items():
        if all(path == place for path, _, _ in errors):
            assert sorted(found[place]) == sorted(errors)
        else:
            assert {*map(told, found[place])} & {*map(told, errors)}, (found[place], errors)


def _as_it_is(error: Error) -> Error:
    return error


def _at_object(error: Error) -> Error:
    path, message, values = error
    return path[:-1], message, values


def codes(answer: Answer) -> list[tuple[Path, str]]:
    """Return the path and the code of each error."""
    return [(_path(error), error["extensions"]["code"]) for error in answer.get("errors", [])]


def _errors_by_place(answer: Answer) -> dict[Path, list[Error]]:
    """Group the errors of an answer by where its data became null of them."""
    places = defaultdict(list)
    for error in answer.get("errors", []):
        # @apollo/gateway tells of each error which subgraph it is from, and cannot be told not to.
        values = {name: each for name, each in error["extensions"].items() if name != "serviceName"}
        told = (_path(error), error["message"], str(sorted(values.items())))
        places[_nulled(answer.get("data"), _path(error))].append(told)
    return places


def _path(error: Mapping[str, Any]) -> Path:
    return tuple(error.get("path") or ())


def _nulled(data: Any, path: Path) -> Path:
    for depth, step in enumerate(path):
        if data is None:
            return path[:depth]
        data = data[step]
    return path
