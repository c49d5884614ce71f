"""The payload of an order's events."""

from typing import Any

ORDER: dict[str, Any] = {
    "number": 100001,
    "email": "asa@home.example",
    "currency": "EUR",
    "shipping_minor": 490,
    "total_minor": 2490,
    "shipping_address": {
        "recipient": "Åsa Berg",
        "line1": "Storgata 1",
        "line2": "",
        "postal_code": "0155",
        "city": "Oslo",
        "region": "",
        "country_code": "NO",
    },
    "lines": [{"quantity": 2, "name": "Jumper", "total_minor": 2000}],
}
