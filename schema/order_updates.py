"""Orders followed live."""

from datetime import datetime

import strawberry

from core.ids import encode_id
from execution.arguments import Argument
from execution.fields import derived, reads, subscription
from loaders.orders import orders_by_id
from resolvers.following import parse_position
from resolvers.live import FIRST_ORDERS, OrderUpdate, order_updated, orders_updated
from schema.orders import Order, order_argument

_AFTER = Argument(
    "after",
    str | None,
    "The `cursor` of the last update that was seen: then what came later is told, and no state"
    " first.",
    None,
    parse_position,
)


def _event_id(update: OrderUpdate) -> str | None:
    return encode_id("event", update.event.id) if update.event else None


@strawberry.type(name="OrderUpdate", description="An order as it is now, and why it is told.")
class OrderUpdateType:
    cursor: str = strawberry.field(
        description="Pass it as `after` to go on after this update when the connection was lost."
    )
    event_id: strawberry.ID | None = derived(
        _event_id,
        description="The event that is told; one that is told again has the same id. Null for the"
        " state that comes first.",
    )
    event_type: str | None = derived(
        lambda update: update.event and update.event.type,
        description="What happened: `order.` and `placed`, `confirmed`, `shipped`, `delivered` or"
        " `cancelled`; null for the state that comes first.",
    )
    occurred_at: datetime | None = derived(
        lambda update: update.event and update.event.occurred_at,
        description="When it happened, which may be long ago after an old `after`; null for the"
        " state that comes first.",
    )
    order: Order | None = reads(
        orders_by_id,
        key="order_id",
        description="The order as it is when the update is told, perhaps further on than the event;"
        " null once the viewer may not see it.",
    )


@strawberry.type(
    description="What can be followed live. It ends with a coded error when the access token does:"
    " go on with a new one, and with `after`."
)
class Subscription:
    order_updated: OrderUpdateType = subscription(
        order_updated,
        arguments=(order_argument("id"), _AFTER),
        statements=2,
        description="One order that the viewer may see: its state first, then every change of it.",
    )
    orders_updated: OrderUpdateType = subscription(
        orders_updated,
        arguments=(_AFTER,),
        statements=2,
        description="All orders that the viewer may see: first the state of the newest"
        f" {FIRST_ORDERS}, one by one, then every change of any.",
    )
