"""Whose budget pays, and how large it is."""

from uuid import UUID

import pytest

from app.allowances import budget, maximum_cost, payer, rate_limit_headers
from core.budgets import Limit, Spent
from core.settings import Settings
from core.viewer import PartnerKey, Viewer

SETTINGS = Settings(
    maximum_cost=1, staff_maximum_cost=2, budget_per_minute=10, staff_budget_per_minute=20
)
ACCOUNT, KEY = UUID(int=1), UUID(int=2)
PLAIN = PartnerKey(KEY, "acme")
OWN = PartnerKey(KEY, "acme", maximum_cost=3, budget=30)


@pytest.mark.parametrize(
    ("viewer", "most", "amount", "who"),
    [
        (Viewer(address="192.0.2.7"), 1, 10, "network:192.0.2.7"),
        (Viewer(), 1, 10, "network:"),
        (Viewer(ACCOUNT, "customer", address="192.0.2.7"), 1, 10, f"account:{ACCOUNT}"),
        (Viewer(ACCOUNT, "merchant"), 2, 20, f"account:{ACCOUNT}"),
        (Viewer(ACCOUNT, "admin"), 2, 20, f"account:{ACCOUNT}"),
        (Viewer(key=PLAIN, address="192.0.2.7"), 1, 10, f"key:{KEY}"),
        (Viewer(key=OWN), 3, 30, f"key:{KEY}"),
        (Viewer(ACCOUNT, "admin", key=PLAIN), 2, 20, f"key:{KEY}"),
        (Viewer(ACCOUNT, "admin", key=OWN), 3, 30, f"key:{KEY}"),
    ],
)
def test_each_kind_of_viewer_has_a_budget_of_its_own(
    viewer: Viewer, most: int, amount: int, who: str
) -> None:
    assert maximum_cost(viewer, SETTINGS) == most
    assert budget(viewer, SETTINGS) == Limit(amount, 60)
    assert payer(viewer) == who


@pytest.mark.parametrize("is_allowed", [True, False])
def test_only_who_is_refused_is_told_when_to_come_again(*, is_allowed: bool) -> None:
    headers = rate_limit_headers(Limit(100, 60), Spent(is_allowed, 40, 7))

    assert headers == {
        "RateLimit-Policy": '"cost";q=100;w=60',
        "RateLimit": '"cost";r=40;t=7',
        **({} if is_allowed else {"Retry-After": "7"}),
    }
