"""The servers under load: started, asked whether they are there, and what they take."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import psutil  # type: ignore[import-untyped]  # It ships no types.

from core.embedded.ports import free_port
from core.errors import SetupError
from core.settings import ROOT

_PATIENCE_SECONDS = 60


class Server:
    """One process that answers at `url`, with the children that it may have."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
        self.name = log.stem
        self.url = f"http://127.0.0.1:{port}"
        self._address = ("127.0.0.1", port)
        self._log = log
        self._started = process
        self._process = psutil.Process(process.pid)

    def wait_until_there(self) -> None:
        """Return once the server answers; raises SetupError where it does not start."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline and self._started.poll() is None:
            try:
                # Uvicorn listens when the application has started. To connect costs less than a
                # request, and so takes nothing from a start that is timed.
                socket.create_connection(self._address).close()
            except OSError:
                time.sleep(0.01)
            else:
                return
        raise SetupError(f"{self.name} does not start: {self._log.read_text()[-2000:]}")

    def cpu_seconds(self) -> float:
        return cpu_seconds(self._process)

    def memory_megabytes(self) -> float:
        tree = [self._process, *self._process.children(recursive=True)]
        return float(sum(each.memory_info().rss for each in tree) / 1024**2)


def cpu_seconds(process: psutil.Process) -> float:
    """Return what a process and its children have taken, those that ended included."""
    ended = process.cpu_times()
    taken = float(ended.children_user + ended.children_system)
    for each in [process, *process.children(recursive=True)]:
        try:
            times = each.cpu_times()
        except psutil.NoSuchProcess:
            continue
        taken += float(times.user + times.system)
    return taken


@contextmanager
def served(command: Sequence[str], environment: dict[str, str], *, log: Path) -> Iterator[Server]:
    """Start a server of the repository, to which `--port N` is added, and stop it at the end.

    It has the name of its log, and is to be waited for.
    """
    port = free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYSHOP_")}
    with log.open("w") as output:
        process = subprocess.Popen(  # noqa: S603 - Commands of the repository.
            [*command, "--port", str(port)],
            cwd=ROOT,
            env=clean | environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Server(process, port, log)
    finally:
        process.terminate()
        process.wait(timeout=_PATIENCE_SECONDS)


class _Sink(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - The library's name.
        """Say nothing."""


@contextmanager
def span_sink() -> Iterator[str]:
    """Take what tracing exports, and yield the endpoint for it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Sink)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/traces"
    finally:
        server.shutdown()
        server.server_close()
