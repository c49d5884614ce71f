"""What a handler is: how it is run, in which order, and how often it is tried."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

from models import Event
from tasks.resources import Resources


@dataclass(frozen=True)
class Work:
    """One effect to be performed: about an event and, where it has one, for a target."""

    effect_id: UUID
    target: UUID | None
    event: Event


@dataclass(frozen=True)
class Retries:
    """How often an effect is tried; the waits between double from the first to the longest."""

    attempts: int = 20
    first_wait_seconds: float = 5.0
    longest_wait_seconds: float = 3600.0

    def wait(self, attempts: int) -> float:
        """Return the seconds until the next attempt: exponential, with half left to chance.

        Chance keeps effects that failed together, as when a server was away, from returning
        together.
        """
        doubled = self.first_wait_seconds * 2.0 ** (attempts - 1)
        return min(doubled, self.longest_wait_seconds) * random.uniform(0.5, 1.0)  # noqa: S311 - It guards no secret.


@dataclass(frozen=True)
class Handler:
    """What is done about events, under the name that effects know it by.

    An ordered one is run for the events of an aggregate one after the other, in their order; an
    effect that is dead is passed over.
    """

    name: str
    run: Callable[[Resources, Work], Awaitable[None]]
    is_ordered: bool = False
    retries: Retries = field(default_factory=Retries)
