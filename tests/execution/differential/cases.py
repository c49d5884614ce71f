"""The cases of seeds: what is run, by whom, and in which world."""

from collections.abc import Iterator

from graphql import GraphQLSchema, parse

from tests.execution.differential.documents import Documents
from tests.execution.differential.shop import VIEWERS
from tests.execution.differential.ways import Case
from tests.execution.differential.world import World

# In most worlds something goes wrong, of a thousand things so many.
_MISCHIEF = (0, 3, 10, 30)


class Cases:
    def __init__(self, schema: GraphQLSchema) -> None:
        self._documents = Documents(schema)

    def of(self, seed: int) -> Iterator[Case]:
        """Yield the cases of a seed: the second is the same document, seen from the other side."""
        request = self._documents.request(seed)
        document = parse(request.document)
        world = World(seed, _MISCHIEF[seed % len(_MISCHIEF)], pace=seed)
        viewer = world.pick(VIEWERS)
        yield Case(document, request.variables, viewer, world)
        # What was skipped is included: nothing may be kept of how the document was run before.
        flipped = {
            name: not value if isinstance(value, bool) else value
            for name, value in request.variables.items()
        }
        if flipped != request.variables:
            yield Case(document, flipped, viewer, world)
