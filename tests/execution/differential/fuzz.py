"""Compares the plan engine with graphql-core on random documents, until something differs.

`FUZZ_SECONDS` is how long it goes on, 300 unless told. With `FUZZ_SEED`, it tries that seed alone.
"""

import asyncio
import os
import sys
import time
import warnings
from collections.abc import Iterator
from random import SystemRandom

from graphql import GraphQLSchema, print_ast

from execution.plan.executor import PlannedExecutor
from tests.execution.differential.cases import Cases
from tests.execution.differential.comparison import differences
from tests.execution.differential.shop import made_up_shop
from tests.execution.differential.shrinking import shrunk
from tests.execution.differential.ways import Case


def _seeds() -> Iterator[int]:
    if "FUZZ_SEED" in os.environ:
        yield int(os.environ["FUZZ_SEED"])
        return
    end = time.monotonic() + float(os.environ.get("FUZZ_SECONDS", "300"))
    while time.monotonic() < end:
        yield SystemRandom().randrange(2**32)


async def _fuzz(schema: GraphQLSchema) -> str | None:
    """Return what differs first, for people to read."""
    asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
    cases, compared = Cases(schema), 0
    for seed in _seeds():
        for case in cases.of(seed):
            if await differences(schema, case, PlannedExecutor):
                return await _described(schema, seed, case)
            compared += 1
    _say(f"{compared} documents compared: no difference.")
    return None


async def _described(schema: GraphQLSchema, seed: int, case: Case) -> str:
    small = await shrunk(schema, case, lambda each: differences(schema, each, PlannedExecutor))
    return "\n".join(
        (
            f"FUZZ_SEED={seed} differs:",
            print_ast(small.document),
            f"variables: {small.variables}",
            f"viewer: {small.viewer}",
            *await differences(schema, small, PlannedExecutor),
        )
    )


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def main() -> int:
    # What graphql-core has cancelled, it does not await; nor can Python always warn of that.
    sys.unraisablehook = lambda _unraisable: None
    warnings.filterwarnings("ignore", "coroutine .* was never awaited", RuntimeWarning)
    with made_up_shop() as schema:
        difference = asyncio.run(_fuzz(schema))
    if difference is None:
        return 0
    _say(difference)
    return 1


if __name__ == "__main__":
    sys.exit(main())
