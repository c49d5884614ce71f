"""The fields that are answered later than their objects: batch reads, and the fields of a root."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import suppress
from typing import Any

from graphql import GraphQLError

from execution.fields import RootField
from execution.plan.given import Given
from execution.plan.positions import Position
from execution.plan.run import Parent, Run
from execution.plan.shapes import Shape
from execution.read_field import ReadField

_UNREAD = object()


class Step(ABC):
    """A field that is answered at once for all the objects that stand at one place."""

    # What completes a value, unless it is out of the ordinary: one in which nothing is read later,
    # or any other.
    quickly: Callable[[Any], Any] | None = None
    asking: Callable[[Any, Position, Run], Any] | None = None
    # By what name an object may have what would be read, where it is free to be taken.
    neighbour: str | None = None

    def __init__(self, key: str, shape: Shape) -> None:
        self.key, self.shape = key, shape

    @abstractmethod
    async def values(self, parents: Sequence[Parent], run: Run) -> Iterable[Any]:
        """Return a value for each object, or the exception that it has instead of one."""

    def complete(self, parents: Sequence[Parent], values: Iterable[Any], run: Run) -> None:
        """Put each value into the answer of its object."""
        key, quickly = self.key, self.quickly
        for parent, value in zip(parents, values, strict=True):
            try:
                parent.answer[key] = quickly(value) if quickly else self._ask(parent, value, run)
            except Exception:  # noqa: BLE001 - whatever it is, it is found again with care.
                self._carefully(parent, value, run)

    def _ask(self, parent: Parent, value: Any, run: Run) -> Any:
        assert self.asking is not None  # noqa: S101 - there is one or the other.
        return self.asking(value, self.position(parent), run)

    def _carefully(self, parent: Parent, value: Any, run: Run) -> None:
        here = self.position(parent)
        try:
            parent.answer[self.key] = self.shape.placed(value, here, run)
        except GraphQLError as error:
            run.fail(here, error)

    def position(self, parent: Parent) -> Position:
        """Return where the value of an object's field stands."""
        is_nullable = self.shape.is_nullable
        return Position(parent.position, self.key, parent.answer, is_nullable=is_nullable)


class Read(Step):
    """A declared read, asked once for all the keys of its objects."""

    def __init__(self, key: str, shape: Shape, field: ReadField, given: Given) -> None:
        super().__init__(key, shape)
        self._field, self._given = field, given
        if field.is_open and not field.arguments:
            self.neighbour = field.neighbour

    async def values(self, parents: Sequence[Parent], run: Run) -> Iterable[Any]:
        # Rows that were read together were read for the same viewer.
        context = self._field.context_for(parents[0].source, run.context)
        try:
            converted = self._given.converted(run)
            self._field.check(context)
        except Exception as raised:  # noqa: BLE001 - whatever it is, it is each object's error.
            return [raised] * len(parents)
        if self._field.neighbour is not None:
            beside = [self._field.found_beside(parent.source) for parent in parents]
            if None not in beside:
                return beside
        given, refused = dict[str, Any](), None
        try:
            given = converted.by_name
        except Exception as raised:  # noqa: BLE001 - as above, where the object has a key.
            refused = raised
        found, keys = self._keys(parents, refused)
        unread = [key for key, value in found.items() if value is _UNREAD]
        if unread:
            try:
                read = self._field.batch(context, given, is_viewer=context is run.context)
                values = await read(unread)
                if len(keys) == len(unread) == len(values):
                    # Most lists have a key for each object, and none twice.
                    return values
                found.update(zip(unread, values, strict=True))
            except Exception as raised:  # noqa: BLE001 - as above.
                found.update(dict.fromkeys(unread, raised))
        return [found[key] for key in keys]

    def _keys(
        self, parents: Sequence[Parent], refused: Exception | None
    ) -> tuple[dict[Hashable, Any], list[Hashable]]:
        """Return what is to be found, by keys, and the key of each object."""
        if refused is None:
            # One by one it takes as long again, which is for those among which one has none.
            with suppress(Exception):
                keys = [self._field.key_of(parent.source) for parent in parents]
                return dict.fromkeys(keys, _UNREAD) | {None: None}, keys
        found: dict[Hashable, Any] = {None: None}
        return found, [self._key(parent.source, refused, found) for parent in parents]

    def _key(self, source: Any, refused: Exception | None, found: dict[Hashable, Any]) -> Hashable:
        """Return what is to be found for an object, and by which key, if it has one."""
        try:
            key = self._field.key_of(source)
            if refused is not None and key is not None:
                key = refused
            found.setdefault(key, refused or _UNREAD)
        except Exception as raised:  # noqa: BLE001 - whatever it is, it is this object's error.
            key = object()
            found[key] = raised
        return key


class Root(Step):
    """A field of Query or Mutation."""

    def __init__(self, key: str, shape: Shape, field: RootField, given: Given) -> None:
        super().__init__(key, shape)
        self._field, self._given = field, given

    async def values(self, parents: Sequence[Parent], run: Run) -> Iterable[Any]:
        del parents
        try:
            converted = self._given.converted(run)
            return [await self._field.answer(run.context, lambda: converted.by_name)]
        except Exception as raised:  # noqa: BLE001 - whatever it is, it is the field's error.
            return [raised]


class Happened(Step):
    """The field of Subscription, at one event, which is the root value."""

    async def values(self, parents: Sequence[Parent], run: Run) -> Iterable[Any]:
        del parents
        return [run.root_value]
