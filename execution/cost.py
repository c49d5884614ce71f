"""What an operation costs, counted before it is executed.

The rules are those of the GraphQL Cost Directives (https://ibm.github.io/graphql-specs/cost-spec.html)
as the gateways read them: a field costs its `@cost`, or else 1 where it returns an object and
nothing where it does not, and what is selected below it; all of that as often as its list has
entries by `@listSize`. Of the types that an interface or a union may turn out to be, the dearest
counts. Introspection and arguments are free.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    IntValueNode,
    ListValueNode,
    SelectionSetNode,
    ValueNode,
)

from execution.actual_cost import ActualCost
from execution.operation import Operation
from execution.prices import Price, Prices


class Cost(NamedTuple):
    """What an operation or a part of it costs, and the path to the field that adds the most.

    `most` is what that field adds by itself, without what is selected below it.
    """

    total: int = 0
    most: int = 0
    path: tuple[str, ...] = ()


_FREE = Cost()
# What costs more costs no more: it is the largest number that every reader of JSON keeps exactly.
CEILING = 2**53 - 1


class Costs:
    """Counts the costs of operations on one schema, the same operation and variables once."""

    _KEPT = 1000

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._prices = Prices(schema)
        self._kept: dict[tuple[object, ...], Cost] = {}

    def cost_of(
        self,
        document: DocumentNode,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
    ) -> Cost:
        """Count what one operation of a valid document costs with these values of variables.

        The values may be as the client sent them: one that cannot be used makes nothing cheaper.
        """
        operation = Operation(self._schema, document, operation_name, variables or {})
        return _Walk(self._prices, operation).below(operation.selected, operation.root, 0)

    def actual_cost_of(
        self,
        document: DocumentNode,
        data: Mapping[str, Any] | None,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
    ) -> int:
        """Count what the same operation cost by the `data` of its whole answer.

        A null below may stand for much that was read, where an error took its place: who charges
        by this charges the estimate for an answer with errors.
        """
        operation = Operation(self._schema, document, operation_name, variables or {})
        return ActualCost(self._prices, operation).below(operation.selected, operation.root, data)

    def kept_cost_of(
        self,
        document: DocumentNode,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
    ) -> Cost:
        """Return the same, counted only once for a document and the values that decide."""
        assert document.loc is not None  # noqa: S101 - Strawberry parses so.
        # Its text is a quicker key than the document, whose hash is made anew each time.
        text = document.loc.source.body
        key = (text, operation_name, _deciding(variables or {}))
        if key not in self._kept:
            if len(self._kept) >= self._KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = self.cost_of(document, variables, operation_name)
        return self._kept[key]


def _deciding(variables: Mapping[str, Any]) -> frozenset[tuple[str, type, int | None]]:
    """Return of variables what a cost can depend on: numbers, booleans, and lengths of lists."""
    return frozenset((name, type(value), _number(value)) for name, value in variables.items())


def _number(value: object) -> int | None:
    if isinstance(value, list):
        return len(value)
    return value if isinstance(value, int) else None


class _Walk:
    """One pass over an operation; what several places spread or select is counted once."""

    def __init__(self, prices: Prices, operation: Operation) -> None:
        self._prices = prices
        self._operation = operation
        # Fragments that spread fragments, and types times types, would else take for ever.
        self._counted: dict[tuple[int, str, int], Cost] = {}

    def below(self, selected: SelectionSetNode, type_name: str, size: int) -> Cost:
        """Count what is selected on an object; where that is a page, it has `size` entries."""
        key = (id(selected), type_name, size)
        if key not in self._counted:
            self._counted[key] = _together(self._parts(selected, type_name, size))
        return self._counted[key]

    def _parts(self, selected: SelectionSetNode, type_name: str, size: int) -> Iterator[Cost]:
        for part in self._operation.parts(selected, self._prices.names[type_name]):
            if isinstance(part, FieldNode):
                yield self._field(part, type_name, size)
            else:
                yield self.below(part, type_name, size)

    def _field(self, node: FieldNode, type_name: str, size: int) -> Cost:
        price = self._prices.fields[type_name].get(node.name.value)
        if price is None:
            # What every schema has: `__typename` and the like.
            return _FREE
        entries = self._entries(price, node, size)
        below = self._dearest_below(node, price, entries if price.sized_fields else 0)
        times = entries if price.is_list else 1
        name = (node.alias or node.name).value
        path = (name,) if price.weight >= below.most else (name, *below.path)
        most = times * max(price.weight, below.most)
        return Cost(times * (price.weight + below.total), most, path)

    def _dearest_below(self, node: FieldNode, price: Price, size: int) -> Cost:
        selected = node.selection_set
        if selected is None:
            return _FREE
        return max((self.below(selected, each, size) for each in price.types), default=_FREE)

    def _entries(self, price: Price, node: FieldNode, size: int) -> int:
        if price.entries is None:
            return size
        for argument in node.arguments or ():
            if argument.name.value == price.sliced_by:
                count = self._length_of if price.is_sliced_by_list else self._number_of
                number = count(argument.value)
                return price.entries if number is None else number
        return price.entries

    def _length_of(self, value: ValueNode) -> int:
        given = self._operation.given(value)
        if isinstance(given, ListValueNode):
            return len(given.values)
        # A value that is no list stands for the list of it.
        return len(given) if isinstance(given, list) else 1

    def _number_of(self, value: ValueNode) -> int | None:
        given = self._operation.given(value)
        if isinstance(given, IntValueNode):
            given = int(given.value)
        # What is no number of entries will be refused, and is no way to lower a cost.
        return given if isinstance(given, int) and given > 0 else None


def _together(parts: Iterable[Cost]) -> Cost:
    total, dearest = 0, _FREE
    for each in parts:
        total += each.total
        if each.most > dearest.most:
            dearest = each
    return Cost(min(total, CEILING), min(dearest.most, CEILING), dearest.path)
