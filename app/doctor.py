from app.health import check_servers
from app.resources import Resources, open_resources
from core.settings import Settings
from tasks.heartbeat import count_workers


async def diagnose(settings: Settings) -> bool:
    """Print each server with its state, and the workers; return whether all servers can be used."""
    async with open_resources(settings) as resources:
        answer = await check_servers(resources)
        for name, outcome in answer.items():
            detail = outcome.get("error") or f"answers in {outcome['milliseconds']} ms"
            _print(name, outcome["status"], detail)
        if answer["redis"]["status"] == "ok":
            _print(*await _workers(resources))
    return all(outcome["status"] == "ok" for outcome in answer.values())


async def _workers(resources: Resources) -> tuple[str, str, str]:
    count = await count_workers(resources.redis)
    if count == 0:
        return "worker", "absent", "no mails are sent until bin/pyshop worker runs"
    return "worker", "ok", f"{count} at work"


def _print(name: str, status: str, detail: str) -> None:
    print(f"{name:12}{status:9}{detail}")  # noqa: T201 - It is what the command is for.
