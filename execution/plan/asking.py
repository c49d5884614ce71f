"""Code that makes an answer below which something is read, and notes what is to be read there.

For `{ nodes { slug category { name } variants { … } } }` of a page it is about:

    def made(value, here, run):
        asked = []
        v1 = _1(value)
        p2, v2 = Position(here, "nodes", v1, is_nullable=False), value.rows
        v3 = [None] * len(v2)
        for i4, v4 in enumerate(v2):
            p4 = Position(p2, i4, v3, is_nullable=False)
            v5 = v3[i4] = _2(v4)
            v5["category"] = _3(v4.category)
            asked.append(Parent(v4, v5, p4))
        v1["nodes"] = v3
        run.ask(_4, asked)
        return v1

`_2` is the code for what a product's row says by itself, `_3` that for the category which came with
it, and `_4` the step that reads the variants. Nothing is noted before all is made, so that nothing
has to be taken back where a value is out of the ordinary.
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from execution.plan.generated import Code, selections_by_class, value_of
from execution.plan.positions import Position
from execution.plan.run import Parent, Run
from execution.plan.selections import Selection
from execution.plan.shapes import ListOf, ObjectOf, OneOf, Shape
from execution.plan.steps import Step

Asking: TypeAlias = Callable[[Any, Position, Run], Any]


def generate_asking(shape: Shape) -> Asking:
    """Return what completes a value of a shape in which something is read later.

    It raises where a value is out of the ordinary, whatever it happens to meet.
    """
    return _Writer().written(shape)


class _Writer:
    """Writes lines that put what completes the value of one variable `into` another.

    `here` is the variable that holds the position of both.
    """

    def __init__(self) -> None:
        self._code = Code("value", "here", "run", Parent=Parent, Position=Position)
        self._asked: dict[Step, str] = {}
        self._last = 0

    def written(self, shape: Shape) -> Asking:
        lines = list(self._completing(shape, "value", "here", "answer"))
        code = self._code
        code.write(*(f"{asked} = []" for asked in self._asked.values()), *lines)
        code.write(*(f"run.ask({code.name(step)}, {asked})" for step, asked in self._asked.items()))
        code.write("return answer")
        return code.compiled()

    def _variable(self) -> str:
        self._last += 1
        return f"v{self._last}"

    def _completing(self, shape: Shape, value: str, here: str, into: str) -> Iterator[str]:
        making = self._making(shape, value, here, into)
        if shape.is_nullable:
            yield f"{into} = None"
            yield f"if {value} is not None:"
            making = _indented(making)
        yield from making

    def _making(self, shape: Shape, value: str, here: str, into: str) -> Iterator[str]:
        if isinstance(shape, ListOf):
            return self._list(shape, value, here, into)
        if isinstance(shape, OneOf):
            return self._one_of(shape, value, here, into)
        assert isinstance(shape, ObjectOf)  # noqa: S101 - nothing is read below any other.
        return self._object(shape.selection, value, here, into)

    def _list(self, shape: ListOf, value: str, here: str, into: str) -> Iterator[str]:
        index, entry, place, answer = (self._variable() for _ in range(4))
        yield f"if type({value}) is not list and type({value}) is not tuple: raise Unusual"
        yield f"{into} = [None] * len({value})"
        yield f"for {index}, {entry} in enumerate({value}):"
        yield f"    {place} = {_position(here, index, into, shape.entry)}"
        yield from _indented(self._completing(shape.entry, entry, place, answer))
        yield f"    {into}[{index}] = {answer}"

    def _one_of(self, shape: OneOf, value: str, here: str, into: str) -> Iterator[str]:
        yield "if False: pass"
        for row, selection in selections_by_class(shape).items():
            yield f"elif type({value}) is {self._code.name(row)}:"
            yield from _indented(self._object(selection, value, here, into))
        yield "else: raise Unusual"

    def _object(self, selection: Selection, value: str, here: str, into: str) -> Iterator[str]:
        yield f"{into} = {self._code.name(selection.quickly)}({value})"
        for each in selection.nested:
            own = self._variable()
            yield f"{own} = {value_of(each, value, self._code)}"
            yield from self._below(each.key, each.shape, own, here, into)
        for step in selection.steps:
            yield from self._step(step, value, here, into)

    def _below(self, key: str, shape: Shape, value: str, here: str, into: str) -> Iterator[str]:
        place, answer = self._variable(), self._variable()
        yield f"{place} = {_position(here, repr(key), into, shape)}"
        yield from self._completing(shape, value, place, answer)
        yield f"{into}[{key!r}] = {answer}"

    def _step(self, step: Step, value: str, here: str, into: str) -> Iterator[str]:
        asked = self._asked.setdefault(step, f"asked{len(self._asked)}")
        asking = f"{asked}.append(Parent({value}, {into}, {here}))"
        if step.neighbour is None:
            yield asking
            return
        beside = self._variable()
        yield f"{beside} = getattr({value}, {step.neighbour!r}, None)"
        yield f"if {beside} is None: {asking}"
        yield "else:"
        if step.quickly is not None:
            yield f"    {into}[{step.key!r}] = {self._code.name(step.quickly)}({beside})"
        else:
            yield from _indented(self._below(step.key, step.shape, beside, here, into))


def _position(around: str, key: str, container: str, shape: Shape) -> str:
    return f"Position({around}, {key}, {container}, is_nullable={shape.is_nullable})"


def _indented(lines: Iterator[str]) -> Iterator[str]:
    return (f"    {line}" for line in lines)
