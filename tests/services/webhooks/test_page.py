"""The receiver that docs/webhooks.md shows takes what the shop sends."""

import re
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr
from standardwebhooks import WebhookVerificationError

from core.settings import ROOT, Settings
from services.webhooks.signatures import endpoint_secret, signed_headers

PAGE = (ROOT / "docs" / "webhooks.md").read_text()
SETTINGS = Settings(secret_key=SecretStr("the tests sign with it, and nothing else"))
ENDPOINT = UUID(int=1)
BODY = b'{"type":"order.placed","aggregate":{"id":"order_1"},"data":{"number":7}}'
SHOWN = re.compile(r"whsec_[A-Za-z0-9+/=]+")

Receive = Callable[[dict[str, str], bytes], None]


def signed(message_id: str = "delivery_1") -> dict[str, str]:
    now = datetime.now(UTC)
    return signed_headers(SETTINGS, ENDPOINT, [1], message_id=message_id, sent_at=now, body=BODY)


@pytest.fixture
def receive() -> Receive:
    """The page's receiver with a secret of these tests."""
    (source,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, Any] = {}
    exec(SHOWN.sub(endpoint_secret(SETTINGS, ENDPOINT, 1), source), names)  # noqa: S102 - it is our own page.
    found: Receive = names["receive"]
    return found


def test_it_takes_a_message_once(receive: Receive, capsys: pytest.CaptureFixture[str]) -> None:
    for message_id in ("delivery_1", "delivery_1", "delivery_2"):
        receive(signed(message_id), BODY)

    assert capsys.readouterr().out == "order.placed order_1 {'number': 7}\n" * 2


def test_it_takes_nothing_that_others_send(
    receive: Receive, capsys: pytest.CaptureFixture[str]
) -> None:
    forged = {**signed(), "webhook-signature": "v1," + b64encode(bytes(32)).decode()}

    for headers, body in ((signed(), BODY.replace(b"7", b"8")), (forged, BODY)):
        with pytest.raises(WebhookVerificationError):
            receive(headers, body)

    assert capsys.readouterr().out == ""


def test_both_languages_are_shown_the_secret_that_was_made() -> None:
    shown = SHOWN.findall(PAGE)

    assert (len(shown), len(set(shown))) == (3, 1)
