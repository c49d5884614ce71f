"""Orders followed live."""

from datetime import datetime

import strawberry

from core.ids import encode_id
from execution.arguments import Argument
from execution.fields import derived, reads, subscription
from loaders.event_positions import parse_position
from loaders.orders import orders_by_id
from resolvers.order_updates import (
    FIRST_ORDERS,
    OrderUpdate,
    order_events,
    order_updated,
    orders_updated,
)
from schema.nodes import parse_id
from schema.order_snapshots import OrderSnapshot
from schema.orders import Order, OrderFilterInput, order_argument

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
    snapshot: OrderSnapshot | None = derived(
        lambda update: update.event and update.event.payload,
        description="The order as the event left it, whatever came later; null for the state that"
        " comes first, which is told by `order` alone.",
    )


@strawberry.type(description="Something that happened to an order, as the log keeps it.")
class OrderEvent:
    id: strawberry.ID = derived(
        lambda event: encode_id("event", event.id),
        description="The id of the event, which is the same wherever it is told.",
    )
    cursor: str = strawberry.field(
        description="Pass it as `after` to go on after this event when the connection was lost."
    )
    type: str = derived(
        lambda event: event.type,
        description="What happened: `order.` and `placed`, `confirmed`, `shipped`, `delivered` or"
        " `cancelled`.",
    )
    version: int = strawberry.field(
        description="The version of how events of this type are written, 1 at first."
    )
    sequence: int = strawberry.field(
        description="The number of the event among those of its order, from 1 without a gap."
    )
    occurred_at: datetime = strawberry.field(description="When it happened.")
    snapshot: OrderSnapshot = derived(
        lambda event: event.payload,
        description="The order as the event left it, whatever came later.",
    )


@strawberry.type
class OrdersSubscription:
    order_updated: OrderUpdateType = subscription(
        order_updated,
        arguments=(order_argument("id"), _AFTER),
        statements=2,
        description="One order that the viewer may see: its state first, then every change of it.",
    )
    orders_updated: OrderUpdateType = subscription(
        orders_updated,
        arguments=(
            _AFTER,
            Argument(
                "filter",
                OrderFilterInput | None,
                "Of which orders to tell, as each state or change leaves them; left out, of all.",
                None,
                OrderFilterInput.freeze,
            ),
        ),
        statements=2,
        description="All orders that the viewer may see, for admins those of the shop: first the"
        f" state of the newest {FIRST_ORDERS}, one by one, then every change of any.",
    )
    order_events: OrderEvent = subscription(
        order_events,
        arguments=(
            Argument(
                "id",
                strawberry.ID | None,
                "The id of an order that the viewer may see; left out, all of them.",
                None,
                lambda text: parse_id("order", text),
            ),
            Argument(
                "after",
                str | None,
                "The `cursor` of the last event that was seen: then only what came later is told.",
                None,
                parse_position,
            ),
        ),
        statements=2,
        description="What happens to orders, as the log keeps it: of one order from the beginning,"
        " of all that the viewer may see from now on.",
    )
