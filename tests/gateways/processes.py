"""The graph whole and in slices over one database, and two gateways that join the slices."""

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from core.embedded.ports import free_port
from core.settings import Settings
from schema.graph import SUBGRAPHS
from tests.e2e.conftest import running, served
from tests.node import FOLDER

HIVE = FOLDER / "node_modules" / ".bin" / "hive-gateway"
GATEWAYS = ("hive", "apollo")


@dataclass(frozen=True)
class Doors:
    """The ways to the same graph: `whole`, and each of the gateways."""

    urls: Mapping[str, str]
    http: httpx.Client

    def ask(
        self,
        door: str,
        headers: Mapping[str, str],
        query: str,
        variables: Mapping[str, Any] | None = None,
        **body: str,
    ) -> dict[str, Any]:
        """Return what is answered to an operation."""
        asked = {"query": query, "variables": variables or {}, **body}
        response = self.http.post(self.urls[door], json=asked, headers=headers)
        answer: dict[str, Any] = response.json()
        return answer


@contextmanager
def doors_to(settings: Settings, folder: Path) -> Iterator[Doors]:
    """Serve the graph whole and in slices, and the gateways over the slices."""
    views = [settings.model_copy(update={"subgraph": name}) for name in (None, *SUBGRAPHS)]
    logs = [folder / f"{each.subgraph or 'whole'}.log" for each in views]
    with _together(list(map(served, views, logs))) as (whole, *subgraphs):
        supergraph = folder / "supergraph.graphql"
        supergraph.write_text(_composed(dict(zip(SUBGRAPHS, subgraphs, strict=True))))
        with (
            _together([_hive(supergraph), _apollo(supergraph)]) as (hive, apollo),
            httpx.Client(timeout=60) as http,
        ):
            urls = {"whole": whole, "hive": hive, "apollo": apollo}
            yield Doors({door: f"{url}/graphql" for door, url in urls.items()}, http)


@contextmanager
def _together(servers: Sequence[AbstractContextManager[str]]) -> Iterator[list[str]]:
    """Start servers at once, yield where they are, and stop them at once."""
    stacks = [ExitStack() for _ in servers]
    with ThreadPoolExecutor(len(servers)) as pool:
        starts = [
            pool.submit(stack.enter_context, server)
            for stack, server in zip(stacks, servers, strict=True)
        ]
        # One that does not start must not leave others behind that have not started yet.
        wait(starts)
        try:
            yield [each.result() for each in starts]
        finally:
            list(pool.map(ExitStack.close, stacks))


def _composed(urls: Mapping[str, str]) -> str:
    subgraphs = [f"{name}={url}/graphql" for name, url in urls.items()]
    done = subprocess.run(  # noqa: S603 - A script of our own.
        ["node", FOLDER / "supergraph.mjs", *subgraphs],  # noqa: S607 - As in run_script.
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def _hive(supergraph: Path) -> Iterator[str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command: list[str | Path] = [HIVE, "supergraph", supergraph, "--host", "127.0.0.1"]
    command += ["--port", str(port), "--config-path", FOLDER / "gateway.config.mjs"]
    log = supergraph.with_name("hive.log")
    with running(command, os.environ, log, ready=f"{url}/readiness"):
        yield url


@contextmanager
def _apollo(supergraph: Path) -> Iterator[str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command: list[str | Path] = ["node", FOLDER / "apollo-gateway.mjs", supergraph, str(port)]
    with running(command, os.environ, supergraph.with_name("apollo.log"), ready=url):
        yield url
