"""The properties of products, a type for each kind of value."""

from decimal import Decimal

import strawberry

from execution.cache_hints import INHERITED
from execution.fields import derived, listed
from execution.rows import rows
from loaders.product_details import AttributeRow


@strawberry.interface(
    description="A property of a product that all its variants share: text, number or boolean.",
    directives=[INHERITED],
)
class Attribute:
    key: str = strawberry.field(description="The key that filters of `search` name: `screen_size`.")
    name: str = strawberry.field(description="The name that shoppers see: `Screen size`.")


@rows(AttributeRow, when=("kind", "TEXT"))
@strawberry.type(
    description="An attribute whose values are words, such as the material.",
    directives=[INHERITED],
)
class TextAttribute(Attribute):
    values: list[str] = listed(
        at_most=100, description="Its values, at most 100; most products have one."
    )


@rows(AttributeRow, when=("kind", "NUMBER"))
@strawberry.type(
    description="An attribute whose values are numbers; the unit, if any, stands in its name.",
    directives=[INHERITED],
)
class NumberAttribute(Attribute):
    values: list[Decimal] = derived(
        lambda row: [Decimal(value) for value in row.values],
        "values",
        at_most=100,
        description="Its values, at most 100; most products have one.",
    )


@rows(AttributeRow, when=("kind", "BOOLEAN"))
@strawberry.type(
    description="An attribute that is true or false of a product, such as dishwasher-safe.",
    directives=[INHERITED],
)
class BooleanAttribute(Attribute):
    value: bool = derived(
        lambda row: row.values[0].lower() == "yes",
        "values",
        description="Whether it is true of the product.",
    )
