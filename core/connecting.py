"""How a connection of the driver's is opened."""

import asyncio
from typing import Any

import asyncpg

from core.statements import Connection

# As long as a server that is there takes by far.
_LAST_SECONDS = 1.0


async def open_connection(**options: Any) -> Connection:  # noqa: ANN401 - The driver's own.
    """Open a connection; cut off meanwhile, it is opened and closed before that is told.

    The driver has no end for a connection that is cut off between its opening and its first answer:
    it fails later, where nobody can hear of it.
    """
    opening = asyncio.ensure_future(asyncpg.connect(**options))
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        await asyncio.wait([opening], timeout=_LAST_SECONDS)
        if not opening.done():
            opening.cancel()
        elif opening.exception() is None:
            await opening.result().close()
        raise
