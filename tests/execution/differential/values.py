"""The values of a world: columns of rows by their types, and leaves by theirs."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from types import UnionType
from typing import Any, get_args, get_origin
from uuid import UUID

from graphql import GraphQLEnumType, GraphQLNamedType

from core.reads import Row
from execution.rows import BINDINGS
from models import ProductStatus
from services.accounts import Role
from services.effects import EffectStatus
from services.order_states import OrderStatus, Party
from services.payments import PaymentStatus
from services.webhooks.endpoints import WebhookEndpointStatus
from tests.execution.differential.payloads import address, payload
from tests.execution.differential.world import World

CURRENCIES = ("EUR", "JPY", "KWD")
_WORDS = ("", "mug", "Ærø", 'a "quoted" word', "new\nline", "🫖")
_ATTRIBUTES = {"Text": _WORDS, "Number": ("1", "12.50", "-3e4"), "Boolean": ("yes", "no")}
_AGGREGATES = ("order", "product", "account", "cart")
# The columns of text that hold one of a few words.
_WORDS_OF: dict[tuple[str, str], Sequence[str | None]] = {
    ("ProductRow", "status"): [each.value for each in ProductStatus],
    ("OrderRow", "status"): [each.value for each in OrderStatus],
    ("OrderRow", "party"): [None, *(each.value for each in Party)],
    ("PaymentRow", "status"): [each.value for each in PaymentStatus],
    ("EffectRow", "status"): [each.value for each in EffectStatus],
    ("WebhookDeliveryRow", "status"): [each.value for each in EffectStatus],
    ("WebhookEndpointRow", "status"): [each.value for each in WebhookEndpointStatus],
    ("AccountRow", "role"): [each.value for each in Role],
    ("LoggedEventRow", "aggregate_type"): _AGGREGATES,
}
# Values that no column of their types has: out of range, of another type, and nothing.
_WRONG: Sequence[object] = (None, None, 2**40, "nonsense", -1, 1.5, ["a", 1], {"a": 1}, True)
_NO_LISTS: Sequence[object] = (None, "nonsense", 7, ["a", None], {"a": 1}, {"a"})


def row_of(type_name: str, world: World, names: frozenset[str], *where: object) -> Row:
    """Return a row of an object type that carries these columns and no others."""
    row = BINDINGS[type_name].row
    made = [_column(type_name, row, world, name, where) for name in row.columns if name in names]
    for prefix, neighbour in row.neighbours.items():
        asked = neighbour.asked(prefix, names)
        made += (
            _column(type_name, neighbour.row, world, name, (prefix, *where))
            for name in neighbour.row.columns
            if name in asked
        )
    return row.of(names, made)


def _column(
    type_name: str, row: type[Row], world: World, name: str, where: tuple[object, ...]
) -> Any:
    place = (row.__name__, name, *where)
    annotation: Any = row.__annotations__[name]
    several = get_origin(annotation) in {list, dict}
    if world.goes_wrong("column", *place, often=8 if several else 1):
        wrong = _NO_LISTS if several else _WRONG
        return world.pick((*wrong, world.error(*place)), "column", *place)
    if row.__name__ == "AttributeRow" and name in {"kind", "values"}:
        return _attribute(type_name, world, name, place)
    if name == "payload":
        # The type stands in a column that may not be asked for, and is drawn again.
        kind = world.pick(_AGGREGATES, row.__name__, "aggregate_type", *where)
        return payload(world, kind, place)
    if words := _WORDS_OF.get((row.__name__, name)):
        return world.pick(words, *place)
    made = _NAMED.get(name)
    return made(world, place) if made else _of_type(row.__annotations__[name], world, place)


def _currency(world: World, place: tuple[object, ...]) -> str:
    return world.pick(CURRENCIES, *place)


def _options(world: World, place: tuple[object, ...]) -> list[dict[str, str]]:
    return [{"name": "size", "value": _text(world, *place)}] * (world.draw(*place) % 3)


_NAMED: dict[str, Callable[[World, tuple[object, ...]], object]] = {
    "currency": _currency,
    "options": _options,
    "shipping_address": address,
}


def _attribute(type_name: str, world: World, name: str, place: tuple[object, ...]) -> Any:
    kind = type_name.removesuffix("Attribute")
    if name == "kind":
        return kind.upper()
    texts: Sequence[str] = _ATTRIBUTES[kind]
    return [world.pick(texts, number, *place) for number in range(1 + world.draw(*place) % 2)]


def _of_type(annotation: Any, world: World, place: tuple[object, ...]) -> Any:
    if isinstance(annotation, UnionType):
        if world.happens(300, "null", *place):
            return None
        return _of_type(get_args(annotation)[0], world, place)
    if get_origin(annotation) is list:
        item = get_args(annotation)[0]
        return [_of_type(item, world, (n, *place)) for n in range(world.draw(*place) % 3)]
    if get_origin(annotation) is dict:
        return {"key": _text(world, *place)}
    return _MADE[annotation](world, *place)


def _text(world: World, *place: object) -> str:
    return world.pick(_WORDS, *place) + str(world.draw("text", *place) % 100)


_MADE: dict[type, Callable[..., object]] = {
    UUID: World.uuid,
    str: _text,
    int: lambda world, *place: world.draw(*place) % 10_000,
    bool: lambda world, *place: world.happens(500, *place),
    datetime: World.moment,
    date: lambda world, *place: world.moment(*place).date(),
    float: lambda world, *place: world.draw(*place) % 1000 / 8,
    Decimal: lambda world, *place: Decimal(world.draw(*place) % 10_000) / 100,
}
_LEAVES: dict[str, type] = {
    "ID": str,
    "String": str,
    "Int": int,
    "Boolean": bool,
    "Float": float,
    "DateTime": datetime,
    "Date": date,
    "Decimal": Decimal,
}


def leaf(named: GraphQLNamedType, world: World, place: tuple[object, ...]) -> Any:
    """Return a value of a scalar or enum, as a resolver would."""
    if world.goes_wrong("leaf", *place):
        return world.pick((*_WRONG, world.error(*place)), "leaf", *place)
    if isinstance(named, GraphQLEnumType):
        return world.pick([each.value for each in named.values.values()], *place)
    if named.name == "CurrencyCode":
        return world.pick(CURRENCIES, *place)
    if named.name == "JSON":
        return {"key": _text(world, *place)}
    return _MADE[_LEAVES[named.name]](world, *place)
