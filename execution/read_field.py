"""The field that is answered by a batch read, once for all the parents of a level."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine, Hashable, Sequence
from typing import Any, cast

from aiodataloader import DataLoader
from strawberry.types.info import Info

from core.reads import Page, Row
from execution.arguments import Argument
from execution.calling import asked_by, call_arguments, check_arguments, declare_arguments
from execution.rows import Binding, ByKey, NeedsColumns

BatchRead = Callable[..., Awaitable[Sequence[Any]]]


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
        hashable: Hashable = tuple(key) if isinstance(key, list) else key
        return hashable

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
