import asyncio
import gc
from collections.abc import AsyncIterator

import pytest

from execution.rows import BINDINGS, Binding


@pytest.fixture(autouse=True)
def bindings() -> dict[str, Binding]:
    """The shop's own types, in place of the empty registry of the tests beside these."""
    return BINDINGS


@pytest.fixture
async def unheard() -> AsyncIterator[None]:
    """What graphql-core gives up where a place is nulled may fail without a word."""
    loop = asyncio.get_running_loop()
    handler = loop.get_exception_handler()
    loop.set_exception_handler(lambda _loop, _context: None)
    yield
    gc.collect()
    loop.set_exception_handler(handler)
