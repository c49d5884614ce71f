"""Lets several processes use one set of servers, of which the first starts and the last stops."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO, TypeVar

T = TypeVar("T")


@contextmanager
def shared(folder: Path, start: Callable[[], T], stop: Callable[[], None]) -> Iterator[T]:
    """Hold a share of what `start` gives; the holder that leaves last runs `stop`.

    `start` runs for every holder and adopts what already runs. `start` and `stop` never run at
    the same time, in this process or another. The kernel gives back the share of a killed process.
    """
    with _locked(folder / "users.lock", fcntl.LOCK_SH) as users:
        try:
            with _locked(folder / "change.lock", fcntl.LOCK_EX):
                started = start()
            yield started
        finally:
            with _locked(folder / "change.lock", fcntl.LOCK_EX):
                if _is_last(users):
                    stop()


@contextmanager
def _locked(path: Path, operation: int) -> Iterator[TextIO]:
    # Python opens files close-on-exec, so the servers and other children do not inherit the lock.
    with path.open("a") as file:
        fcntl.flock(file, operation)
        yield file


def _is_last(users: TextIO) -> bool:
    """Tell whether no one else holds a share; the asker's own is lost with a refusal."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
