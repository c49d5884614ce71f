"""Workers in processes of their own."""

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
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYSHOP_")}
    with log.open("a") as output:
        process = subprocess.Popen(  # noqa: S603 - A command of ours.
            [sys.executable, *warnings, "-m", "app.cli", "worker"],
            cwd=ROOT,
            env=clean | settings.environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        lived = process.poll() is None
        process.terminate()
        status = process.wait(timeout=30)
    assert status == 0 or not lived, log.read_text()
