from dataclasses import dataclass
from decimal import Decimal

# The digits after the point of currencies that do not have two (ISO 4217, 2026).
_EXPONENTS = dict.fromkeys(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ],
    0,
) | dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3)


@dataclass(frozen=True)
class Money:
    """An amount in minor units (cents) of an ISO 4217 currency."""

    minor_units: int
    currency: str

    @property
    def amount(self) -> Decimal:
        """The amount in major units, with the currency's own number of digits."""
        return Decimal(self.minor_units).scaleb(-_EXPONENTS.get(self.currency, 2))
