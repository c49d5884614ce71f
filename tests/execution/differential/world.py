"""A made-up shop: whatever is asked of one world is always the same, in whatever order.

Nothing is kept. Every value is drawn from a hash of the world's seed and of where the value stands,
so that two ways of running a document see the same shop, however they batch their reads.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import TypeVar
from uuid import UUID

from core.errors import DomainError
from core.reads import ReadError

ChoiceT = TypeVar("ChoiceT")

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class Lost(Exception):
    """What nobody expected, as a lost connection is."""


@dataclass(frozen=True)
class World:
    """A shop, in which so many of a thousand things are not as the schema says.

    `pace` is the seed of how long its answers take, and of nothing else.
    """

    seed: int
    mischief: int = 0
    pace: int = 0

    def draw(self, *where: object) -> int:
        """Return 64 bits that are always the same in this place."""
        text = repr((self.seed, where)).encode()
        return int.from_bytes(blake2b(text, digest_size=8).digest())

    def pick(self, choices: Sequence[ChoiceT], *where: object) -> ChoiceT:
        return choices[self.draw("pick", *where) % len(choices)]

    def happens(self, of_a_thousand: int, *where: object) -> bool:
        return self.draw("happens", *where) % 1000 < of_a_thousand

    def goes_wrong(self, *where: object, often: int = 1) -> bool:
        """Tell whether a thing is not as it should be; `often` makes up for things that are few."""
        return self.mischief > 0 and self.happens(self.mischief * often, "wrong", *where)

    def error(self, *where: object) -> Exception:
        """Return a failure, of which clients are told or not."""
        number = self.draw("error", *where) % 100
        errors = (
            ReadError(f"Read {number} failed."),
            DomainError(f"Refusal {number}.", number=number),
            Lost(f"Connection {number} is gone."),
        )
        return self.pick(errors, *where)

    def uuid(self, *where: object) -> UUID:
        return UUID(int=self.draw("high", *where) << 64 | self.draw("low", *where))

    def moment(self, *where: object) -> datetime:
        return _EPOCH + timedelta(seconds=self.draw("moment", *where) % 10**8)

    async def wait(self, *where: object) -> None:
        """Let others go first, as an answer of a database does."""
        slowness = World(self.pace).draw("wait", *where) % 4
        for _ in range(slowness):
            await asyncio.sleep(0)
