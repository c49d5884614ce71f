from app.health import check_servers
from app.resources import open_resources
from core.settings import Settings


async def diagnose(settings: Settings) -> bool:
    """Print each server with its state and version, and return whether all can be used."""
    async with open_resources(settings) as resources:
        answer = await check_servers(resources)
        for name, outcome in answer.items():
            print(f"{name:12} {outcome}")  # noqa: T201 - It is what the command is for.
    return all(outcome["status"] == "ok" for outcome in answer.values())
