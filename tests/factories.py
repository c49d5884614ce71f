"""Rows for tests: believable where it does not matter, given where it does."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from faker import Faker
from pwdlib import PasswordHash
from sqlalchemy import func, insert, select, update

from core.database import Database
from core.document_store import Assessment, Document
from core.ids import encode_id
from models import (
    Account,
    Address,
    AttributeDefinition,
    Category,
    Effect,
    Event,
    Media,
    Order,
    OrderLine,
    Payment,
    Product,
    StockLevel,
    Variant,
    WebhookAttempt,
    WebhookEndpoint,
)
from services import api_keys, documents
from services.api_keys import KeyTerms
from services.documents import Assessed

Faker.seed(20260101)

PASSWORD = "correct horse battery"  # noqa: S105 - It opens accounts of tests only.


@cache
def _password_hash() -> str:
    # Hashing is slow by design, so all accounts of a run share the hash.
    return PasswordHash.recommended().hash(PASSWORD)


class Factory:
    """Writes rows; every method returns the id of what it wrote."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.fake = Faker()
        self._count = 0

    def _next(self, word: str) -> str:
        self._count += 1
        return f"{word}-{self._count}"

    async def account(self, *, role: str = "customer", **values: Any) -> UUID:
        """Write an account whose password is PASSWORD."""
        row = {"email": f"{self._next('account')}@example.com", "name": self.fake.name()}
        row |= {"role": role, "password_hash": _password_hash()} | values
        async with self.database.session.begin() as session:
            statement = insert(Account).values(row).returning(Account.id)
            return (await session.execute(statement)).scalar_one()

    async def api_key(self, client: str, *scopes: str, **terms: Any) -> str:
        """Return the text of a new key instead of its id."""
        text = api_keys.new_key()
        async with self.database.session.begin() as session:
            await api_keys.create(session, text, KeyTerms(client, scopes, **terms))
        return text

    async def documents(self, client: str, *given: Document) -> None:
        """Register documents as they are, whether or not they can be run."""
        async with self.database.session.begin() as session:
            judged = [Assessed(each, Assessment()) for each in given]
            await documents.publish(session, client, judged)

    async def webhook(self, client: str = "acme", **values: Any) -> UUID:
        """Write an endpoint that wants every event."""
        row = {"client": client, "url": f"https://example.com/{self._next('hook')}"}
        row |= {"owner_email": self.fake.email()} | values
        async with self.database.session.begin() as session:
            statement = insert(WebhookEndpoint).values(row).returning(WebhookEndpoint.id)
            return (await session.execute(statement)).scalar_one()

    async def webhook_delivery(self, endpoint: UUID, *, attempts: int = 1, **values: Any) -> UUID:
        """Write what an endpoint took of an event of its own, after so many attempts."""
        aggregate = uuid4()
        event = {"aggregate_type": "order", "aggregate_id": aggregate, "sequence": 1}
        event |= {"type": "order.placed", "correlation_id": "-", "payload": {}}
        row = {"handler": "deliver_webhook", "target": endpoint, "is_ordered": True, "position": 1}
        row |= {"aggregate_id": aggregate, "status": "done", "attempts": attempts} | values
        attempt: dict[str, Any] = {
            "url": "https://example.com",
            "request_headers": {},
            "request": "{}",
        }
        attempt |= {"response_status": 200, "response": "fine", "milliseconds": 7}
        async with self.database.session.begin() as session:
            made = await session.execute(insert(Event).values(event).returning(Event.id))
            statement = insert(Effect).values(row | {"event_id": made.scalar_one()})
            delivery = (await session.execute(statement.returning(Effect.id))).scalar_one()
            attempt["delivery_id"] = delivery
            await session.execute(insert(WebhookAttempt), [attempt] * attempts)
        return delivery

    async def dead_effect(self, **values: Any) -> str:
        """Write an effect that was given up, of an event of its own, and return its public id."""
        aggregate = uuid4()
        event = {"aggregate_type": "order", "aggregate_id": aggregate, "sequence": 1}
        event |= {"type": "order.confirmed", "correlation_id": "-", "payload": {}}
        row = {"aggregate_id": aggregate, "position": 1, "handler": "mail_order"}
        row |= {"status": "dead", "attempts": 20, "error": "OSError: away"} | values
        async with self.database.session.begin() as session:
            made = await session.execute(insert(Event).values(event).returning(Event.id))
            statement = insert(Effect).values(row | {"event_id": made.scalar_one()})
            effect = await session.execute(statement.returning(Effect.id))
            return encode_id("effect", effect.scalar_one())

    async def address(self, *, account: UUID, **values: Any) -> UUID:
        row = {"recipient": self.fake.name(), "line1": self.fake.street_address()}
        row |= {"postal_code": self.fake.postcode(), "city": self.fake.city(), "country_code": "DE"}
        async with self.database.session.begin() as session:
            statement = insert(Address).values(account_id=account, **row | values)
            return (await session.execute(statement.returning(Address.id))).scalar_one()

    async def category(self, *, parent: UUID | None = None, **values: Any) -> UUID:
        category_id, slug = uuid4(), self._next("category")
        async with self.database.session.begin() as session:
            above: Sequence[UUID] = []
            if parent is not None:
                path = await session.scalar(select(Category.path).where(Category.id == parent))
                assert path is not None
                above = path
            row = {"id": category_id, "parent_id": parent, "path": [*above, category_id]}
            row |= {"slug": slug, "name": slug.title()} | values
            await session.execute(insert(Category).values(row))
        return category_id

    async def product(self, *, category: UUID | None = None, **values: Any) -> UUID:
        """Write an active product without variants."""
        category = category or await self.category()
        slug = self._next("product")
        row = {"slug": slug, "name": slug.title(), "category_id": category, "status": "active"}
        row |= {"description": self.fake.sentence(), "brand": self.fake.company()}
        row |= {"currency": "EUR", "price_from_minor": 1000, "price_to_minor": 1000}
        async with self.database.session.begin() as session:
            statement = insert(Product).values(row | values).returning(Product.id)
            return (await session.execute(statement)).scalar_one()

    async def variant(self, *, product: UUID, stock: int = 5, **values: Any) -> UUID:
        """Write a variant with its stock, and widen the price range of its product."""
        sku = self._next("SKU")
        row = {"product_id": product, "sku": sku, "name": sku, "currency": "EUR"}
        row |= {"price_minor": 1000, "position": self._count} | values
        async with self.database.session.begin() as session:
            statement = insert(Variant).values(row).returning(Variant.id)
            variant_id = (await session.execute(statement)).scalar_one()
            await session.execute(
                insert(StockLevel).values(variant_id=variant_id, on_hand=stock, reserved=0)
            )
            lowest, highest = (
                await session.execute(
                    select(func.min(Variant.price_minor), func.max(Variant.price_minor)).where(
                        Variant.product_id == product
                    )
                )
            ).one()
            await session.execute(
                update(Product)
                .where(Product.id == product)
                .values(price_from_minor=lowest, price_to_minor=highest)
            )
        return variant_id

    async def media(self, *, product: UUID, **values: Any) -> UUID:
        position = self._next("picture")
        row = {"product_id": product, "position": self._count, "url": f"/pictures/{position}.svg"}
        async with self.database.session.begin() as session:
            statement = insert(Media).values(row | values).returning(Media.id)
            return (await session.execute(statement)).scalar_one()

    async def attribute(self, key: str, *, kind: str = "TEXT") -> str:
        row = {"key": key, "name": key.replace("_", " ").capitalize(), "kind": kind}
        async with self.database.session.begin() as session:
            await session.execute(insert(AttributeDefinition).values(row))
        return key

    async def order(
        self, quantities: Mapping[UUID, int], *, payments: int = 1, **values: Any
    ) -> UUID:
        """Write a confirmed order of so many of each variant, at 10.00 EUR each."""
        total = 1000 * sum(quantities.values())
        row: dict[str, Any] = {"email": self.fake.email(), "status": "confirmed"}
        row |= {"currency": "EUR"}
        row |= {"subtotal_minor": total, "shipping_minor": 490, "total_minor": total + 490}
        row |= {"shipping_method": "standard", "shipping_address": self._shipping_address()}
        async with self.database.session.begin() as session:
            statement = insert(Order).values(row | values).returning(Order.id)
            order_id = (await session.execute(statement)).scalar_one()
            lines = [
                {"order_id": order_id, "position": position, "variant_id": variant}
                | {"sku": f"SKU-{position}", "name": f"Article {position}", "quantity": quantity}
                | {"unit_price_minor": 1000, "total_minor": 1000 * quantity}
                for position, (variant, quantity) in enumerate(quantities.items(), start=1)
            ]
            await session.execute(insert(OrderLine), lines)
            payment = {"order_id": order_id, "provider": "sandbox", "token": "success"}
            payment |= {"status": "succeeded", "amount_minor": total + 490, "currency": "EUR"}
            await session.execute(insert(Payment), [payment] * payments)
        return order_id

    def _shipping_address(self) -> dict[str, str]:
        return {
            "recipient": self.fake.name(),
            "line1": self.fake.street_address(),
            "line2": "",
            "postal_code": self.fake.postcode(),
            "city": self.fake.city(),
            "region": "",
            "country_code": "DE",
        }
