"""Finds, starts and stops the servers' processes."""

import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # It ships no types.
from loguru import logger

from core.embedded.account import OURSELVES, Account
from core.errors import SetupError


@dataclass(frozen=True)
class Server:
    """A server that works in `folder` and writes its process id into a file there."""

    name: str
    folder: Path
    pid_file: Path
    log: Path

    def pid(self) -> int | None:
        try:
            return int(self.pid_file.read_text().splitlines()[0])
        except (FileNotFoundError, ValueError, IndexError):
            return None

    def process(self) -> psutil.Process | None:
        """Return the running server; a file left by a crash, its id reused or not, gives None."""
        pid = self.pid()
        return psutil.Process(pid) if pid is not None and self._runs_as(pid) else None

    def stop(self, request: signal.Signals) -> None:
        process = self.process()
        if process is None:
            return
        with suppress(psutil.NoSuchProcess):
            process.send_signal(request)
        if not wait_until(lambda: not self._runs_as(process.pid)):
            logger.error("{} does not stop: process {}", self.name, process.pid)

    def failure(self, said: str = "") -> SetupError:
        """Make the error for a start that failed, from what the program said and its log."""
        log = self.log.read_text(errors="replace") if self.log.exists() else ""
        lines = [line for line in (said + log).splitlines() if line.strip()]
        last_lines = " / ".join(lines[-6:])
        return SetupError(f"{self.name} did not start in {self.folder}: {last_lines}")

    def _runs_as(self, pid: int) -> bool:
        # Both servers make their data folder the working directory, which no stranger that was
        # given an old id would have. A zombie has none, so it counts as stopped.
        try:
            process = psutil.Process(pid)
            return process.name() == self.name and self._works_here(process)
        except psutil.Error:
            return False

    def _works_here(self, process: psutil.Process) -> bool:
        try:
            return bool(process.cwd() == str(self.folder))
        except psutil.AccessDenied:
            # Root in a container may not look into PostgreSQL, which is another user's process;
            # its arguments are open to everyone and name the folder.
            return str(self.folder) in process.cmdline()


def run(
    server: Server,
    command: Sequence[Path | str],
    *,
    account: Account = OURSELVES,
    stdin: str = "",
) -> None:
    """Run a program to its end; raises SetupError with its last words when it fails."""
    done = subprocess.run(  # noqa: S603 - our own binaries and arguments, without a shell
        command,
        user=account.user,
        group=account.group,
        extra_groups=account.extra_groups,
        cwd=server.folder,
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise server.failure(done.stdout)


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> bool:
    """Tell whether the condition came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
