"""The cases of seeds: what is run, by whom, and in which world."""

from collections.abc import Callable, Iterator
from typing import Any

from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode, parse, print_ast

from tests.execution.differential.documents import Documents
from tests.execution.differential.shop import VIEWERS
from tests.execution.differential.ways import Case
from tests.execution.differential.world import World

# In most worlds something goes wrong, of a thousand things so many.
_MISCHIEF = (0, 3, 10, 30, 60)
# What else may be sent for variables of these types: another plan is made for the one, and for the
# others the same one is run, in which nothing may be kept of the values before.
_CONDITIONS: dict[str, Callable[[Any], object]] = {"Boolean": lambda value: not value}
_ARGUMENTS: dict[str, Callable[[Any], object]] = {
    "Int": lambda value: value % 5 + 1,
    "String": lambda value: f"{value} as well",
    "[String!]": lambda value: [*value, "another"],
}


class Cases:
    def __init__(self, schema: GraphQLSchema) -> None:
        self._documents = Documents(schema)

    def of(self, seed: int) -> Iterator[Case]:
        """Yield the cases of a seed: one document, mostly with other variables a second time."""
        request = self._documents.request(seed)
        document = parse(request.document)
        world = World(seed, _MISCHIEF[seed % len(_MISCHIEF)], pace=seed)
        viewer = world.pick(VIEWERS)
        yield Case(document, request.variables, viewer, world)
        for others in (_CONDITIONS, _ARGUMENTS) if seed % 2 else (_ARGUMENTS, _CONDITIONS):
            variables = _otherwise(document, request.variables, others)
            if variables != request.variables:
                yield Case(document, variables, viewer, world)
                break


def _otherwise(
    document: DocumentNode, variables: dict[str, Any], others: dict[str, Callable[[Any], object]]
) -> dict[str, Any]:
    changed = dict(variables)
    for each in document.definitions:
        if isinstance(each, OperationDefinitionNode):
            for declared in each.variable_definitions or ():
                name, kind = (
                    declared.variable.name.value,
                    print_ast(declared.type).removesuffix("!"),
                )
                value = variables.get(name)
                if value is not None and kind in others:
                    changed[name] = others[kind](value)
    return changed
