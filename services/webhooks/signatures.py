"""Signs webhooks as Standard Webhooks says (https://www.standardwebhooks.com).

The secrets of an endpoint are derived from the shop's key and stored nowhere. When that key is
rotated, every endpoint has another secret at once; while the old key is named in
PYSHOP_PREVIOUS_SECRET_KEYS, what is sent is signed under both, so that receivers have until it is
taken from there to put in the new secret that they are shown. A key that has leaked is not named.
"""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from core.derivation import derived_keys
from core.settings import Settings

_PURPOSE = "webhook"


def endpoint_secret(settings: Settings, endpoint_id: UUID, version: int) -> str:
    """Return the secret that the owner of an endpoint puts into the receiver."""
    key, *_previous = _keys(settings, endpoint_id, version)
    return "whsec_" + b64encode(key).decode()


def signed_headers(
    settings: Settings,
    endpoint_id: UUID,
    versions: Iterable[int],
    *,
    message_id: str,
    sent_at: datetime,
    body: bytes,
) -> dict[str, str]:
    """Return the headers of a message, signed by the secret of each version.

    The message's id stays the same when it is sent again, and the time does not. Receivers take a
    time within five minutes of their own, and one signature of several that they can verify.
    """
    timestamp = str(int(sent_at.timestamp()))
    signed = f"{message_id}.{timestamp}.".encode() + body
    keys = [key for version in versions for key in _keys(settings, endpoint_id, version)]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(_signature(key, signed) for key in keys),
    }


def _keys(settings: Settings, endpoint_id: UUID, version: int) -> list[bytes]:
    return derived_keys(settings, _PURPOSE, f"{endpoint_id}:{version}")


def _signature(key: bytes, signed: bytes) -> str:
    return "v1," + b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
