"""What is known of a product: an attribute is of text, numbers or a boolean."""

from decimal import Decimal

import strawberry

from benchmarks.references.plain import models


@strawberry.interface
class Attribute:
    key: str
    name: str


@strawberry.type
class TextAttribute(Attribute):
    values: list[str]


@strawberry.type
class NumberAttribute(Attribute):
    values: list[Decimal]


@strawberry.type
class BooleanAttribute(Attribute):
    value: bool


# Types that only an interface leads to have to be named to the schema.
ATTRIBUTES = (BooleanAttribute, NumberAttribute, TextAttribute)


def attribute_of(definition: models.AttributeDefinition, values: list[str]) -> Attribute:
    key, name = definition.key, definition.name
    match definition.kind:
        case "TEXT":
            return TextAttribute(key=key, name=name, values=values)
        case "NUMBER":
            return NumberAttribute(key=key, name=name, values=[Decimal(each) for each in values])
        case _:
            return BooleanAttribute(key=key, name=name, value=values[0].lower() == "yes")
