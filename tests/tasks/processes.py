"""Workers, and what else is to be killed, in processes of their own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.settings import ROOT, Settings


@contextmanager
def worker(
    settings: Settings, log: Path, *, outdated: str | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a worker; one that still lives at the end must end in order.

    Warnings are errors; `outdated` is a module of somebody else's that uses what is deprecated.
    """
    warnings = ["-W", "error"]
    if outdated is not None:
        warnings += ["-W", f"ignore::DeprecationWarning:{outdated}"]
    process = _python(settings, log, *warnings, "-m", "app", "worker")
    try:
        yield process
    finally:
        lived = process.poll() is None
        process.terminate()
        status = process.wait(timeout=30)
    assert status == 0 or not lived, log.read_text()


@contextmanager
def module(
    settings: Settings, log: Path, name: str, *arguments: object
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a module of the tests, which is killed at the end."""
    process = _python(settings, log, "-W", "error", "-m", name, *map(str, arguments))
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _python(settings: Settings, log: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYSHOP_")}
    with log.open("a") as output:
        return subprocess.Popen(  # noqa: S603 - A command of ours.
            [sys.executable, *arguments],
            cwd=ROOT,
            env=clean | settings.environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
