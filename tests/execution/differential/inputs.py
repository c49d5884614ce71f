"""Random values of input types, as JSON has them, and how a document writes them."""

from random import Random
from typing import Any
from uuid import UUID

import orjson
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    get_nullable_type,
)

from core.ids import encode_id
from execution.rows import entities
from loaders.event_positions import write_position

_WORDS = ("mug", "DE", "order.placed", "", 'a "quoted" word', "🫖", "new\nline")
_SCALARS: dict[str, tuple[Any, ...]] = {
    "Boolean": (True, False),
    "Float": (0.5, 2, -1.25),
    "Date": ("2026-02-01",),
    "DateTime": ("2026-02-01T09:30:00+00:00",),
    "Decimal": ("19.90",),
    "CurrencyCode": ("EUR",),
    "JSON": ({"key": [1, None]}, "text", 7, True),
    # Few numbers are no sizes of pages.
    "Int": (*(1, 2, 3, 5, 100) * 12, 0, -1, 101),
}


def nullable(each: GraphQLInputType) -> Any:
    """Return the type without its exclamation mark."""
    return get_nullable_type(each)


def input_value(random: Random, name: str, each: GraphQLInputType) -> Any:
    """Return a value for an argument or part of this name."""
    if not isinstance(each, GraphQLNonNull) and random.random() < 0.1:
        return None
    bare = nullable(each)
    if isinstance(bare, GraphQLList):
        # One value stands for a list of it.
        if random.random() < 0.1:
            return input_value(random, name, GraphQLNonNull(nullable(bare.of_type)))
        return [input_value(random, name, bare.of_type) for _ in range(random.randrange(3))]
    if isinstance(bare, GraphQLInputObjectType):
        return {
            key: input_value(random, key, field.type)
            for key, field in bare.fields.items()
            if isinstance(field.type, GraphQLNonNull) or random.random() < 0.5
        }
    if isinstance(bare, GraphQLEnumType):
        return random.choice(sorted(bare.values))
    return _scalar(random, name, bare)


def _scalar(random: Random, name: str, each: GraphQLScalarType) -> Any:
    if each.name == "_Any":
        return _representation(random)
    if each.name == "ID":
        return _some_id(random, name.removesuffix("Id"))
    if each.name == "String":
        return random.choice((*_WORDS, write_position(random.randrange(100))))
    return random.choice(_SCALARS[each.name])


def _representation(random: Random) -> dict[str, Any]:
    name = random.choice(sorted(entities()))
    prefix = entities()[name].prefix or ""
    return {
        "__typename": name,
        "id": _some_id(random, prefix if random.random() < 0.9 else ""),
    }


def _some_id(random: Random, prefix: str) -> str:
    """Return the id of one of a few objects, of whatever type if there is none of the prefix."""
    prefixes = sorted(each.prefix or "" for each in entities().values())
    if prefix not in prefixes:
        prefix = random.choice(prefixes)
    return encode_id(prefix, UUID(int=random.getrandbits(8)))


def literal(each: GraphQLInputType, value: Any) -> str:
    """Write a value as GraphQL does, in which the names of enums and objects stand bare."""
    bare = nullable(each)
    if isinstance(bare, GraphQLList) and value is not None:
        entries = value if isinstance(value, list) else [value]
        written = ", ".join(literal(bare.of_type, entry) for entry in entries)
        return f"[{written}]" if isinstance(value, list) else written
    if isinstance(bare, GraphQLEnumType) and value is not None:
        return str(value)
    if isinstance(value, dict):
        fields = bare.fields if isinstance(bare, GraphQLInputObjectType) else {}
        parts = (
            f"{key}: {literal(fields[key].type if key in fields else bare, part)}"
            for key, part in value.items()
        )
        return f"{{{', '.join(parts)}}}"
    return orjson.dumps(value).decode()
