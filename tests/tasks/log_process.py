"""Writes or sequences events until it is killed: `write TOLD AGGREGATE…` or `sequence`."""

import asyncio
import sys
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from core.database import Database, open_database
from core.settings import Settings
from services import events
from tasks import sequencer
from tests.tasks.log import Anything, happening


async def write(database: Database, told: Path, aggregates: list[UUID]) -> None:
    """Record events under the lock of their aggregate, and tell each that is committed."""
    with told.open("w", buffering=1) as file:
        while True:
            for aggregate in aggregates:
                async with database.session.begin() as session:
                    key = {"key": aggregate.int % 2**31}
                    await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), key)
                    made = await events.record(
                        session, happening("thing.made"), aggregate, Anything()
                    )
                file.write(f"{made}\n")


async def sequence(database: Database) -> None:
    # Small batches, so that it is in the middle of one nearly always.
    sequencer.BATCH_SIZE = 3
    while True:
        await sequencer.sequence(database, {})


if __name__ == "__main__":
    shop = open_database(Settings())
    what, *arguments = sys.argv[1:]
    if what == "write":
        asyncio.run(write(shop, Path(arguments[0]), [UUID(each) for each in arguments[1:]]))
    else:
        asyncio.run(sequence(shop))
