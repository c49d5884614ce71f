"""What things cost together: pure functions of prices and quantities."""

from collections.abc import Iterable

from core.money import Money


def line_total(unit_price: Money, quantity: int) -> Money:
    return Money(unit_price.minor_units * quantity, unit_price.currency)


def subtotal(lines: Iterable[tuple[Money, int]], currency: str) -> Money:
    """Add up unit prices times quantities; raises ValueError for a price in another currency."""
    total = 0
    for unit_price, quantity in lines:
        if unit_price.currency != currency:
            raise ValueError(f"a price in {unit_price.currency} does not add to {currency}")
        total += line_total(unit_price, quantity).minor_units
    return Money(total, currency)
