"""Builds and runs the load client."""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from benchmarks.graph.servers import Server
from core.errors import SetupError

SOURCE = Path(__file__).parent.parent / "load"

Requests = Sequence[Sequence[dict[str, Any]]]


@dataclass(frozen=True)
class Answered:
    """What the client saw; times are of whole units."""

    count: int
    seconds: float
    rps: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float


class LoadClient:
    def __init__(self, folder: Path) -> None:
        """Build the client in a folder; raises SetupError where there is no Go."""
        go = shutil.which("go")
        if go is None:
            raise SetupError("The load client needs Go: install it, and put `go` on the PATH.")
        self._program = folder / "load"
        self._units = folder / "units.jsonl"
        subprocess.run([go, "build", "-o", self._program, "."], cwd=SOURCE, check=True)  # noqa: S603 - Our own program.

    def measure(
        self, server: Server, units: Requests, *, concurrency: int, seconds: float, once: bool
    ) -> Answered:
        """Send units for some seconds; raises SetupError with the reason when one fails."""
        options = [f"-concurrency={concurrency}", f"-seconds={seconds}", f"-once={once}"]
        return Answered(**orjson.loads(self._run(server, units, *options)))

    def answers(self, server: Server, units: Requests) -> list[Any]:
        """Send each unit once and return all answers; raises SetupError when one fails."""
        return [orjson.loads(each) for each in self._run(server, units, "-show").splitlines()]

    def _run(self, server: Server, units: Requests, *options: str) -> bytes:
        lines = [orjson.dumps({"requests": unit}) for unit in units]
        self._units.write_bytes(b"\n".join(lines))
        done = subprocess.run(  # noqa: S603 - Our own program.
            [self._program, f"-url={server.url}", f"-units={self._units}", *options],
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise SetupError(f"{server.name} fails: {done.stderr.decode()}")
        return done.stdout
