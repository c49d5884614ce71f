"""What the log is told of an order: the whole of it, as `services/event_types.py` declares it."""

from collections.abc import Sequence
from typing import Any

from pydantic.alias_generators import to_camel

from benchmarks.references.plain.order_models import Event, Order, OrderLine
from benchmarks.references.plain.shared import Money
from core.ids import encode_id


def order_event(order: Order, lines: Sequence[OrderLine], sequence: int, kind: str) -> Event:
    return Event(
        aggregate_id=order.id,
        sequence=sequence,
        type=kind,
        payload=_payload(order, lines),
        subjects=[line.variant_id for line in lines],
    )


def _money(minor: int, currency: str) -> dict[str, Any]:
    amount = Money.of(minor, currency).amount
    return {"amount": str(amount), "currency": currency, "minorUnits": minor}


def _payload(order: Order, lines: Sequence[OrderLine]) -> dict[str, Any]:
    account, currency = order.account_id, order.currency
    return {
        "id": encode_id("order", order.id),
        "number": order.number,
        "status": order.status.upper(),
        "version": order.version,
        "placedAt": order.placed_at.isoformat(),
        "accountId": None if account is None else encode_id("account", account),
        "email": order.email,
        "currency": currency,
        "subtotal": _money(order.subtotal_minor, currency),
        "shipping": _money(order.shipping_minor, currency),
        "total": _money(order.total_minor, currency),
        "shippingMethod": order.shipping_method,
        "shippingAddress": {
            to_camel(name): value for name, value in order.shipping_address.items()
        },
        "lines": [
            {
                "variantId": encode_id("variant", line.variant_id),
                "sku": line.sku,
                "name": line.name,
                "quantity": line.quantity,
                "unitPrice": _money(line.unit_price_minor, currency),
                "total": _money(line.total_minor, currency),
            }
            for line in lines
        ],
    }
