from typing import Any

import pytest

from tests.buying import Shop
from tests.factories import Factory


def money(minor_units: int) -> dict[str, Any]:
    amount = f"{minor_units // 100}.{minor_units % 100:02}"
    return {"amount": amount, "currency": "EUR", "minorUnits": minor_units}


def problem(status: int, title: str, code: str, detail: str, **values: Any) -> dict[str, Any]:
    """The body of a refusal whose one typed error has `values` of its own."""
    error = {"code": code, "message": detail, **values}
    return {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "errors": [error],
    }


@pytest.fixture
def shop(factory: Factory) -> Shop:
    return Shop(factory.database, factory)
