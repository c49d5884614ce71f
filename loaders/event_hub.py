"""One reader of the log for all of the process who follow it."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from math import isinf

from loguru import logger

from core.database import Database
from core.errors import DomainError
from core.wakeups import Wakeups, wait_for
from loaders.event_audience import EventRow, Topic, Topics, events_after, topics_of
from loaders.event_positions import last_position

# Without a wake-up, as where Redis is away, the hub looks by itself this often.
POLL_SECONDS = 2.0
BATCH_SIZE = 500
# So many events wait for a follower who is slow to take them.
FEED_SIZE = 100

_RETRY_SECONDS = 1.0


class SlowConsumer(DomainError):
    """More happened than waits for one follower; it has been told all that waited."""

    code = "SLOW_CONSUMER"

    def __init__(self) -> None:
        super().__init__(
            "This was read more slowly than it happened: subscribe again, with the `cursor` of the"
            " last update as `after`."
        )


class Feed:
    """What waits for one follower: the events after `position` that have any of its topics.

    Where there is an `audience`, they have any of its topics too.
    """

    def __init__(self, topics: Topics, audience: Topics | None, position: int) -> None:
        self.topics, self.position = topics, position
        self._audience = audience
        self._events: asyncio.Queue[EventRow] = asyncio.Queue(FEED_SIZE)
        self._is_cut = False

    def tell(self, event: EventRow, topics: Topics) -> None:
        if self._is_cut or (self._audience is not None and self._audience.isdisjoint(topics)):
            return
        try:
            self._events.put_nowait(event)
        except asyncio.QueueFull:
            self._is_cut = True

    async def next(self, seconds: float) -> EventRow | None:
        """Return the next event, or None where none comes within the seconds.

        Raises SlowConsumer once all is told that there was room for.
        """
        if self._is_cut and self._events.empty():
            raise SlowConsumer
        with suppress(TimeoutError):
            async with asyncio.timeout(None if isinf(seconds) else seconds):
                return await self._events.get()
        return None


class EventHub:
    """Reads the log once for all who follow, and gives each what concerns it.

    While nobody follows, nothing is read.
    """

    def __init__(self, database: Database, wakeups: Wakeups) -> None:
        self._database, self._wakeups = database, wakeups
        self._feeds: dict[Topic, set[Feed]] = defaultdict(set)
        # What is up to here was given to all who follow.
        self._position = 0
        self._joining = asyncio.Lock()
        self._followed = asyncio.Event()
        self._is_failing = False

    @asynccontextmanager
    async def follow(self, topics: Topics, audience: Topics | None = None) -> AsyncIterator[Feed]:
        """Open a feed, which collects from now on; what was before it, its follower reads."""
        async with self._joining:
            if not self._feeds:
                self._position = await last_position(self._database)
            feed = Feed(topics, audience, self._position)
            for topic in topics:
                self._feeds[topic].add(feed)
        self._followed.set()
        try:
            yield feed
        finally:
            self._leave(feed)

    def _leave(self, feed: Feed) -> None:
        for topic in feed.topics:
            self._feeds[topic].discard(feed)
            if not self._feeds[topic]:
                del self._feeds[topic]
        if not self._feeds:
            self._followed.clear()

    async def run(self) -> None:
        """Read at each wake-up, until cancelled; where the database fails, followers wait."""
        while True:
            await self._followed.wait()
            woken = self._wakeups.next()
            try:
                events = await events_after(self._database, self._position, limit=BATCH_SIZE)
            except Exception as error:  # noqa: BLE001 - Whatever it is, others are to be told later.
                self._tell_of_failure(error)
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            self._is_failing = False
            self._give(events)
            if len(events) < BATCH_SIZE:
                await wait_for(woken, POLL_SECONDS)

    def _give(self, events: Sequence[EventRow]) -> None:
        for event in events:
            # While this was read, all may have left and the first come back, further on.
            if event.position <= self._position:
                continue
            topics = topics_of(event)
            for feed in {each for topic in topics for each in self._feeds.get(topic, ())}:
                feed.tell(event, topics)
            self._position = event.position

    def _tell_of_failure(self, error: Exception) -> None:
        if not self._is_failing:
            logger.opt(exception=error).warning("the log of events cannot be read for followers")
        self._is_failing = True
