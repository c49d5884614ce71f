"""The doors of the log tell the same events, with the same ids, in the same order."""

from datetime import datetime
from typing import Any

import httpx
import orjson
import pytest

from app.resources import open_resources
from core.cursors import encode_cursor
from core.ids import encode_id
from core.settings import Settings
from core.viewer import Viewer
from services.api_keys import EVENTS
from tests.factories import Factory
from tests.graph import Graph, PartnerGraph
from tests.schema.live.following import Shop
from tests.tasks.webhooks import Hook

pytestmark = pytest.mark.anyio

BEGINNING = encode_cursor("events", [0])
PARTS = "id type version sequence cursor occurredAt"
FEED = f"""query ($after: String!) {{ events(first: 100, after: $after) {{ nodes {{
    {PARTS} aggregate {{ type id }} data: payload
}} }} }}"""
LIVE = f"subscription ($after: String!) {{ orderEvents(after: $after) {{ {PARTS} }} }}"


def same(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Read the times, which are written in more than one way."""
    return [{**each, "occurredAt": datetime.fromisoformat(each["occurredAt"])} for each in events]


class Doors:
    """Reads the log behind a cursor by each door, as a program of a partner or of an admin."""

    def __init__(self, hook: Hook, api: httpx.AsyncClient, partner: Graph, live: Shop) -> None:
        self._hook, self._api, self._partner, self._live = hook, api, partner, live
        self._admin = Viewer(role="admin", account_id=hook.id)

    def webhooks(self) -> list[dict[str, Any]]:
        return same([orjson.loads(body) for _, body in self._hook.heard()])

    async def rest(self, after: str) -> list[dict[str, Any]]:
        """Read pages of two, to the end."""
        found: list[dict[str, Any]] = []
        while True:
            params = {"first": "2", "after": after}
            answer = await self._api.get("/v1/events", params=params, headers=self._partner.headers)
            page = answer.json()
            found += page["events"]
            after = page["next"]
            if not page["events"]:
                return same(found)

    async def graph(self, after: str) -> list[dict[str, Any]]:
        return same((await self._partner.data(FEED, after=after))["events"]["nodes"])

    async def live(self, after: str, many: int) -> list[dict[str, Any]]:
        async with self._live.following(self._admin, LIVE, after=after) as followed:
            return same([await followed.next() for _ in range(many)])


async def test_all_doors_tell_the_same_log(
    hook: Hook, api: httpx.AsyncClient, factory: Factory, settings: Settings
) -> None:
    variant = await factory.variant(product=await factory.product())
    buyer = await factory.account()
    hook.orders = [await factory.order({variant: 1}, account_id=buyer) for _ in range(2)]
    for number, which in enumerate((0, 1, 0, 0, 1)):
        await hook.record(which, number=number)
    await hook.work()
    partner = PartnerGraph(api, factory, await factory.api_key("acme", EVENTS))

    async with open_resources(settings) as resources:
        doors = Doors(hook, api, partner, Shop(resources, factory))
        told = await doors.graph(BEGINNING)
        assert [(each["sequence"], each["data"]["number"]) for each in told] == [
            *((1, 0), (1, 1), (2, 2), (3, 3), (2, 4))
        ]
        # Webhooks keep the order of each aggregate, and others do not wait for one that fails.
        for order in hook.orders:
            public = encode_id("order", order)
            heard = [each for each in doors.webhooks() if each["aggregate"]["id"] == public]
            assert heard == [each for each in told if each["aggregate"]["id"] == public]
        # A cursor of any event, by whatever door it came, leads every door to the next one.
        for passed, after in enumerate([BEGINNING, *(each["cursor"] for each in told)]):
            rest = told[passed:]
            assert await doors.rest(after) == rest
            assert await doors.graph(after) == rest
            short = [{part: each[part] for part in PARTS.split()} for each in rest]
            assert await doors.live(after, len(rest)) == short
