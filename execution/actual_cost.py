"""What an operation has cost, counted from what was answered.

The rules are those of the estimate, except that a list has the entries that the answer has. A null
costs what its field does, and nothing below it. An object does not always tell which type of an
interface or a union it is: it costs as the dearest one by the keys that it has.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import FieldNode, SelectionSetNode

from execution.operation import Operation
from execution.prices import Price, Prices


class ActualCost:
    """One pass over an operation and its answer."""

    def __init__(self, prices: Prices, operation: Operation) -> None:
        self._prices = prices
        self._operation = operation
        # Fragments that spread fragments would else take for ever.
        self._counted: dict[tuple[int, str, int], int] = {}

    def below(
        self, selected: SelectionSetNode, type_name: str, answered: Mapping[str, Any] | None
    ) -> int:
        """Count what was selected on one object of the answer."""
        if answered is None:
            return 0
        key = (id(selected), type_name, id(answered))
        if key not in self._counted:
            self._counted[key] = sum(self._parts(selected, type_name, answered))
        return self._counted[key]

    def _parts(
        self, selected: SelectionSetNode, type_name: str, answered: Mapping[str, Any]
    ) -> Iterator[int]:
        for part in self._operation.parts(selected, self._prices.names[type_name]):
            if isinstance(part, FieldNode):
                yield self._field(part, type_name, answered)
            else:
                yield self.below(part, type_name, answered)

    def _field(self, node: FieldNode, type_name: str, answered: Mapping[str, Any]) -> int:
        price = self._prices.fields[type_name].get(node.name.value)
        name = (node.alias or node.name).value
        if price is None or name not in answered:
            return 0
        found = answered[name]
        if not price.is_list:
            return self._one(node, price, found)
        return sum(self._one(node, price, each) for each in found or ())

    def _one(self, node: FieldNode, price: Price, found: Any) -> int:
        selected = node.selection_set
        if selected is None:
            return price.weight
        return price.weight + max(
            (self.below(selected, each, found) for each in price.types), default=0
        )
