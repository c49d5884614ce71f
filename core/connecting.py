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
        try:
            await asyncio.wait([opening], timeout=_LAST_SECONDS)
        finally:
            # Whoever cuts it off may do so again meanwhile, and it is left to nobody.
            opening.cancel()
        if opening.done() and not opening.cancelled() and opening.exception() is None:
            await opening.result().close()
        raise
