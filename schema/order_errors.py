"""Why an order is not moved, as clients see it."""

from typing import Annotated, Any

import strawberry

from schema.errors import UserError, VersionConflict, refusal, value_of
from schema.shared import publish_enum
from services import order_locking, order_states
from services.order_states import OrderStatus

publish_enum(
    OrderStatus,
    "Where an order stands, from placed to delivered or cancelled.",
    {
        "PENDING": "It is placed and its stock reserved; the payment is under way.",
        "CONFIRMED": "It is paid and waits to be sent.",
        "SHIPPED": "It is on its way to the buyer.",
        "DELIVERED": "It has arrived, which is its end.",
        "CANCELLED": "It will not be sent; its stock is free again, and what was paid goes back.",
    },
)


@refusal(order_locking.OrderNotFound)
@strawberry.type(description="There is no such order, or none that the viewer may see.")
class OrderNotFound(UserError):
    pass


def _named(name: str, field: Any) -> Any:  # noqa: ANN401 - it stands for a field.
    """Give a field a name that Python does not allow."""
    field.graphql_name = name
    return field


@refusal(order_states.IllegalTransition)
@strawberry.type(
    description="The order cannot go where it should from where it stands, or not by the viewer."
)
class IllegalTransition(UserError):
    before: OrderStatus = _named(
        "from", value_of("before", description="Where the order stands now.")
    )
    after: OrderStatus = _named("to", value_of("after", description="Where it was to go."))
    available: list[OrderStatus] = value_of(
        "available", at_most=2, description="Where the viewer may bring it now, at most 2."
    )


OrderShipError = Annotated[
    OrderNotFound | VersionConflict | IllegalTransition,
    strawberry.union("OrderShipError", description="Why an order is not marked as shipped."),
]
OrderDeliverError = Annotated[
    OrderNotFound | VersionConflict | IllegalTransition,
    strawberry.union("OrderDeliverError", description="Why an order is not marked as delivered."),
]
OrderCancelError = Annotated[
    OrderNotFound | VersionConflict | IllegalTransition,
    strawberry.union("OrderCancelError", description="Why an order is not cancelled."),
]
