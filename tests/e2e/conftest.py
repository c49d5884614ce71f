"""The shop as its users meet it: its own commands in processes of their own, over sockets."""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from core.embedded.ports import free_port
from core.settings import ROOT, Settings

PYSHOP = ROOT / "bin" / "pyshop"


def environment(settings: Settings) -> dict[str, str]:
    """Return the variables that give a command these settings and no others of ours."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYSHOP_")}
    # What a whole shop's life costs is more than one address may spend in a minute.
    budgets = {"budget_per_minute": 10**9, "staff_budget_per_minute": 10**9}
    return clean | settings.model_copy(update=budgets).environment()


def pyshop(settings: Settings, *arguments: str | Path, given: str = "") -> str:
    """Run a command of the shop to its end and return what it said; `given` is its input."""
    done = subprocess.run(  # noqa: S603 - The shop's own command.
        [PYSHOP, *arguments],
        env=environment(settings),
        input=given,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def import_icecat(settings: Settings, icecat: Path, folder: Path) -> None:
    """Import the real catalogue from a copy, beside which the rejects would be."""
    file = folder / "catalog.jsonl.gz"
    file.write_bytes((icecat / "catalog.jsonl.gz").read_bytes())
    assert "19,406 lines" in pyshop(settings, "catalog", "import", file)
    assert list(folder.glob("*.rejects.jsonl")) == []


@contextmanager
def served(settings: Settings, log: Path) -> Iterator[str]:
    """Serve the shop and yield its address; it must end in order when told to."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command: list[str | Path] = [PYSHOP, "serve", "--port", str(port)]
    with running(command, environment(settings), log, ready=f"{url}/health/ready"):
        yield url


@contextmanager
def running(
    command: Sequence[str | Path], env: Mapping[str, str], log: Path, *, ready: str
) -> Iterator[None]:
    """Run a server that is there once it answers at `ready`; it must end in order when told to."""
    with log.open("w") as output:
        server = subprocess.Popen(  # noqa: S603 - A command of ours.
            command, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _wait_until_ready(ready, server, log)
        yield
    finally:
        server.terminate()
        assert server.wait(timeout=30) == 0, log.read_text()


def _wait_until_ready(ready: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(ready).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(log.read_text())
