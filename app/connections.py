"""How many connections each viewer keeps open."""

from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from core.errors import DomainError
from core.viewer import Viewer


class TooManyConnections(DomainError):
    """The viewer keeps as many connections open as one may."""

    code = "TOO_MANY_CONNECTIONS"

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"You have {limit} connections open already: close one first.", limit=limit
        )


class OpenConnections:
    """Counts the sockets and streams of each viewer in this process."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._open: Counter[Hashable] = Counter()

    @contextmanager
    def held(self, viewer: Viewer) -> Iterator[None]:
        """Count a connection while it lasts; raises TooManyConnections for one too many."""
        whose: Hashable = viewer.account_id or viewer.address
        if viewer.account_id is None and viewer.key is not None:
            whose = viewer.key.id
        if self._open[whose] >= self._limit:
            raise TooManyConnections(self._limit)
        self._open[whose] += 1
        try:
            yield
        finally:
            self._open[whose] -= 1
            if not self._open[whose]:
                # Who has gone is forgotten, or the counts would grow with every viewer there was.
                del self._open[whose]
