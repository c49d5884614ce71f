"""What a product's variants differ in."""

from collections.abc import Sequence

import strawberry


@strawberry.type
class SelectedOption:
    name: str
    value: str


@strawberry.type
class ProductOption:
    name: str
    values: list[str]


def product_options(variants: Sequence[list[dict[str, str]]]) -> list[ProductOption]:
    """Return options as they stand in a variant, each with its values in the variants' order."""
    places: dict[tuple[str, str], tuple[int, str, int]] = {}
    for position, options in enumerate(variants):
        for ordinal, option in enumerate(options):
            name, value = option["name"], option["value"]
            place = (ordinal, name, position)
            places[name, value] = min(places.get((name, value), place), place)
    values: dict[str, list[str]] = {}
    for name, value in sorted(places, key=places.__getitem__):
        values.setdefault(name, []).append(value)
    return [ProductOption(name=name, values=several) for name, several in values.items()]
