from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import Money
from services.pricing import line_total, subtotal

PRICES = st.integers(0, 10**9).map(lambda minor: Money(minor, "EUR"))
QUANTITIES = st.integers(1, 999)
LINES = st.lists(st.tuples(PRICES, QUANTITIES), max_size=100)


def test_a_line_costs_its_price_so_many_times() -> None:
    assert line_total(Money(1990, "EUR"), 3) == Money(5970, "EUR")


def test_a_line_of_a_currency_without_digits_stays_whole() -> None:
    assert line_total(Money(500, "JPY"), 2) == Money(1000, "JPY")


def test_nothing_costs_nothing() -> None:
    assert subtotal([], "EUR") == Money(0, "EUR")


def test_adds_up_the_lines() -> None:
    assert subtotal([(Money(1990, "EUR"), 2), (Money(5, "EUR"), 3)], "EUR") == Money(3995, "EUR")


def test_another_currency_is_refused() -> None:
    with pytest.raises(ValueError, match="a price in USD does not add to EUR"):
        subtotal([(Money(1, "EUR"), 1), (Money(1, "USD"), 1)], "EUR")


@given(PRICES, QUANTITIES, QUANTITIES)
def test_a_line_may_be_split(price: Money, some: int, more: int) -> None:
    split = subtotal([(price, some), (price, more)], "EUR")

    assert line_total(price, some + more) == split


@given(LINES, st.randoms())
def test_the_order_of_lines_does_not_matter(lines: list[tuple[Money, int]], random: Random) -> None:
    shuffled = sorted(lines, key=lambda _line: random.random())

    assert subtotal(shuffled, "EUR") == subtotal(lines, "EUR")


@given(LINES, LINES)
def test_carts_cost_together_what_they_cost_apart(
    some: list[tuple[Money, int]], more: list[tuple[Money, int]]
) -> None:
    apart = subtotal(some, "EUR").minor_units + subtotal(more, "EUR").minor_units

    assert subtotal(some + more, "EUR").minor_units == apart
