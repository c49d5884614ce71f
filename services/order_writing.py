"""How an order is written with its lines and its payment: by one statement."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import CTE, Text, bindparam, column, func, insert, select, true, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from core.statements import Statement
from models import Cart, Order, OrderLine, Payment
from services.order_rows import NewOrder, OrderedLine, OrderPayment, PlacedOrder, columns_of

_OF_ORDER = [field.name for field in fields(NewOrder)]
_OF_LINE = {each.key: each.type for each in columns_of(OrderLine, OrderedLine)}
_SIZE = len(fields(PlacedOrder))


async def write_order(
    session: AsyncSession,
    order: NewOrder,
    lines: Sequence[OrderedLine],
    *,
    provider: str,
    token: str,
) -> tuple[PlacedOrder, OrderPayment]:
    """Write a new order, which its cart becomes, with a payment over its total."""
    # No name is a column's alone: SQLAlchemy would set that column in each part that has it.
    given: dict[str, Any] = {f"order_{name}": getattr(order, name) for name in _OF_ORDER}
    for name in _OF_LINE:
        given[f"lines_{name}"] = [getattr(line, name) for line in lines]
    given |= {"payment_provider": provider, "payment_token": token}
    (row,) = await _WRITE.run(session, given)
    return PlacedOrder(*row[:_SIZE]), OrderPayment(*row[_SIZE:])


def _write() -> Statement:
    made = insert(Order).values({name: bindparam(f"order_{name}") for name in _OF_ORDER})
    placed = made.returning(*columns_of(Order, PlacedOrder)).cte("placed")
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
    payment = charged.returning(*columns_of(Payment, OrderPayment)).cte("payment")
    bought = update(Cart).where(Cart.id == bindparam("order_cart_id"))
    ordered = bought.values(status="ordered", version=Cart.version + 1).cte("ordered")
    told = select(*placed.c, *payment.c).select_from(placed.join(payment, true()))
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
