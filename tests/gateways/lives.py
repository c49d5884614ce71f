"""The same steps through several doors, each by somebody of its own."""

import re
from collections.abc import Mapping
from typing import Any, Protocol

_ID = re.compile(r"([a-z]+(?:_[a-z]+)*)_[0-9a-hjkmnp-tv-z]{26}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00")
_OWN = {"accessToken", "refreshToken", "secret", "number", "sha256", "startCursor", "endCursor"}


class Doors(Protocol):
    """The ways to the same graph, by their names."""

    def ask(
        self,
        door: str,
        headers: Mapping[str, str],
        query: str,
        variables: Mapping[str, Any] | None = None,
        /,
    ) -> dict[str, Any]:
        """Return what is answered to an operation."""


class Life:
    """What is done through one door, and what comes of it.

    Told of it is what another life has in common: what is unlike by its nature, such as times and
    secrets, by its kind; ids by the order in which they came; and `mine` is in all that has to be
    unlike.
    """

    def __init__(self, doors: Doors, door: str, mine: str) -> None:
        self._doors, self._door, self.mine = doors, door, mine
        self._ids: dict[str, str] = {}
        self.told: list[tuple[str, Any]] = []

    def run(
        self,
        name: str,
        document: str,
        variables: Mapping[str, Any],
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Run a mutation, keep what was answered, and return the payload."""
        answer = self._doors.ask(self._door, headers or {}, document, variables)
        # The errors of an answer are in no order.
        errors = sorted(answer.get("errors", []), key=lambda error: str(error.get("path")))
        self.told.append((name, self._in_kind({**answer, "errors": errors})))
        return next(iter((answer.get("data") or {"": None}).values()))

    def _in_kind(self, value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            # The order of names is no matter. @apollo/gateway tells of each error which subgraph it
            # is from, and no gateway where in the document.
            names = sorted(value.keys() - {"serviceName", "locations"})
            return {name: self._in_kind(value[name], name) for name in names}
        if isinstance(value, list):
            return [self._in_kind(each) for each in value]
        if value is not None and key in _OWN:
            return key
        if isinstance(value, str):
            return _TIME.sub("time", _ID.sub(self._numbered, value.replace(self.mine, "mine")))
        return value

    def _numbered(self, found: re.Match[str]) -> str:
        return self._ids.setdefault(found[0], f"{found[1]} {len(self._ids)}")


def codes(told: list[tuple[str, Any]]) -> list[str]:
    """Return the codes of all errors, step by step."""
    found = []
    for _, answer in told:
        found += [each["extensions"]["code"] for each in answer.get("errors", [])]
        for payload in (answer.get("data") or {}).values():
            found += [each["code"] for each in (payload or {}).get("errors", [])]
    return found
