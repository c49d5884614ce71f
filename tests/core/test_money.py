from decimal import Decimal

import pytest

from core.money import Money


@pytest.mark.parametrize(
    ("minor_units", "currency", "amount"),
    [
        (1990, "EUR", "19.90"),
        (5, "EUR", "0.05"),
        (0, "USD", "0.00"),
        (-1990, "GBP", "-19.90"),
        (1990, "JPY", "1990"),
        (1990, "KWD", "1.990"),
        (2**63 - 1, "EUR", "92233720368547758.07"),
    ],
)
def test_amount_has_the_digits_of_its_currency(
    minor_units: int, currency: str, amount: str
) -> None:
    assert str(Money(minor_units, currency).amount) == amount


def test_amount_is_exact() -> None:
    assert Money(10, "EUR").amount + Money(20, "EUR").amount == Decimal("0.30")
