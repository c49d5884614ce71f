"""What a viewer may spend on operations, and how that is told over HTTP."""

from core.budgets import Limit, Spent
from core.settings import Settings
from core.viewer import Viewer
from schema.shared import STAFF

BUDGET_SECONDS = 60


def maximum_cost(viewer: Viewer, settings: Settings) -> int:
    """Return what one operation of a viewer may cost."""
    if viewer.key is not None and viewer.key.maximum_cost is not None:
        return viewer.key.maximum_cost
    return settings.staff_maximum_cost if viewer.role in STAFF else settings.maximum_cost


def budget(viewer: Viewer, settings: Settings) -> Limit:
    """Return what all operations of a viewer may cost in a minute."""
    if viewer.key is not None and viewer.key.budget is not None:
        return Limit(viewer.key.budget, BUDGET_SECONDS)
    is_staff = viewer.role in STAFF
    amount = settings.staff_budget_per_minute if is_staff else settings.budget_per_minute
    return Limit(amount, BUDGET_SECONDS)


def payer(viewer: Viewer) -> str:
    """Name whose budget pays: the partner's key, or else the account, or else the network."""
    if viewer.key is not None:
        return f"key:{viewer.key.id}"
    if viewer.account_id is not None:
        return f"account:{viewer.account_id}"
    return f"network:{viewer.network}"


def rate_limit_headers(limit: Limit, spent: Spent) -> dict[str, str]:
    """Tell a budget of cost, by draft-ietf-httpapi-ratelimit-headers-11.

    https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-11
    """
    headers = {
        "RateLimit-Policy": f'"cost";q={limit.amount};w={limit.seconds}',
        "RateLimit": f'"cost";r={spent.remaining};t={spent.seconds}',
    }
    return headers if spent.is_allowed else {**headers, "Retry-After": str(spent.seconds)}
