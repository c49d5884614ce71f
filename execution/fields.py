"""The kinds of field a type may have besides attributes: derived, declared read, and root."""

from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Sequence,
)
from contextlib import aclosing
from typing import Any, TypeVar, cast

import strawberry
from graphql import located_error
from strawberry.federation.schema_directives import Cost
from strawberry.types.field import StrawberryField
from strawberry.types.info import Info

from execution.arguments import Argument
from execution.cache_hints import kept_for
from execution.calling import asked_by, call_arguments, check_arguments, declare_arguments
from execution.prices import list_size
from execution.read_field import BatchRead, ReadField
from execution.rows import NeedsColumns

FieldT = TypeVar("FieldT", bound=StrawberryField)

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
