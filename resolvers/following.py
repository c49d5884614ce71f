"""The log followed by one subscription: what it missed, and then what comes."""

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeAlias

from core.tokens import InvalidAccessToken
from core.viewer import Viewer
from loaders.event_audience import EventRow, Topics
from loaders.event_hub import Feed
from loaders.event_positions import position_after
from resolvers.context import ShopContext

# So many missed events are read at a time.
BATCH_SIZE = 100

# Reads the first of its events after one position, up to and with another.
ReadMissed: TypeAlias = Callable[[int, int], Awaitable[list[EventRow]]]


class Following:
    """What one subscription reads of the log; all up to `position` has been told."""

    def __init__(self, viewer: Viewer, position: int, feed: Feed, missed: ReadMissed) -> None:
        self.position = position
        self._viewer, self._feed, self._read_missed = viewer, feed, missed
        self._missed: deque[EventRow] = deque()

    async def next(self) -> EventRow:
        """Wait for the next event.

        Raises InvalidAccessToken when the token ends, and SlowConsumer.
        """
        event = await self._next_missed() or await self._next_live()
        self.position = event.position
        return event

    async def _next_missed(self) -> EventRow | None:
        if not self._missed and self.position < self._feed.position:
            self._missed.extend(await self._read_missed(self.position, self._feed.position))
            if not self._missed:
                self.position = self._feed.position
        _check_token(self._viewer)
        return self._missed.popleft() if self._missed else None

    async def _next_live(self) -> EventRow:
        while True:
            # The end of the token is told when it comes, and not with the next event.
            event = await self._feed.next(self._viewer.seconds_left())
            _check_token(self._viewer)
            # What the feed collected since it was opened, the state that came first may hold.
            if event is not None and event.position > self.position:
                return event


@asynccontextmanager
async def following(
    context: ShopContext,
    after: int | None,
    topics: Topics,
    missed: ReadMissed,
    *,
    audience: Topics | None = None,
    expires: bool = False,
) -> AsyncIterator[Following]:
    """Follow the events of some topics after a position, or from now on where it is None.

    `expires` tells that they are not kept for ever. Raises CursorAhead, and CursorExpired.
    """
    # The feed is open before the position is read, so that no event falls between the two.
    async with context.event_hub.follow(topics, audience) as feed:
        position = await position_after(context, after, expires=expires)
        yield Following(context.viewer, position, feed, missed)


def _check_token(viewer: Viewer) -> None:
    if not viewer.seconds_left():
        raise InvalidAccessToken
