"""How an order is written with its lines and its payment: by one statement."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    Integer,
    Text,
    Uuid,
    bindparam,
    column,
    func,
    insert,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine

from core.statements import Statement
from models import Cart, Order, OrderLine, Payment

_OF_ORDER = (
    "cart_id",
    "account_id",
    "secret_hash",
    "email",
    "currency",
    "subtotal_minor",
    "shipping_minor",
    "total_minor",
    "shipping_method",
    "shipping_address",
)
_OF_LINE: Mapping[str, TypeEngine[Any]] = {
    "position": Integer(),
    "variant_id": Uuid(),
    "sku": Text(),
    "name": Text(),
    "quantity": Integer(),
    "unit_price_minor": BigInteger(),
    "total_minor": BigInteger(),
}


async def write_order(
    session: AsyncSession, order: Order, lines: Sequence[OrderLine], payment: Payment
) -> None:
    """Write a new order, which its cart becomes, and tell it and its payment what they became.

    They stay outside the session, which would write each by a statement of its own. The payment
    is over the order's total.
    """
    # No name is a column's alone: SQLAlchemy would set that column in each part that has it.
    given: dict[str, Any] = {f"order_{name}": getattr(order, name) for name in _OF_ORDER}
    for name in _OF_LINE:
        given[f"lines_{name}"] = [getattr(line, name) for line in lines]
    given |= {"payment_provider": payment.provider, "payment_token": payment.token}
    (row,) = await _WRITE.run(session, given)
    order.id, order.number, order.status, order.version, order.placed_at = row[:5]
    payment.id, payment.status = row[5:]
    payment.order_id = order.id
    payment.amount_minor, payment.currency = order.total_minor, order.currency


def _write() -> Statement:
    made = insert(Order).values({name: bindparam(f"order_{name}") for name in _OF_ORDER})
    placed = made.returning(
        Order.id,
        Order.number,
        Order.status,
        Order.version,
        Order.placed_at,
        Order.total_minor,
        Order.currency,
    ).cte("placed")
    charged = insert(Payment).from_select(
        ["order_id", "provider", "token", "amount_minor", "currency"],
        select(
            placed.c.id,
            bindparam("payment_provider", type_=Text()),
            bindparam("payment_token", type_=Text()),
            placed.c.total_minor,
            placed.c.currency,
        ),
    )
    payment = charged.returning(Payment.id, Payment.status).cte("payment")
    bought = update(Cart).where(Cart.id == bindparam("order_cart_id"))
    ordered = bought.values(status="ordered", version=Cart.version + 1).cte("ordered")
    both = placed.join(payment, true())
    told = select(*list(placed.c)[:5], *payment.c).select_from(both)
    return Statement(told.add_cte(_lines_of(placed), ordered))


def _lines_of(placed: CTE) -> CTE:
    arrays = [bindparam(f"lines_{name}", type_=ARRAY(each)) for name, each in _OF_LINE.items()]
    lines = (
        func.unnest(*arrays)
        .table_valued(*(column(name, each) for name, each in _OF_LINE.items()), name="line")
        .render_derived()
    )
    of_order = select(placed.c.id, *lines.c).select_from(placed.join(lines, true()))
    return (
        insert(OrderLine)
        .from_select(["order_id", *_OF_LINE], of_order.order_by(lines.c.position))
        .cte("lines")
    )


_WRITE = _write()
