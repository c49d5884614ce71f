"""Value types without an owner, and the scalars of the graph."""

from decimal import Decimal
from enum import Enum
from typing import NewType

import strawberry
from strawberry.schema.config import StrawberryConfig

from execution.fields import derived

CurrencyCode = NewType("CurrencyCode", str)

# The roles that look after the shop, or after their own part of it.
STAFF = ("admin", "merchant")

CONFIG = StrawberryConfig(
    scalar_map={
        CurrencyCode: strawberry.scalar(
            name="CurrencyCode",
            description="The three letters of a currency in ISO 4217, such as EUR.",
            specified_by_url="https://www.iso.org/iso-4217-currency-codes.html",
            serialize=str,
            parse_value=str,
        )
    }
)


def publish_enum(enum: type[Enum], description: str, values: dict[str, str]) -> None:
    """Give an enum of a lower room, which does not know Strawberry, its texts in the graph."""
    strawberry.enum(enum, description=description)
    for value in enum.__strawberry_definition__.values:  # type: ignore[attr-defined]
        value.description = values[value.name]


def storable(text: str) -> str:
    """Refuse by ValueError the one character that PostgreSQL takes in no text."""
    if "\x00" in text:
        raise ValueError("The character NUL stands in no text of this shop.")
    return text


@strawberry.type(description="An amount of money.")
class Money:
    amount: Decimal = derived(
        lambda money: money.amount,
        description="The amount in major units, with the currency's own number of digits: 19.90.",
    )
    currency: CurrencyCode = strawberry.field(description="The currency of the amount.")
    minor_units: int = strawberry.field(
        description="The same amount in the currency's smallest unit, for exact arithmetic: 1990."
    )


@strawberry.type(description="The lowest and the highest of several prices, often the same.")
class PriceRange:
    lowest: Money = strawberry.field(description="The lowest price.")
    highest: Money = strawberry.field(description="The highest price.")
