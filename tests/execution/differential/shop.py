"""The shop's schema with made-up answers in place of its reads and root resolvers."""

from collections.abc import AsyncIterator, Callable, Hashable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, cast
from unittest.mock import patch

import strawberry
from graphql import GraphQLField, GraphQLObjectType, GraphQLOutputType, GraphQLSchema
from strawberry.types.field import StrawberryField

from app.context import OperationContext
from core.viewer import ANONYMOUS, PartnerKey, Viewer
from execution.arguments import Argument
from execution.entities import entities as entities_by_keys
from execution.fields import RootField, SubscriptionField
from execution.objects import object_types
from execution.read_field import ReadField
from execution.rows import ByKey, entities
from resolvers.nodes import node
from schema.graph import build_schema
from tests.execution.differential.answers import Answers
from tests.execution.differential.world import World

# How the batch reads of entities by their ids are called.
BY_ID = " by id"
_ACCOUNT = World(0).uuid("account")
_KEY = PartnerKey(
    World(0).uuid("key"), "acme", frozenset({"events:read", "webhooks:write", "documents:publish"})
)
_SINGLE = (int, int | None, str, str | None, strawberry.ID, strawberry.ID | None)
# Most may do most, as what is refused shows nothing more.
VIEWERS = (
    ANONYMOUS,
    Viewer(key=_KEY),
    Viewer(_ACCOUNT, "customer"),
    Viewer(_ACCOUNT, "merchant"),
    Viewer(_ACCOUNT, "admin"),
    *[Viewer(_ACCOUNT, "admin", key=_KEY)] * 5,
)


@dataclass(frozen=True)
class Call:
    """One call of a batch read, or of a root resolver, which has no keys."""

    coordinate: str
    keys: tuple[object, ...] | None
    given: str


class Operation(OperationContext):
    """The context of one operation in a world, which notes what is called."""

    public_url = "http://shop"

    def __init__(self, schema: GraphQLSchema, world: World, viewer: Viewer) -> None:
        # It has no resources, which nothing that is made up asks for.
        self.viewer = self._requester = viewer
        self.loaders = {}
        self.schema, self.world = schema, world
        self.calls: list[Call] = []

    def called(self, coordinate: str, given: dict[str, Any], keys: Any = None) -> tuple[Any, ...]:
        """Note a call, and return the place of its answer, which is the viewer's own."""
        arguments = {
            name: value
            for name, value in given.items()
            # What is asked of the rows does not change which rows they are.
            if name not in {"columns", "columns_of", "selected", "page"}
        }
        described = repr((arguments, given.get("page"), sorted(given.get("columns", ()))))
        self.calls.append(Call(coordinate, keys, described))
        page = given.get("page")
        position = page and (page.first, page.after)
        return (coordinate, repr(arguments), position, self.viewer.role, self.viewer.account_id)


@contextmanager
def made_up_shop(subgraph: str | None = None) -> Iterator[GraphQLSchema]:
    """Build the shop's schema, or a slice, and let no function of it be called meanwhile."""
    schema = build_schema(subgraph).core
    with _patched(schema):
        yield schema


@contextmanager
def _patched(schema: GraphQLSchema) -> Iterator[None]:
    with ExitStack() as patches:
        for name, binding in entities().items():
            # A slice has not all of them.
            if name in schema.type_map:
                answer = cast("GraphQLObjectType", schema.type_map[name])
                made = _read(cast("ByKey", binding.by_id), name + BY_ID, answer)
                patches.enter_context(patch.object(binding, "by_id", made))
        # Types share the fields that they inherit.
        fields = {
            id(field.extensions["strawberry-definition"]): field
            for each in object_types(schema)
            for field in each.fields.values()
        }
        for field in fields.values():
            declared = field.extensions["strawberry-definition"]
            for part, made in _made_up(declared, coordinate_of(field), field.type):
                patches.enter_context(patch.object(declared, part, made))
            if isinstance(declared, ReadField | RootField):
                lenient = tuple(map(_lenient, declared.own_arguments))
                patches.enter_context(patch.object(declared, "own_arguments", lenient))
        yield


def coordinate_of(field: GraphQLField) -> str:
    """Name a field by the class that declares it, whichever type inherits it."""
    declared: StrawberryField = field.extensions["strawberry-definition"]
    origin = declared.origin
    return f"{origin.__name__ if origin else ''}.{declared.python_name}"


def _lenient(argument: Argument) -> Argument:
    """Take whatever a document gives, but for single values, which are refused as ever.

    Hardly any random input of several parts has nothing that the shop refuses.
    """
    if argument.annotation in _SINGLE:
        return argument

    def freeze(value: object) -> Hashable:
        try:
            return argument.freeze(value)
        except ValueError:
            return repr(value)

    return replace(argument, freeze=freeze)


def _made_up(
    declared: object, coordinate: str, answer: GraphQLOutputType
) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield which part of a field is made up, and how."""
    if isinstance(declared, ReadField):
        yield "read", _read(declared.read, coordinate, answer)
    elif isinstance(declared, SubscriptionField):
        yield "resolver", _events(declared.resolver, coordinate, answer)
    # What these two read by keys is made up already.
    elif isinstance(declared, RootField) and declared.resolver not in {entities_by_keys, node}:
        yield "resolver", _root(declared.resolver, coordinate, answer)


def _read(
    original: Callable[..., Any], coordinate: str, answer: GraphQLOutputType
) -> Callable[..., Any]:
    @wraps(original)
    async def read(context: Operation, keys: Sequence[Any], **given: Any) -> list[Any]:
        world = context.world
        place = context.called(coordinate, given, tuple(keys))
        await world.wait(coordinate, keys)
        if world.goes_wrong("batch", *place):
            raise world.error("batch", *place)
        answers = Answers(context.schema, world, given)
        return [answers.of(answer, key, *place) for key in keys]

    return read


def _root(
    original: Callable[..., Any], coordinate: str, answer: GraphQLOutputType
) -> Callable[..., Any]:
    @wraps(original)
    async def resolver(context: Operation, **given: Any) -> Any:
        world = context.world
        place = context.called(coordinate, given)
        await world.wait(coordinate)
        if coordinate.startswith("AccountMutation.") and world.happens(500, "log in", *place):
            context.viewer = world.pick(VIEWERS, *place)
        if world.goes_wrong("root", *place):
            raise world.error("root", *place)
        return Answers(context.schema, world, given).of(answer, *place)

    return resolver


def _events(
    original: Callable[..., Any], coordinate: str, answer: GraphQLOutputType
) -> Callable[..., Any]:
    @wraps(original)
    async def resolver(context: Operation, **given: Any) -> AsyncIterator[Any]:
        world = context.world
        place = context.called(coordinate, given)
        for number in range(world.draw("events", *place) % 4):
            await world.wait(coordinate, number)
            yield Answers(context.schema, world, given).of(answer, number, *place)
        if world.goes_wrong("root", *place):
            raise world.error("root", *place)

    return resolver
