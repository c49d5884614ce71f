"""A log with events of every kind, as those who read the feed find it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, update

from core.database import Database
from core.ids import encode_id
from core.viewer import ANONYMOUS
from models import Event, EventCounter
from services import events
from services.catalog import recording
from services.event_types import ACCOUNT_REGISTERED, PRODUCT_CHANGED, RegisteredPayload
from tasks.sequencer import sequence
from tests.buying import Shop
from tests.factories import Factory


@dataclass(frozen=True)
class Feed:
    """An order that was paid for, then a change of its product, then a new account."""

    database: Database
    order: UUID
    product: UUID
    variant: UUID
    account: UUID

    @property
    def ids(self) -> dict[str, str]:
        """The public ids of what the events are about."""
        return {
            "order": encode_id("order", self.order),
            "product": encode_id("product", self.product),
            "account": encode_id("account", self.account),
        }

    async def change(self, times: int = 1) -> None:
        """Let the product change, and give the events their positions."""
        for _ in range(times):
            async with self.database.session.begin() as session:
                await recording.record(session, ANONYMOUS, PRODUCT_CHANGED, [self.product])
        await sequence(self.database, {})

    async def expire(self, position: int) -> None:
        """Forget what does not last for ever, up to a position."""
        passing = Event.position <= position, Event.aggregate_type != "order"
        async with self.database.session.begin() as session:
            await session.execute(delete(Event).where(*passing))
            await session.execute(update(EventCounter).values(expired_through=position))


async def open_feed(database: Database) -> Feed:
    factory = Factory(database)
    shop = Shop(database, factory)
    product = await factory.product(name="Mug", slug="mug")
    variant = await factory.variant(product=product, sku="MUG", name="Mug, S")
    account = await factory.account()
    bought = await shop.buy(await shop.basket({variant: 2}, account=account))
    feed = Feed(database, bought.order_id, product, variant, account)
    await feed.change()
    payload = RegisteredPayload(account_id=feed.ids["account"], role="CUSTOMER")
    async with database.session.begin() as session:
        await events.record(session, ACCOUNT_REGISTERED, account, payload, actor_id=account)
    await sequence(database, {})
    return feed
