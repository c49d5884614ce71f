"""The kinds of field a type may have besides attributes: derived, declared read, and root."""

import asyncio
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Coroutine,
    Hashable,
    Sequence,
)
from contextlib import aclosing
from typing import Any, TypeVar, cast

import strawberry
from aiodataloader import DataLoader
from graphql import located_error
from strawberry.federation.schema_directives import Cost
from strawberry.types.field import StrawberryField
from strawberry.types.info import Info

from core.reads import Page, Row
from execution.arguments import Argument
from execution.cache_hints import kept_for
from execution.calling import asked_by, call_arguments, check_arguments, declare_arguments
from execution.prices import list_size
from execution.rows import Binding, ByKey, NeedsColumns

FieldT = TypeVar("FieldT", bound=StrawberryField)

BatchRead = Callable[..., Awaitable[Sequence[Any]]]

# A transaction, with what it locks and the wait for its commit, takes as long as reading so many
# objects of a page.
MUTATION_COST = 100


class DerivedField(NeedsColumns):
    """A pure function of the row."""

    def __init__(
        self,
        function: Callable[[Any], Any],
        columns: Sequence[str],
        description: str,
        statements: int = 0,
    ) -> None:
        super().__init__(description=description)
        self.function = function
        self.columns = frozenset(columns)
        self.statements = statements

    @property
    def is_basic_field(self) -> bool:
        # Strawberry then skips the making of an Info object, which the function does not take.
        return True

    def get_result(self, source: Any, info: Info | None, args: list[Any], kwargs: Any) -> Any:
        del info, args, kwargs
        return self.function(source)

    def __copy__(self) -> "DerivedField":
        columns = tuple(self.columns)
        copied = DerivedField(self.function, columns, self.description or "", self.statements)
        copied.python_name, copied.type_annotation = self.python_name, self.type_annotation
        copied.directives, copied.deprecation_reason = self.directives, self.deprecation_reason
        return copied


def derived(
    function: Callable[[Any], Any],
    *columns: str,
    cost: int | None = None,
    at_most: int | None = None,
    statements: int = 0,
    max_age: int | None = None,
    deprecated: str | None = None,
    description: str,
) -> Any:
    """Declare a field computed from the named columns of its row, without any reading.

    `cost` is what it adds to the cost of an operation, `at_most` how many entries a list has, and
    `max_age` for how many seconds caches may keep it, where that is less than for its type.
    `statements` is how many more SQL statements the read of its row sends where it is selected.
    `deprecated` is why it goes, from `replaced_by`, here and in every other declaration.
    """
    field = DerivedField(function, columns, description, statements)
    return _declared(field, cost, at_most, max_age=max_age, deprecated=deprecated)


def listed(*, at_most: int, deprecated: str | None = None, description: str) -> Any:
    """Declare a list that is an attribute, and how many entries it has."""
    field = strawberry.field(description=description)
    return _declared(field, at_most=at_most, deprecated=deprecated)


def _declared(
    each: FieldT,
    cost: int | None = None,
    at_most: int | None = None,
    sliced_by: str | None = None,
    max_age: int | None = None,
    deprecated: str | None = None,
) -> FieldT:
    """Declare what a field costs, how many entries it has, how old it may be and why it goes."""
    each.deprecation_reason = deprecated
    if cost is not None:
        each.directives = [*each.directives, Cost(weight=cost)]
    if at_most is not None or sliced_by is not None:
        each.directives = [*each.directives, list_size(at_most, sliced_by)]
    if max_age is not None:
        each.directives = [*each.directives, kept_for(max_age)]
    return each


class ReadField(NeedsColumns):
    """A batch read, answered once for all the parents of a level."""

    statements = 1

    def __init__(
        self,
        read: BatchRead,
        key: str,
        arguments: Sequence[Argument],
        description: str,
        requires: Collection[str] = (),
        neighbour: str | None = None,
    ) -> None:
        super().__init__(description=description)
        self.require(requires)
        self.neighbour = neighbour
        self.read, self.key, self.own_arguments = read, key, tuple(arguments)
        self.columns = frozenset([key])
        check_arguments(read, self.own_arguments)
        declare_arguments(self, read, self.own_arguments)

    @property
    def is_basic_field(self) -> bool:
        return False

    def get_result(self, source: Any, info: Info | None, args: list[Any], kwargs: Any) -> Any:
        del args
        info = cast("Info", info)
        context = self.context_for(source, info.context)
        self.check(context)
        if (found := self.found_beside(source)) is not None:
            return found
        key = self.key_of(source)
        if key is None:
            return None
        # Where a place is nulled, graphql-core cancels what still waits there, and other objects
        # may wait for the very same key.
        return asyncio.shield(self._loader(context, info, kwargs).load(key))

    def context_for(self, source: Any, context: Any) -> Any:
        """Return the context to read in below an object: of the viewer, or of who sent the request.

        What another subgraph adds, a gateway asks of it with the request's own headers, and so all
        that is below it. Whole, the graph answers it to the same viewer, whomever a mutation has
        logged in.
        """
        for_requester = self.contributed_to or getattr(source, "for_requester", False)
        return context.as_requested() if for_requester else context

    def found_beside(self, source: Any) -> Any:
        """Return what was read together with an object, None where nothing was."""
        return self.neighbour and getattr(source, self.neighbour, None)

    def key_of(self, source: Any) -> Hashable:
        """Return what an object is read by, None if nothing."""
        key = getattr(source, self.key)
        # An array column is a key too, once it can be hashed.
        return tuple(key) if isinstance(key, list) else cast("Hashable", key)

    def _loader(
        self, context: Any, info: Info, kwargs: dict[str, Any]
    ) -> DataLoader[Hashable, Any]:
        # A field's nodes are the same objects for all parents of its level, and its arguments
        # come from them: they name one loader for the level. The types of an interface share
        # nodes but not the field.
        loaders = context.loaders
        nodes = info._raw_info.field_nodes  # noqa: SLF001 - Info has no other way.
        level = (id(self), *map(id, nodes))
        if level not in loaders:
            given = call_arguments(self.read, asked_by(info), kwargs, self.own_arguments)
            is_viewer = context is info.context
            loaders[level] = DataLoader(self.batch(context, given, is_viewer=is_viewer))
        return cast("DataLoader[Hashable, Any]", loaders[level])

    def batch(
        self, context: Any, given: dict[str, Any], *, is_viewer: bool
    ) -> Callable[[list[Hashable]], Coroutine[Any, Any, list[Any]]]:
        """Return what reads the values of all keys of a level; without `is_viewer`, for another."""
        read = self.read

        async def load(keys: list[Hashable]) -> list[Any]:
            return list(await read(context, keys, **given))

        async def load_for_requester(keys: list[Hashable]) -> list[Any]:
            visible = await self._visible(context, keys) if self.contributed_to else keys
            found = dict(zip(visible, await load(visible), strict=True))
            return [_for_requester(found.get(key)) for key in keys]

        return load if is_viewer else load_for_requester

    async def _visible(self, context: Any, keys: list[Hashable]) -> list[Hashable]:
        """Return the keys of the entities that the requester sees; a gateway drops the others."""
        by_id = cast("Binding", self.contributed_to).by_id
        entities = await cast("ByKey", by_id)(context, keys, columns=frozenset({"id"}))
        return [key for key, entity in zip(keys, entities, strict=True) if entity is not None]

    def __copy__(self) -> "ReadField":
        copied = ReadField(
            self.read,
            self.key,
            self.own_arguments,
            self.description or "",
            self.requires,
            self.neighbour,
        )
        copied.python_name, copied.type_annotation = self.python_name, self.type_annotation
        copied.directives, copied.deprecation_reason = self.directives, self.deprecation_reason
        copied.contributed_to = self.contributed_to
        return copied


def _for_requester(found: Any) -> Any:
    """Mark the rows of a result, so that what is below them is read for the requester too."""
    several = found.rows if isinstance(found, Page) else found
    for row in several if isinstance(several, list) else [several]:
        if isinstance(row, Row):
            row.for_requester = True
            for neighbour in map(vars(row).get, row.neighbours):
                _for_requester(neighbour)
    return found


def reads(  # noqa: PLR0913 - as `root`.
    read: BatchRead,
    *,
    key: str = "id",
    arguments: Sequence[Argument] = (),
    requires: Collection[str] = (),
    neighbour: str | None = None,
    at_most: int | None = None,
    deprecated: str | None = None,
    description: str,
) -> Any:
    """Declare a field answered by a batch read from a column of its row.

    The batch read takes the context, the keys, `columns` and, where it returns pages, `page`;
    its other keyword arguments are the field's arguments. A row whose key is null reads nothing.
    `requires` names the roles that may read it; the field is nullable then. `at_most` is how many
    entries a list has that is no page. `neighbour` is what the row calls the one that is read:
    whoever sees the row sees that too, and it comes with the row if it is asked for little.
    """
    field = ReadField(read, key, arguments, description, requires, neighbour)
    return _declared(field, at_most=at_most, deprecated=deprecated)


class RootField(NeedsColumns):
    """A root field, answered by one function of `resolvers/`."""

    def __init__(
        self,
        resolver: Callable[..., Any],
        arguments: Sequence[Argument],
        description: str,
        requires: Collection[str] = (),
        *,
        authenticated: bool = False,
        statements: int = 1,
    ) -> None:
        super().__init__(description=description)
        self.statements = statements
        self.require(requires, authenticated=authenticated)
        self.resolver, self.own_arguments = resolver, tuple(arguments)
        check_arguments(resolver, self.own_arguments)
        declare_arguments(self, resolver, self.own_arguments)

    @property
    def is_basic_field(self) -> bool:
        return False

    def get_result(self, source: Any, info: Info | None, args: list[Any], kwargs: Any) -> Any:
        del source, args
        info = cast("Info", info)
        asked = asked_by(info)
        return self.answer(
            info.context,
            lambda: call_arguments(self.resolver, asked, kwargs, self.own_arguments),
        )

    def answer(self, context: Any, given: Callable[[], dict[str, Any]]) -> Any:
        """Call the field's function; `given` makes its arguments, for those who may read it."""
        self.check(context)
        return self.resolver(context, **given())


def root(  # noqa: PLR0913 - each is one thing to declare, by its name.
    resolver: Callable[..., Awaitable[Any]],
    *,
    arguments: Sequence[Argument] = (),
    requires: Collection[str] = (),
    cost: int | None = None,
    sliced_by: str | None = None,
    statements: int = 1,
    max_age: int | None = None,
    deprecated: str | None = None,
    description: str,
) -> Any:
    """Declare a root field of Query; its function takes the context and the arguments by name.

    Where it takes them, it is also given `columns` (those asked of the rows it returns),
    `columns_of` (the same by type, for interfaces), `page`, and `selected` (the fields asked of a
    connection). `requires` names the roles that may use it; the field is nullable then. `cost` is
    what it adds to the cost of an operation, and `sliced_by` names the argument that tells how many
    entries a list has that is no page. `max_age` is for how many seconds caches may keep it: not at
    all without one, unless the type that it returns has one.
    `statements` is how many SQL statements it sends at most.
    """
    field = RootField(resolver, arguments, description, requires, statements=statements)
    return _declared(field, cost, sliced_by=sliced_by, max_age=max_age, deprecated=deprecated)


class MutationField(RootField):
    """A root field that changes something; mutations of one document run one after another."""

    def answer(self, context: Any, given: Callable[[], dict[str, Any]]) -> Any:
        # What an earlier mutation of the same document read is old by now, and whom it logged in
        # did not send this one.
        context.start_afresh()
        return super().answer(context, given)


def mutation(  # noqa: PLR0913 - each is one thing to declare, by its name.
    resolver: Callable[..., Awaitable[Any]],
    *,
    arguments: Sequence[Argument] = (),
    requires: Collection[str] = (),
    authenticated: bool = False,
    cost: int = MUTATION_COST,
    statements: int,
    deprecated: str | None = None,
    description: str,
) -> Any:
    """Declare a root field of Mutation; its function returns what the payload is read from.

    `requires` names the roles that may use it, and `authenticated` lets in any account; the field
    is nullable with either. `cost` is what it adds to the cost of an operation, and `statements`
    how many SQL statements it sends at most, with an idempotency key and whatever others do
    meanwhile, before its payload is read.
    """
    field = MutationField(
        resolver,
        arguments,
        description,
        requires,
        authenticated=authenticated,
        statements=statements,
    )
    return _declared(field, cost, deprecated=deprecated)


class SubscriptionField(RootField):
    """A root field that goes on; each thing it yields is read afresh."""

    def __init__(
        self,
        resolver: Callable[..., AsyncIterator[Any]],
        arguments: Sequence[Argument],
        description: str,
        statements: int,
    ) -> None:
        super().__init__(resolver, arguments, description, statements=statements)
        self.is_subscription = True

    async def get_result(
        self, source: Any, info: Info | None, args: list[Any], kwargs: Any
    ) -> AsyncIterator[Any]:
        info = cast("Info", info)
        place = info.context.place
        # Whoever comes back says so beside the document, which is as it was the first time.
        given = {**kwargs, "after": place.cursor} if place and place.cursor else kwargs
        try:
            async with aclosing(super().get_result(source, info, args, given)) as events:
                async for event in events:
                    info.context.loaders.clear()
                    if place is not None:
                        place.cursor = event.cursor
                    yield event
        except Exception as error:
            # GraphQL places what a field raises, but not what ends the events of one.
            nodes = info._raw_info.field_nodes  # noqa: SLF001 - Info has no other way.
            raise located_error(error, nodes, info.path.as_list()) from error


def subscription(
    resolver: Callable[..., AsyncIterator[Any]],
    *,
    arguments: Sequence[Argument] = (),
    statements: int,
    deprecated: str | None = None,
    description: str,
) -> Any:
    """Declare a root field of Subscription; its function is an asynchronous generator.

    What it yields has a `cursor`, which it takes as `after` to go on from there.

    `statements` is how many SQL statements it sends at most for one event, besides those that look
    whether there is one.
    """
    field = SubscriptionField(resolver, arguments, description, statements)
    return _declared(field, deprecated=deprecated)
