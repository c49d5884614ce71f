import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from app.resources import Resources, check_database, open_resources
from core.embedded.servers import embedded_servers
from core.settings import Settings


def with_resources(work: Callable[[Resources], Coroutine[Any, Any, None]]) -> None:
    """Do something with the shop's servers; raises SetupError where PostgreSQL cannot be used."""

    async def opened(settings: Settings) -> None:
        async with open_resources(settings) as resources:
            await check_database(resources)
            await work(resources)

    with embedded_servers(Settings()) as settings:
        asyncio.run(opened(settings))
