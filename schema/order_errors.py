"""Why an order is not moved, as clients see it."""

from typing import Annotated, Any

import strawberry

from schema.errors import UserError, VersionConflict, refusal, value_of
from schema.shared import publish_enum
from services import order_states, orders
from services.order_states import OrderStatus

publish_enum(
    OrderStatus,
    "Where an order stands.",
    {
        "PENDING": "It is placed and its stock reserved; the payment is not known yet.",
        "CONFIRMED": "It is paid and can be sent.",
        "SHIPPED": "It is on its way.",
        "DELIVERED": "It has arrived.",
        "CANCELLED": "It will not be sent; its stock is free again and its money goes back.",
    },
)


@refusal(orders.OrderNotFound)
@strawberry.type(description="There is no such order, or none that the viewer may see.")
class OrderNotFound(UserError):
    pass


def _named(name: str, field: Any) -> Any:  # noqa: ANN401 - it stands for a field.
    """Give a field a name that Python does not allow."""
    field.graphql_name = name
    return field


@refusal(order_states.IllegalTransition)
@strawberry.type(description="The order cannot go there from where it stands.")
class IllegalTransition(UserError):
    before: OrderStatus = _named("from", value_of("before", description="Where the order stands."))
    after: OrderStatus = _named("to", value_of("after", description="Where it was to go."))
    available: list[OrderStatus] = value_of(
        "available", description="Where the viewer may bring it now, at most 2."
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
