"""Whether two ways of running a document give the same.

The data must be equal byte for byte. The errors must be equal as a set, but for those where they
null a parent: of several errors that null the same place one is told, and which one it is depends
on timing, as it does which errors of places below it are told too. So at every nulled place there
must be exactly one of the errors that reach it, besides any of those that stay below it. What there
is to choose from is known from a run of graphql-core in which errors do not propagate.

Batch reads must be as few as the places that are read, and no key may be asked for twice in one.
Where nothing fails, they must be asked for the same columns by the same arguments. Root fields must
be called alike, those of mutations in the same order.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import orjson
from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    OperationType,
)

from tests.execution.differential.shop import BY_ID, Call
from tests.execution.differential.ways import (
    Case,
    Core,
    Outcome,
    Places,
    Position,
    run,
    telling,
)

_ADDRESS = re.compile(r" at 0x[0-9a-f]+")
# What tells errors apart: message, place in the answer and in the document, cause and extensions.
Told = tuple[str, Position, tuple[tuple[int, int], ...], str, str]


async def differences(schema: GraphQLSchema, case: Case, executor: type[Core]) -> list[str]:
    """Return what an executor does other than graphql-core does, in words."""
    places: list[Places] = []
    theirs = await run(schema, case, Core)
    all_told = await run(schema, case, telling(places))
    # How long reads take must make no difference.
    elsewhen = replace(case.world, pace=case.world.pace + 1)
    try:
        ours = await run(schema, replace(case, world=elsewhen), executor)
    except Exception as error:  # noqa: BLE001 - nothing is raised by graphql-core.
        return [f"raised: {error!r}"]
    found = list(_calls(all_told, ours, places))
    if case.kind is OperationType.MUTATION and _roots(theirs.calls) != _roots(ours.calls):
        found.append(f"root fields: {_roots(theirs.calls)} and {_roots(ours.calls)}")
    if not any(each.errors for each in theirs.results):
        found += _asked(theirs, ours)
    counts = [len(each.results) for each in (theirs, all_told, ours)]
    if len(set(counts)) > 1:
        return [*found, f"results: {counts[0]} and {counts[-1]}"]
    if _end(theirs) != _end(ours):
        found.append(f"end: {_end(theirs)} and {_end(ours)}")
    for number, result in enumerate(theirs.results):
        # There are no places where the document was not run at all, for its variables.
        there = places[number] if number < len(places) else Places()
        found += _data(result, ours.results[number])
        allowed = Allowed(all_told.results[number], there, case.kind)
        found += (f"core itself: {each}" for each in allowed.broken_by(result))
        found += allowed.broken_by(ours.results[number])
    return found


def _end(outcome: Outcome) -> object:
    return isinstance(outcome.end, GraphQLError) and _told(outcome.end)


def _data(theirs: ExecutionResult, ours: ExecutionResult) -> Iterator[str]:
    expected, given = (orjson.dumps(each.data, default=repr) for each in (theirs, ours))
    if expected != given:
        yield f"data:\n  {expected.decode()}\n  {given.decode()}"


def _told(error: GraphQLError) -> Told:
    return (
        _ADDRESS.sub("", error.message),
        tuple(error.path or ()),
        tuple((each.line, each.column) for each in error.locations or ()),
        type(error.original_error).__name__,
        repr(error.extensions),
    )


class Allowed:
    """The errors that one result may tell."""

    def __init__(self, all_told: ExecutionResult, places: Places, kind: OperationType) -> None:
        self._places = places
        reached = {_told(each): self._reach(each) for each in all_told.errors or ()}
        if kind is OperationType.MUTATION:
            reached = self._until_stopped(reached, list(all_told.data or ()))
        nulled = set(reached.values())
        # A place below another that is nulled is not there any more.
        self._nulled = {each for each in nulled if nulled.isdisjoint(_above(each))}
        self._reached = reached

    def broken_by(self, result: ExecutionResult) -> Iterator[str]:
        """Yield what is wrong with the errors of a result."""
        told = Counter(_told(each) for each in result.errors or ())
        yield from (f"told twice: {each}" for each, times in told.items() if times > 1)
        yield from (f"never an error: {each}" for each in told.keys() - self._reached.keys())
        nulled = Counter(self._reached[each] for each in told.keys() & self._reached.keys())
        yield from (f"nulled twice: {each}" for each, times in nulled.items() if times > 1)
        for missing in self._nulled - nulled.keys():
            could = [each for each, place in self._reached.items() if place == missing]
            yield f"untold at {missing}: one of {could}"

    def _reach(self, error: GraphQLError) -> Position:
        """Return the place that an error nulls: its own, or the next above that may be null."""
        position = tuple(error.path or ())
        while position and self._is_non_null(position):
            position = position[:-1]
        return position

    def _is_non_null(self, position: Position) -> bool:
        named = max(n for n, part in enumerate(position) if isinstance(part, str))
        declared = self._places.types.get(position[: named + 1])
        if declared is None:
            # It was never executed: such an error leaves no data at all.
            return True
        for _ in position[named + 1 :]:
            inner = declared.of_type if isinstance(declared, GraphQLNonNull) else declared
            assert isinstance(inner, GraphQLList)
            declared = inner.of_type
        return isinstance(declared, GraphQLNonNull)

    @staticmethod
    def _until_stopped(reached: dict[Told, Position], roots: list[str]) -> dict[Told, Position]:
        """Leave out the errors of root fields that are not run, once one has failed for all."""
        stopped = {told[1][0] for told, place in reached.items() if place == () and told[1]}
        last = min((roots.index(str(each)) for each in stopped), default=len(roots))
        run = set(roots[: last + 1])
        return {told: place for told, place in reached.items() if not told[1] or told[1][0] in run}


def _above(position: Position) -> Iterator[Position]:
    yield from (position[:length] for length in range(len(position)))


def _calls(most: Outcome, ours: Outcome, places: list[Places]) -> Iterator[str]:
    """Yield what is called otherwise; `most` is what there is to call where nothing is nulled."""
    given = _roots(ours.calls)
    if more := Counter(given) - Counter(_roots(most.calls)):
        yield f"root fields: {sorted(more)} too many"
    yield from (
        f"{each.coordinate}: a key twice in {each.keys}" for each in ours.calls if _twice(each)
    )
    there = Counter(coordinate for each in places for coordinate, *_ in each.fields)
    reads = Counter(each.coordinate for each in ours.calls if each.keys is not None)
    for coordinate, times in reads.items():
        # Entities are read by their ids at root fields, and once for all that a gateway sees.
        if not coordinate.endswith(BY_ID) and times > there[coordinate]:
            yield f"{coordinate}: {times} batches for {there[coordinate]} places"


def _asked(theirs: Outcome, ours: Outcome) -> Iterator[str]:
    """Yield which reads are asked for other columns, or by other arguments."""
    expected, given = ({(c.coordinate, c.given) for c in each.calls} for each in (theirs, ours))
    if expected != given:
        yield f"asked: {sorted(expected - given)} and {sorted(given - expected)}"


def _roots(calls: list[Call]) -> list[str]:
    return [f"{each.coordinate}{each.given}" for each in calls if each.keys is None]


def _twice(call: Call) -> bool:
    return len(set(call.keys or ())) < len(call.keys or ())
