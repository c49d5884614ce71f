from app.health import check_servers
from app.resources import open_resources
from core.settings import Settings


async def diagnose(settings: Settings) -> bool:
    """Print each server with its state, and return whether all can be used."""
    async with open_resources(settings) as resources:
        answer = await check_servers(resources)
        for name, outcome in answer.items():
            detail = outcome.get("error") or f"answers in {outcome['milliseconds']} ms"
            print(f"{name:12}{outcome['status']:9}{detail}")  # noqa: T201 - It is the command.
    return all(outcome["status"] == "ok" for outcome in answer.values())
