"""The five ways to answer an operation, and how each is asked."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from benchmarks.graph.documents import DOCUMENTS
from core.settings import ROOT, Settings

# One document in a hundred is traced; the exporter is in the process, and what receives its spans
# is not measured. https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
SHOP = [str(ROOT / "bin" / "pyshop"), "serve"]
SAMPLING = {"OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.01"}


@dataclass(frozen=True)
class Call:
    """One request, before it is written in the language of a way.

    `captures` maps names to paths into the answer, which later calls of the unit may use in their
    variables and headers as `{{name}}`; `expect` is a text that the answer has to hold.
    """

    operation: str
    variables: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)
    captures: Mapping[str, str] = field(default_factory=dict)
    expect: str = ""


@dataclass(frozen=True)
class Way:
    name: str
    command: Sequence[str]
    environment: Callable[[Settings], dict[str, str]]
    path: Callable[[str], str]
    body: Callable[[Call], Mapping[str, Any]]
    # Whether the calls carry the key of the partner that has published the documents.
    has_key: bool = False

    def request(self, call: Call, api_key: str) -> dict[str, Any]:
        """Write a call as the load client reads it."""
        headers = {"Content-Type": "application/json", **call.headers}
        if self.has_key:
            headers["X-API-Key"] = api_key
        return {
            "method": "POST",
            "path": self.path(call.operation),
            "headers": headers,
            "body": orjson.dumps(self.body(call)).decode(),
            "captures": call.captures,
            "expect": call.expect,
        }


def _shop_environment(settings: Settings) -> dict[str, str]:
    return settings.environment() | SAMPLING


def _reference_command(name: str) -> list[str]:
    factory = f"benchmarks.references.{name}:create_app"
    options = ["--factory", "--log-level", "warning", "--no-access-log"]
    return [sys.executable, "-m", "uvicorn", factory, *options]


def _reference_environment(settings: Settings) -> dict[str, str]:
    return {
        "BENCH_DATABASE_URL": settings.database_url or "",
        "PYSHOP_SECRET_KEY": settings.environment()["PYSHOP_SECRET_KEY"],
    }


def _graphql(_operation: str) -> str:
    return "/graphql"


def _text(call: Call) -> Mapping[str, Any]:
    return {"query": DOCUMENTS[call.operation].body, "variables": call.variables}


def _hash(call: Call) -> Mapping[str, Any]:
    persisted = {"version": 1, "sha256Hash": DOCUMENTS[call.operation].sha256.hex()}
    return {"extensions": {"persistedQuery": persisted}, "variables": call.variables}


def _reference(name: str) -> Way:
    return Way(
        name,
        _reference_command(name),
        _reference_environment,
        lambda operation: f"/{operation}",
        lambda call: call.variables,
    )


WAYS = {
    way.name: way
    for way in (
        _reference("limit"),
        _reference("rows"),
        Way("plain", _reference_command("plain"), _reference_environment, _graphql, _text),
        Way("adhoc", SHOP, _shop_environment, _graphql, _text),
        Way("trusted", SHOP, _shop_environment, _graphql, _hash, has_key=True),
    )
}
