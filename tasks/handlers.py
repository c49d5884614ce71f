"""What is done about events. A handler may run again after it succeeded, and must not mind."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from models import Event
from services.mail.message import compose
from services.mail.rendering import render
from tasks.resources import Resources

Handler = Callable[[Resources, Event], Awaitable[None]]

# The handlers by the names that effects know them by, and the names by type of event.
HANDLERS: dict[str, Handler] = {}
WANTED: dict[str, list[str]] = {}


def _on(*types: str) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        HANDLERS[handler.__name__] = handler
        for each in types:
            WANTED.setdefault(each, []).append(handler.__name__)
        return handler

    return register


@_on("order.confirmed")
async def mail_order_confirmed(resources: Resources, event: Event) -> None:
    await _mail(resources, event, "order_confirmed", event.payload["email"], event.payload)


@_on("order.shipped")
async def mail_order_shipped(resources: Resources, event: Event) -> None:
    await _mail(resources, event, "order_shipped", event.payload["email"], event.payload)


@_on(
    "product.created",
    "product.changed",
    "product.retired",
    "product.price_changed",
    "product.stock_changed",
)
async def index_product(resources: Resources, event: Event) -> None:
    await resources.search.index([event.aggregate_id])


async def _mail(
    resources: Resources, event: Event, mail: str, recipient: str, values: Mapping[str, Any]
) -> None:
    message = compose(
        resources.settings.mail_from,
        recipient,
        render(mail, values),
        key=f"{event.id}.{mail}",
        date=event.occurred_at,
        correlation_id=event.correlation_id,
    )
    await resources.mailer.send(message)
