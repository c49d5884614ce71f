from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import Executable

from core.database import Database
from core.settings import Settings
from search.factory import open_search

Execute = Callable[[Executable], Awaitable[Any]]


@pytest.fixture
def execute(database: Database) -> Execute:
    """Runs a statement in a transaction of its own, for what the factory does not write."""

    async def run(statement: Executable) -> None:
        async with database.engine.begin() as connection:
            await connection.execute(statement)

    return run


async def reindex(settings: Settings, database: Database) -> None:
    """Let the shop's search engine find what stands in the database."""
    search = open_search(settings, database)
    await search.reindex(lambda _done: None)
    await search.close()
