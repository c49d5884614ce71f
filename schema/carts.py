"""Carts: what somebody means to buy."""

from datetime import datetime

import strawberry

import core.money
from execution.connections import Connection
from execution.fields import derived, reads, root
from execution.rows import contributes, rows
from loaders.carts import CartLineRow, CartRow, cart_lines_by_cart, carts_by_account
from loaders.variants import variants_by_id
from resolvers import carts
from schema.accounts import Account
from schema.catalog import Variant
from schema.nodes import Node, id_argument, public_id
from schema.shared import CurrencyCode, Money
from services.pricing import line_total


def _subtotal(row: CartRow) -> core.money.Money | None:
    return None if row.currency is None else core.money.Money(row.subtotal_minor, row.currency)


def _expires_at(row: CartRow) -> datetime | None:
    return row.expires_at if row.account_id is None else None


def _unit_price(row: CartLineRow) -> core.money.Money | None:
    if row.unit_price_minor is None:
        return None
    return core.money.Money(row.unit_price_minor, row.currency)


def _total(row: CartLineRow) -> core.money.Money | None:
    price = _unit_price(row)
    return None if price is None else line_total(price, row.quantity)


def _price_changed(row: CartLineRow) -> bool:
    return row.unit_price_minor not in {None, row.seen_price_minor}


@rows(CartLineRow, prefix="cart_line", by_id=carts.cart_lines_by_id)
@strawberry.type(description="So many of one article in a cart; one article has one line.")
class CartLine(Node):
    id: strawberry.ID = public_id("cart_line")
    quantity: int = strawberry.field(description="How many are wanted, 1 to 999.")
    unit_price: Money | None = derived(
        _unit_price,
        "unit_price_minor",
        "currency",
        description="What one costs now; null where it is not on sale in the cart's currency.",
    )
    seen_price: Money = derived(
        lambda row: core.money.Money(row.seen_price_minor, row.currency),
        "seen_price_minor",
        "currency",
        description="What one cost when the shopper last chose the quantity; checkout charges no"
        " other.",
    )
    price_changed: bool = derived(
        _price_changed,
        "unit_price_minor",
        "seen_price_minor",
        description="Whether `unitPrice` is another amount than `seenPrice`. Checkout refuses such"
        " a line by `PriceChanged`; `cartLinesUpdate` accepts the price of now.",
    )
    total: Money | None = derived(
        _total,
        "unit_price_minor",
        "quantity",
        "currency",
        description="What the line costs now, `unitPrice` times `quantity`; null where it has no"
        " price.",
    )
    variant: Variant | None = reads(
        variants_by_id,
        key="variant_id",
        description="The article; null where it is not on sale any more.",
    )


@rows(CartRow, prefix="cart", by_id=carts.carts_by_id)
@strawberry.type(
    description="What somebody means to buy: an account's one open cart, or whoever's has the"
    " secret. Once ordered it is null everywhere, and the order shows what was in it."
)
class Cart(Node):
    id: strawberry.ID = public_id("cart")
    version: int = strawberry.field(
        description="It grows with every change. Pass it as `expectedVersion`, and a change by"
        " somebody else meanwhile is refused as `VersionConflict` and not overwritten."
    )
    currency: CurrencyCode | None = derived(
        lambda row: row.currency,
        "currency",
        description="The one currency of all lines; null while there are none.",
    )
    item_count: int = strawberry.field(
        description="How many articles are in it: the quantities of all lines together."
    )
    subtotal: Money | None = derived(
        _subtotal,
        "subtotal_minor",
        "currency",
        description="What the lines on sale cost now together, without shipping; null while there"
        " are no lines.",
    )
    expires_at: datetime | None = derived(
        _expires_at,
        "expires_at",
        "account_id",
        description="When it is dropped unless it changes before: 30 days after its last change."
        " Null for an account's cart, which is kept.",
    )
    lines: Connection[CartLine] = reads(
        cart_lines_by_cart, description="What is in it, at most 100 lines, the oldest first."
    )


@contributes(Account)
class AccountCart:
    cart: Cart | None = reads(
        carts_by_account,
        description="Its one open cart, which nobody else sees; null where it has none, and in the"
        " answer that logs the account in.",
    )


@strawberry.type
class CartQuery:
    cart: Cart | None = root(
        carts.cart,
        arguments=(id_argument("cart", "The id of the cart; left out, the viewer's open one."),),
        description="A cart of the viewer's: the account's, or else the one whose secret came in"
        " the header `X-Cart-Secret`; null where there is none.",
    )
