"""The payload of an order's events."""

from datetime import UTC, datetime

from services.event_types import (
    MoneyPayload,
    OrderLinePayload,
    OrderPayload,
    PostalAddressPayload,
)


def euros(minor_units: int) -> MoneyPayload:
    return MoneyPayload.of(minor_units, "EUR")


ORDER = OrderPayload(
    id="order_00000000000000000000000000",
    number=100001,
    status="CONFIRMED",
    version=2,
    placed_at=datetime(2026, 11, 24, tzinfo=UTC),
    account_id=None,
    email="asa@home.example",
    currency="EUR",
    subtotal=euros(2000),
    shipping=euros(490),
    total=euros(2490),
    shipping_method="standard",
    shipping_address=PostalAddressPayload(
        recipient="Åsa Berg",
        line1="Storgata 1",
        line2="",
        postal_code="0155",
        city="Oslo",
        region="",
        country_code="NO",
    ),
    lines=[
        OrderLinePayload(
            variant_id=None,
            sku="JUMPER",
            name="Jumper",
            quantity=2,
            unit_price=euros(1000),
            total=euros(2000),
        )
    ],
).model_dump(mode="json", by_alias=True)
