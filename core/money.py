from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

# The currencies of ISO 4217 that do not have two digits after the point.
_NO_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"
_EXPONENTS = {
    **dict.fromkeys(_NO_DIGITS.split(), 0),
    **dict.fromkeys(_THREE_DIGITS.split(), 3),
}


class Money(NamedTuple):
    """An amount in minor units (cents) of an ISO 4217 currency."""

    minor_units: int
    currency: str

    @property
    def amount(self) -> Decimal:
        """The amount in major units, with the currency's own number of digits."""
        return _amount(self.minor_units, self.currency)


# The same prices are shown again and again.
@lru_cache(10_000)
def _amount(minor_units: int, currency: str) -> Decimal:
    return Decimal(minor_units).scaleb(-_EXPONENTS.get(currency, 2))


class PriceRange(NamedTuple):
    lowest: Money
    highest: Money
