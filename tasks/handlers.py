"""What is done about events. A handler may run again after it succeeded, and must not mind."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy import select

from models import Account, Event, OrderLine, Variant
from services import passwords
from services.mail.message import compose
from services.mail.rendering import render
from services.webhooks.fan_out import DELIVER_WEBHOOK
from tasks.handling import Handler, Work
from tasks.resources import Resources
from tasks.webhooks import RETRIES, deliver_webhook

About = Callable[[Resources, Event], Awaitable[None]]

# The handlers by the names that effects know them by, and by the types of event they are run for.
HANDLERS: dict[str, Handler] = {
    DELIVER_WEBHOOK: Handler(DELIVER_WEBHOOK, deliver_webhook, is_ordered=True, retries=RETRIES)
}
WANTED: dict[str, list[Handler]] = {}


def _on(*types: str, is_ordered: bool = False) -> Callable[[About], About]:
    def register(about: About) -> About:
        async def run(resources: Resources, work: Work) -> None:
            await about(resources, work.event)

        handler = HANDLERS[about.__name__] = Handler(about.__name__, run, is_ordered)
        for each in types:
            WANTED.setdefault(each, []).append(handler)
        return about

    return register


@_on("order.confirmed", "order.shipped", is_ordered=True)
async def mail_order(resources: Resources, event: Event) -> None:
    mail = event.type.replace(".", "_")
    await _mail(resources, event, mail, event.payload["email"], event.payload)


@_on("account.password_reset_requested")
async def mail_password_reset(resources: Resources, event: Event) -> None:
    """Mail a token; where an attempt is repeated, the tokens of all of them are good."""
    async with resources.database.session.begin() as session:
        account = await session.get(Account, event.aggregate_id)
        if account is None:
            return
        token = await passwords.issue_reset(session, account.id)
    await _mail(resources, event, "password_reset", account.email, {"token": token})


@_on("webhook.disabled")
async def mail_webhook_disabled(resources: Resources, event: Event) -> None:
    await _mail(resources, event, "webhook_disabled", event.payload["ownerEmail"], event.payload)


@_on(
    "product.created",
    "product.changed",
    "product.published",
    "product.retired",
    "product.price_changed",
    "product.stock_changed",
)
async def index_product(resources: Resources, event: Event) -> None:
    await resources.search.index([event.aggregate_id])


@_on("order.placed", "order.cancelled")
async def index_ordered_products(resources: Resources, event: Event) -> None:
    """Tell the search what may be out of stock now, or in stock again."""
    products = (
        select(Variant.product_id)
        .distinct()
        .join(OrderLine, OrderLine.variant_id == Variant.id)
        .where(OrderLine.order_id == event.aggregate_id)
    )
    await resources.search.index([row[0] for row in await resources.database.fetch(products, {})])


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
