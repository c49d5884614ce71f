"""What the tests of endpoints of webhooks ask, and what stands in the database afterwards."""

from typing import Any

from sqlalchemy import select

from core.database import Database
from models import WebhookEndpoint
from tests.graph import Graph

# Addresses need no name server. These are public, and nothing is sent there here.
URL, OTHER_URL = "https://8.8.8.8/hook", "https://8.8.4.4:8443/hook"
EMAIL = "ops@acme.example"
DOCUMENT = "query ($event: ID!) { node(id: $event) { id } }"
ERROR = "__typename ... on UserError { code path message }"
OF_TERMS = """... on EventTypeUnknown { type }
    ... on WebhookDocumentRefused { reason line column }"""
FIELDS = """client url types filter document status ownerEmail failures failingSince pausedUntil
    previousSecretUntil"""
GIVEN = """$url: %s, $ownerEmail: %s, $types: [String!], $filter: JSON, $document: String"""
PASSED = """url: $url, ownerEmail: $ownerEmail, types: $types, filter: $filter,
    document: $document"""
CREATE = f"""mutation Create({GIVEN % ("String!", "String!")}, $client: String, $key: String) {{
    webhookEndpointCreate({PASSED}, client: $client, idempotencyKey: $key) {{
        endpoint {{ id {FIELDS} }} secret
        errors {{ {ERROR} {OF_TERMS} ... on TooManyWebhookEndpoints {{ maximum }} }}
    }}
}}"""
UPDATE = f"""mutation Update($id: ID!, {GIVEN % ("String", "String")}, $enabled: Boolean) {{
    webhookEndpointUpdate(id: $id, {PASSED}, enabled: $enabled) {{
        endpoint {{ {FIELDS} }} errors {{ {ERROR} {OF_TERMS} }}
    }}
}}"""
DELETE = f"""mutation Delete($id: ID!) {{
    webhookEndpointDelete(id: $id) {{ deletedId errors {{ {ERROR} }} }}
}}"""
ROTATE = f"""mutation Rotate($id: ID!, $key: String) {{
    webhookSecretRotate(id: $id, idempotencyKey: $key) {{
        endpoint {{ id previousSecretUntil }} secret errors {{ {ERROR} }}
    }}
}}"""
LIST = "query List($client: String) { webhookEndpoints(client: $client) { nodes { id } } }"
NEW = {"url": URL, "ownerEmail": EMAIL}
PLAIN: dict[str, Any] = {
    "client": "acme",
    "url": URL,
    "types": [],
    "filter": {},
    "document": None,
    "status": "ENABLED",
    "ownerEmail": EMAIL,
    "failures": 0,
    "failingSince": None,
    "pausedUntil": None,
    "previousSecretUntil": None,
}


async def payload(asking: Graph, document: str, /, **variables: object) -> Any:
    data = await asking.data(document, **variables)
    return next(iter(data.values()))


async def stored(database: Database) -> list[tuple[Any, ...]]:
    """Return all that stands in the table of endpoints."""
    columns = WebhookEndpoint.__table__.c
    return [tuple(row) for row in await database.fetch(select(*columns).order_by(columns.id), {})]


def refusal(name: str, code: str, path: list[str], message: str, **values: object) -> Any:
    return {"__typename": name, "code": code, "path": path, "message": message, **values}
