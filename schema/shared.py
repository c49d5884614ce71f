"""Value types without an owner, and the scalars of the graph."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import NewType

import strawberry
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.types.base_scalars import (
    DateDefinition,
    DateTimeDefinition,
    DecimalDefinition,
)

from execution.arguments import Argument
from execution.cache_hints import INHERITED
from execution.fields import derived

CurrencyCode = NewType("CurrencyCode", str)

IDEMPOTENCY_KEY = Argument(
    "idempotency_key",
    str | None,
    "A name for this call, 1 to 255 characters, such as a random UUID: called again with it within"
    " a day, nothing is done twice. Other input under the same name is an error.",
    None,
)

# How many seconds old what shoppers see may be, where a cache answers. A name or a picture may be a
# minute old: nobody is harmed by the one before, and who corrects one finds it corrected soon. Of
# prices and stock, checkout refuses what is not so any more, and charges no other price than the
# shopper saw: an old one costs a shopper a second try, never money. Five seconds keep that rare,
# and yet of a rush on one product a cache lets through a request in five seconds.
CONTENT_AGE = 60
OFFER_AGE = 5

# The roles that look after the shop, or after their own part of it.
STAFF = ("admin", "merchant")

CONFIG = StrawberryConfig(
    scalar_map={
        CurrencyCode: strawberry.scalar(
            name="CurrencyCode",
            description="The three capital letters of a currency in ISO 4217, such as EUR.",
            specified_by_url="https://www.iso.org/iso-4217-currency-codes.html",
            serialize=str,
            parse_value=str,
        ),
        JSON: strawberry.scalar(
            name="JSON",
            description="Any value of JSON as it is, such as an object of whatever parts.",
            specified_by_url="https://www.rfc-editor.org/rfc/rfc8259",
            serialize=lambda value: value,
            parse_value=lambda value: value,
        ),
        # Strawberry's own, with words for people who do not know Python.
        date: replace(
            DateDefinition, description="A day as ISO 8601 writes it, such as `2026-02-01`."
        ),
        datetime: replace(
            DateTimeDefinition,
            description="A moment in UTC as ISO 8601 writes it, such as"
            " `2026-02-01T09:30:00+00:00`.",
        ),
        Decimal: replace(
            DecimalDefinition,
            description='An exact decimal number, as a string so that no digit is lost: `"19.90"`.',
        ),
    }
)


def publish_enum(
    enum: type[Enum],
    description: str,
    values: dict[str, str],
    deprecated: dict[str, str] | None = None,
) -> None:
    """Give an enum of a lower room, which does not know Strawberry, its texts in the graph.

    `deprecated` is why values go, from `replaced_by`, by their names.
    """
    strawberry.enum(enum, description=description)
    for value in enum.__strawberry_definition__.values:  # type: ignore[attr-defined]
        value.description = values[value.name]
        value.deprecation_reason = (deprecated or {}).get(value.name)


def storable(text: str) -> str:
    """Refuse by ValueError the one character that PostgreSQL takes in no text."""
    if "\x00" in text:
        raise ValueError("The character NUL stands in no text of this shop.")
    return text


@strawberry.type(
    description="An amount of money, told twice: in major units to show, and in minor units to"
    " calculate with.",
    directives=[INHERITED],
)
class Money:
    amount: Decimal = derived(
        lambda money: money.amount,
        description="The amount in major units, with the currency's own number of digits: `19.90`.",
    )
    currency: CurrencyCode = strawberry.field(
        description="The currency of `amount` and of `minorUnits`."
    )
    minor_units: int = strawberry.field(
        description="The same amount in the currency's smallest unit, for exact arithmetic: 1990."
    )


@strawberry.type(
    description="The lowest and the highest of several prices, often the same.",
    directives=[INHERITED],
)
class PriceRange:
    lowest: Money = strawberry.field(description="The lowest price, which filters and sorts go by.")
    highest: Money = strawberry.field(description="The highest price, in the same currency.")
