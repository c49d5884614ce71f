"""The root fields that are for some callers only, and what each caller gets of them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from core.ids import encode_id
from tests.factories import PASSWORD
from tests.schema import catalog_documents
from tests.schema.authorisation import (
    CALLERS,
    FORBIDDEN,
    NOBODY,
    UNAUTHENTICATED,
    WITH_WEBHOOKS,
    WITHOUT_ACCOUNT,
    WITHOUT_GRANT,
)

_WITHOUT_ACCOUNT = dict.fromkeys(WITHOUT_ACCOUNT, UNAUTHENTICATED)
_WITHOUT_GRANT = {
    **dict.fromkeys(NOBODY, UNAUTHENTICATED),
    **dict.fromkeys(WITHOUT_GRANT, FORBIDDEN),
}
_MERCHANTS = ("another merchant", "a merchant of it")
_WITHOUT_WEBHOOKS = {
    name: code
    for name, code in {**_WITHOUT_GRANT, **dict.fromkeys(_MERCHANTS, FORBIDDEN)}.items()
    if name not in WITH_WEBHOOKS
}
_WITHOUT_EVENTS = {
    name: code
    for name, code in {**_WITHOUT_GRANT, **dict.fromkeys(_MERCHANTS, FORBIDDEN)}.items()
    if name != "a partner with events"
}
_TIME = 'since: "2026-01-01T00:00:00Z", until: "2026-01-02T00:00:00Z"'
_DELIVERY = encode_id("delivery", UUID(int=7))
_DELIVERED = {
    "eventType": "order.placed",
    "attempts": {"nodes": [{"url": "https://example.com"}]},
}

# By selections of Query, what each caller is shown.
QUERIES: dict[str, tuple[str, Mapping[str, Any]]] = {
    "orders": (
        "orders { nodes { number } }",
        {
            **_WITHOUT_GRANT,
            "another merchant": {"nodes": []},
            "a merchant of it": {"nodes": [{"number": 7}]},
            "an admin": {"nodes": [{"number": 8}, {"number": 7}]},
        },
    ),
    "event": (
        "event(id: $private_event) { type }",
        {
            **_WITHOUT_EVENTS,
            "a partner with events": None,
            "an admin": {"type": "account.registered"},
        },
    ),
    "events": (
        "events { nodes { type } }",
        {
            **_WITHOUT_EVENTS,
            "a partner with events": {"nodes": [{"type": "order.placed"}]},
            "an admin": {"nodes": [{"type": "order.placed"}, {"type": "account.registered"}]},
        },
    ),
    "effects": (
        "effects { nodes { handler } }",
        {
            **_WITHOUT_GRANT,
            **dict.fromkeys(_MERCHANTS, FORBIDDEN),
            "an admin": {"nodes": [{"handler": "deliver_webhook"}]},
        },
    ),
    "webhookDeliveries": (
        "webhookDeliveries(endpoint: $webhook) { nodes { eventType attempts { nodes { url } } } }",
        {
            **_WITHOUT_WEBHOOKS,
            "a partner with webhooks": {"nodes": [_DELIVERED]},
            "another partner with webhooks": {"nodes": []},
            "an admin": {"nodes": [_DELIVERED]},
        },
    ),
    "webhookEndpoints": (
        "webhookEndpoints { nodes { client } }",
        {
            **_WITHOUT_WEBHOOKS,
            "a partner with webhooks": {"nodes": [{"client": "acme"}]},
            "another partner with webhooks": {"nodes": []},
            "an admin": {"nodes": [{"client": "acme"}]},
        },
    ),
}

# By selections of Mutation, to whom it is refused. What others may do by it depends on what they
# change, and has tests of its own.
_ADDRESS = 'address: {recipient: "A", line1: "B", postalCode: "1", city: "C", countryCode: "DE"}'
_PASSWORDS = f'currentPassword: "{PASSWORD}", password: "{PASSWORD}"'
MUTATIONS: dict[str, tuple[str, Mapping[str, str]]] = {
    "accountUpdate": ('accountUpdate(name: "Ann")', _WITHOUT_ACCOUNT),
    "passwordChange": (f"passwordChange({_PASSWORDS})", _WITHOUT_ACCOUNT),
    "addressAdd": (f"addressAdd({_ADDRESS})", _WITHOUT_ACCOUNT),
    "addressUpdate": (f"addressUpdate(id: $address, {_ADDRESS})", _WITHOUT_ACCOUNT),
    "addressRemove": ("addressRemove(id: $address)", _WITHOUT_ACCOUNT),
    "documentsPublish": (
        "documentsPublish(operations: [])",
        dict.fromkeys(CALLERS, FORBIDDEN) | dict.fromkeys(NOBODY, UNAUTHENTICATED),
    ),
    "effectsRetry": (
        "effectsRetry(ids: [])",
        {**_WITHOUT_GRANT, **dict.fromkeys(_MERCHANTS, FORBIDDEN)},
    ),
    "webhookEndpointCreate": (
        'webhookEndpointCreate(url: "https://8.8.8.8", ownerEmail: "a@b.example")',
        _WITHOUT_WEBHOOKS,
    ),
    "webhookEndpointUpdate": ("webhookEndpointUpdate(id: $webhook)", _WITHOUT_WEBHOOKS),
    "webhookEndpointDelete": ("webhookEndpointDelete(id: $webhook)", _WITHOUT_WEBHOOKS),
    "webhookSecretRotate": ("webhookSecretRotate(id: $webhook)", _WITHOUT_WEBHOOKS),
    "webhookDeliveryReplay": (
        f'webhookDeliveryReplay(id: "{_DELIVERY}")',
        _WITHOUT_WEBHOOKS,
    ),
    "webhookEndpointReplay": (
        f"webhookEndpointReplay(endpoint: $webhook, {_TIME})",
        _WITHOUT_WEBHOOKS,
    ),
    "orderShip": ("orderShip(order: $order)", _WITHOUT_GRANT),
    "orderDeliver": ("orderDeliver(order: $order)", _WITHOUT_GRANT),
    **{name: (given, _WITHOUT_GRANT) for name, given in catalog_documents.MUTATIONS.items()},
}
