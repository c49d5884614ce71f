"""A worker whose handlers note what they do, some time before they have done it, or end it all."""

import os
import time
from collections.abc import Mapping
from typing import Any

from core.graph_runner import GraphAnswer
from core.settings import Settings
from core.viewer import Viewer
from tasks.handlers import HANDLERS, WANTED
from tasks.handling import Handler, Retries, Work
from tasks.resources import Resources
from tasks.worker import run_worker

NOTES = "notes"
POISON_STATUS = 66
POISON_ATTEMPTS = 2
_QUICK = Retries(first_wait_seconds=0.01, longest_wait_seconds=0.01)
_FEW = Retries(POISON_ATTEMPTS, 0.01, 0.01)


class NoGraph:
    """None of the handlers runs a document, and building the graph takes half of the start."""

    async def run(self, document: str, variables: Mapping[str, Any], viewer: Viewer) -> GraphAnswer:
        raise NotImplementedError(document, variables, viewer)


async def note(resources: Resources, work: Work) -> None:
    """Write the event down; a repetition that follows at once changes nothing."""
    with (resources.settings.state_dir / NOTES).open("a") as notes:
        notes.write(f"{work.event.id}\n")
    # It takes its time, so that it can be killed between the result and its being known.
    time.sleep(0.005)  # noqa: ASYNC251 - The loop is busy, as with any computation.


async def poison(_: Resources, __: Work) -> None:
    os._exit(POISON_STATUS)


if __name__ == "__main__":
    for event_type, handler in (
        ("thing.made", Handler("note", note, is_ordered=True, retries=_QUICK)),
        ("thing.poisoned", Handler("poison", poison, retries=_FEW)),
    ):
        HANDLERS[handler.name] = handler
        WANTED[event_type] = [handler]
    run_worker(Settings(), 4, lambda _: NoGraph())
