"""Pages whose cursors need no columns, so that their rows carry none but those asked for."""

from dataclasses import dataclass

from core.reads import Order, Page, Row
from loaders.event_log import EventPage

ORDER = Order("made-up", ("id",))


@dataclass
class MadeUpPage(Page[Row]):
    place: str = ""

    def cursor(self, row: Row) -> str:
        return f"{self.place}.{next(n for n, each in enumerate(self.rows) if each is row)}"


@dataclass
class MadeUpEventPage(MadeUpPage, EventPage):
    pass
