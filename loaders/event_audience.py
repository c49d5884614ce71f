"""Whom an event of the log concerns, told from the event alone.

Of orders it is the rule of `visible_orders`, as topics: an order's event has the topics of all who
may see the order, and a viewer sees it by any of theirs.
"""

from datetime import datetime
from functools import cache
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import BigInteger, bindparam, case, select

from core.database import Database
from core.reads import Row
from core.statements import Statement
from core.telemetry import batch_read
from core.viewer import Viewer
from loaders.event_positions import write_position
from loaders.orders import SELLERS
from models import Event, Order

# In what relation an event stands to what has that id; a secret is named by its hash.
Topic: TypeAlias = tuple[str, UUID | bytes]
Topics: TypeAlias = frozenset[Topic]

_EVERY_ORDER: Topic = ("every order", b"")


class EventRow(
    Row,
    columns={
        **Event.__table__.c,
        "account_id": Order.__table__.c.account_id,
        "secret_hash": Order.__table__.c.secret_hash,
        "sellers": SELLERS,
    },
):
    """An event, and of an order's who has bought and who sells it."""

    id: UUID
    position: int
    aggregate_type: str
    aggregate_id: UUID
    sequence: int
    type: str
    version: int
    occurred_at: datetime
    payload: dict[str, Any] | None
    subjects: list[UUID]
    account_id: UUID | None
    secret_hash: bytes | None
    sellers: list[UUID]

    @property
    def cursor(self) -> str:
        return write_position(self.position)


_COLUMNS = frozenset(EventRow.columns)
_EVENT = EventRow.maker(_COLUMNS)
# Those of products are large where they have many variants, and nobody is told them.
_PAYLOAD = case((Event.aggregate_type == "order", Event.payload)).label("payload")
_AFTER_POSITION = Event.position > bindparam("after", type_=BigInteger())
BETWEEN = (_AFTER_POSITION, Event.position <= bindparam("through", type_=BigInteger()))


@cache
def _next_statement(limit: int) -> Statement:
    return Statement(
        select(
            *(_PAYLOAD if each.name == "payload" else each for each in EventRow.select(_COLUMNS)),
        )
        .select_from(Event)
        .outerjoin(Order, (Event.aggregate_type == "order") & (Order.id == Event.aggregate_id))
        .where(_AFTER_POSITION)
        .order_by(Event.position)
        .limit(limit)
    )


@batch_read
async def events_after(database: Database, position: int, *, limit: int) -> list[EventRow]:
    """Return the next events after a position, of everything and for everybody."""
    answer = await database.fetch(_next_statement(limit), {"after": position})
    return [_EVENT(values) for values in answer]


def about(aggregate_id: UUID) -> Topics:
    """Return the topic of what happens to an order or another aggregate."""
    return frozenset({("about", aggregate_id)})


def concerning(subject: UUID) -> Topics:
    """Return the topic of what happens elsewhere and concerns it, as an order does its variants."""
    return frozenset({("concerning", subject)})


def orders_seen_by(viewer: Viewer) -> Topics:
    """Return the topics of the orders that a viewer may see: by any one of them."""
    if viewer.role == "admin":
        return frozenset({_EVERY_ORDER})
    sold = viewer.account_id if viewer.role == "merchant" else None
    return _known(bought=viewer.account_id, carted=viewer.cart_secret_hash, sold=sold)


def topics_of(event: EventRow) -> Topics:
    """Return all topics of an event."""
    topics = about(event.aggregate_id).union(*map(concerning, event.subjects))
    if event.aggregate_type != "order":
        return topics
    buyers = _known(bought=event.account_id, carted=event.secret_hash)
    return topics | buyers | {_EVERY_ORDER} | {("sold", each) for each in event.sellers}


def _known(**ids: UUID | bytes | None) -> Topics:
    return frozenset((relation, each) for relation, each in ids.items() if each is not None)
