"""Runs a worker in a process beside this one."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from loguru import logger

from core.settings import ROOT, Settings

# Longer than a handler may take, so that what is being done is finished.
_STOP_SECONDS = 35


@contextmanager
def worker_beside(settings: Settings) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a worker until the context ends; its death before that is told in the log."""
    environment = os.environ | settings.environment() | {"PYTHONPATH": str(ROOT)}
    # A Ctrl-C in the terminal must not end it before the API, whose last events it handles.
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "worker"], env=environment, start_new_session=True
    )
    ending = Event()
    Thread(target=_watch, args=(process, ending), daemon=True).start()
    try:
        yield process
    finally:
        ending.set()
        _stop(process)


def _watch(process: "subprocess.Popen[bytes]", ending: Event) -> None:
    status = process.wait()
    if not ending.is_set():
        logger.error(
            "The worker died with status {}: mails and live updates wait. Start the shop again, or"
            " another worker by bin/pyshop worker.",
            status,
        )


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_SECONDS)
    finally:
        # One that does not end, or a second Ctrl-C here; what it had begun is begun again.
        process.kill()
