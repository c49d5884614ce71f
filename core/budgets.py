"""Budgets: how much somebody may spend of something in a while, whichever process is asked.

Spending is counted by windows. What was spent in the window before counts by the part of it that
the last while still covers, as if it had been spent evenly: two numbers stand for a sliding window
(https://blog.cloudflare.com/counting-things-a-lot-of-different-things/). Redis counts for all
processes, by its own clock. Where it is away, each process counts on its own until it is back:
guesses stay limited, and nobody is shut out by a failure of ours.
"""

import hashlib
from math import ceil
from pathlib import Path
from time import monotonic, time
from typing import NamedTuple, cast

from loguru import logger
from redis.asyncio import Redis
from redis.exceptions import NoScriptError, RedisError

from core.redis import HeldConnections
from core.telemetry import budget_spends

_SCRIPT = Path(__file__).with_suffix(".lua").read_text()
_SHA = hashlib.sha1(_SCRIPT.encode(), usedforsecurity=False).hexdigest()

# No request waits longer for Redis, nor is it asked again at once when it was away.
_PATIENCE_SECONDS = 0.2
_RETRY_SECONDS = 1.0
# A burst takes turns; the pool would refuse the hundredth connection, as if Redis were away.
_CONNECTIONS = 8
# Budgets that a process counts on its own; beyond that the one is forgotten that rested longest.
_MOST_OWN = 10_000


class Limit(NamedTuple):
    """What may be spent in any while of so many seconds."""

    amount: int
    seconds: int

    @property
    def milliseconds(self) -> int:
        return self.seconds * 1000


class Spent(NamedTuple):
    """Whether something could be spent, and what remains.

    `seconds` are until there is room for what was refused, or else for more than what `remaining`
    says; zero where nothing is missing. They are rounded up.
    """

    is_allowed: bool
    remaining: int
    seconds: int


class Counts(NamedTuple):
    """What was spent in a window and in the one before; `number` counts them since 1970."""

    number: int = 0
    current: int = 0
    previous: int = 0

    def in_window(self, number: int) -> "Counts":
        if number == self.number:
            return self
        return Counts(number, 0, self.current if number == self.number + 1 else 0)

    def used(self, elapsed: int, limit: Limit) -> int:
        """Return what counts when so many milliseconds of the window have gone."""
        length = limit.milliseconds
        return self.current + self.previous * (length - elapsed) // length

    def spending(self, amount: int) -> "Counts":
        """Return the counts after an amount is spent, or where it is negative, given back."""
        current = self.current + amount
        # What is given back may have been spent before the window began.
        return Counts(self.number, max(0, current), max(0, self.previous + min(0, current)))

    def seconds_until(self, room: int, elapsed: int, limit: Limit) -> int:
        """Return how long it takes until so much can be spent, if nothing else is meanwhile."""
        length = limit.milliseconds
        fading, gone, free = self.previous, elapsed, limit.amount - room - self.current
        if free < 0:
            # Then the current window has to end first, and to fade itself.
            fading, gone, free = self.current, elapsed - length, max(0, limit.amount - room)
        if fading <= free:
            return 0
        return max(0, ceil((length * (fading - free - 1) // fading + 1 - gone) / 1000))


class Budgets:
    """The budgets of all processes of one shop, whose keys in Redis begin with the namespace."""

    def __init__(self, redis: Redis, namespace: str) -> None:
        self._redis, self._namespace = redis, namespace
        self._connections = HeldConnections(redis, _CONNECTIONS, _PATIENCE_SECONDS)
        self._own: dict[str, Counts] = {}
        self._is_away = False
        self._asks_from = 0.0

    async def spend(self, name: str, whose: str, amount: int, limit: Limit) -> Spent:
        """Spend an amount of somebody's budget of a name; one that is refused changes nothing."""
        is_allowed, counts, elapsed, counted_by = await self._count(name, whose, amount, limit)
        outcome = "allowed" if is_allowed else "refused"
        budget_spends(name, outcome, counted_by).inc()
        remaining = max(0, limit.amount - counts.used(elapsed, limit))
        if is_allowed and remaining == limit.amount:
            return Spent(is_allowed, remaining, seconds=0)
        room = remaining + 1 if is_allowed else amount
        return Spent(is_allowed, remaining, counts.seconds_until(room, elapsed, limit))

    async def give_back(self, name: str, whose: str, amount: int, limit: Limit) -> None:
        """Undo what was spent, as far as it still counts."""
        await self._count(name, whose, -amount, limit)

    async def _count(
        self, name: str, whose: str, amount: int, limit: Limit
    ) -> tuple[bool, Counts, int, str]:
        # Whoever reads the keys learns no address and no e-mail, and none is too long.
        digest = hashlib.sha256(whose.encode()).hexdigest()[:32]
        key = f"{self._namespace}:budget:{name}:{digest}"
        answer = await self._ask_redis(key, amount, limit)
        if answer is None:
            return *self._count_alone(key, amount, limit), "process"
        is_allowed, number, current, previous, elapsed = answer
        return bool(is_allowed), Counts(number, current, previous), elapsed, "redis"

    async def _ask_redis(self, key: str, amount: int, limit: Limit) -> list[int] | None:
        if monotonic() < self._asks_from:
            return None
        if self._is_away:
            # One request tries it for all.
            self._asks_from = monotonic() + _RETRY_SECONDS
        try:
            answer = await self._run_script(key, amount, limit.amount, limit.milliseconds)
        except (RedisError, OSError) as error:
            self._find_away(error)
            return None
        self._find_back()
        return answer

    async def _run_script(self, *given: str | int) -> list[int]:
        try:
            return cast("list[int]", await self._connections.run("EVALSHA", _SHA, 1, *given))
        except NoScriptError:
            await self._redis.script_load(_SCRIPT)
            return cast("list[int]", await self._connections.run("EVALSHA", _SHA, 1, *given))

    def _find_away(self, error: Exception) -> None:
        self._asks_from = monotonic() + _RETRY_SECONDS
        if not self._is_away:
            logger.warning("Redis is away, and this process counts budgets alone: {!r}", error)
        self._is_away = True

    def _find_back(self) -> None:
        if self._is_away:
            logger.info("Redis is back and counts budgets again")
        self._is_away = False

    def _count_alone(self, key: str, amount: int, limit: Limit) -> tuple[bool, Counts, int]:
        number, elapsed = divmod(int(time() * 1000), limit.milliseconds)
        counts = self._own.pop(key, Counts()).in_window(number)
        is_allowed = amount <= 0 or counts.used(elapsed, limit) + amount <= limit.amount
        if is_allowed:
            counts = counts.spending(amount)
        if len(self._own) >= _MOST_OWN:
            del self._own[next(iter(self._own))]
        self._own[key] = counts
        return is_allowed, counts, elapsed
