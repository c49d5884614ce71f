"""The endpoint before the auditors of the GraphQL-over-HTTP specification, over a real socket."""

import pytest
from anyio import to_thread

from core.settings import Settings
from tests.client.conftest import serving
from tests.node import run_script

AUDITS = 61

pytestmark = pytest.mark.anyio


@pytest.mark.usefixtures("node")
async def test_every_audit_is_passed(settings: Settings) -> None:
    async with serving(settings) as port:
        results = await to_thread.run_sync(
            run_script, "audit.mjs", f"http://127.0.0.1:{port}/graphql"
        )

    failures = [result for result in results if result["status"] != "ok"]
    assert failures == [], f"{len(failures)} of {len(results)} audits failed: {failures}"
    assert len({result["id"] for result in results}) == AUDITS
