"""When it is the turn of an ordered effect."""

from sqlalchemy import ColumnElement, exists, not_, or_
from sqlalchemy.orm import aliased

from models import Effect


def has_its_turn() -> ColumnElement[bool]:
    """Return whether an effect waits for no earlier one of its handler, target and aggregate."""
    earlier = aliased(Effect)
    waits = exists().where(
        earlier.status == "pending",
        earlier.is_ordered,
        earlier.aggregate_id == Effect.aggregate_id,
        earlier.handler == Effect.handler,
        earlier.target.is_not_distinct_from(Effect.target),
        earlier.position < Effect.position,
    )
    return or_(not_(Effect.is_ordered), not_(waits))
