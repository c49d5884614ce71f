"""The package that receivers use verifies what we sign."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr
from standardwebhooks import Webhook, WebhookVerificationError

from core.settings import Settings
from services.webhooks.signatures import endpoint_secret, signed_headers

ENDPOINT = UUID("01900000-0000-7000-8000-000000000001")
OTHER = UUID("01900000-0000-7000-8000-000000000002")
BODY = '{"type": "order.paid", "name": "Zoë"}'.encode()
SETTINGS = Settings(secret_key=SecretStr("k" * 32))
ROTATED = Settings(secret_key=SecretStr("n" * 32), previous_secret_keys=[SecretStr("k" * 32)])
TOO_OLD = timedelta(minutes=5, seconds=2)


def headers(settings: Settings = SETTINGS, *versions: int, age: timedelta = timedelta()) -> Any:
    return signed_headers(
        settings,
        ENDPOINT,
        versions or (1,),
        message_id="event_1",
        sent_at=datetime.now(UTC) - age,
        body=BODY,
    )


def is_taken(secret: str, signed: dict[str, str], body: bytes = BODY) -> bool:
    try:
        Webhook(secret).verify(body, signed)
    except WebhookVerificationError:
        return False
    return True


def test_a_receiver_verifies_id_time_and_body() -> None:
    secret, signed = endpoint_secret(SETTINGS, ENDPOINT, 1), headers()

    assert is_taken(secret, signed)
    assert not is_taken(secret, signed, BODY.replace(b"paid", b"sent"))
    assert not is_taken(secret, signed | {"webhook-id": "event_2"})
    later = str(int(signed["webhook-timestamp"]) + 1)
    assert not is_taken(secret, signed | {"webhook-timestamp": later})


def test_the_signature_is_as_the_package_makes_it() -> None:
    sent_at = datetime(2026, 11, 26, 12, 30, 15, 999_999, tzinfo=UTC)
    signed = signed_headers(
        SETTINGS, ENDPOINT, [1], message_id="event_1", sent_at=sent_at, body=BODY
    )

    theirs = Webhook(endpoint_secret(SETTINGS, ENDPOINT, 1)).sign("event_1", sent_at, BODY.decode())
    assert signed == {
        "webhook-id": "event_1",
        "webhook-timestamp": "1795696215",
        "webhook-signature": theirs,
    }


def test_an_old_message_is_not_taken_again() -> None:
    secret = endpoint_secret(SETTINGS, ENDPOINT, 1)

    assert is_taken(secret, headers(age=timedelta(minutes=4)))
    with pytest.raises(WebhookVerificationError, match="too old"):
        Webhook(secret).verify(BODY, headers(age=TOO_OLD))


def test_both_secrets_are_good_while_one_follows_the_other() -> None:
    first, second, third = (endpoint_secret(SETTINGS, ENDPOINT, each) for each in (1, 2, 3))
    signed = headers(SETTINGS, 2, 1)

    assert [is_taken(each, signed) for each in (first, second, third)] == [True, True, False]
    assert signed["webhook-signature"].count(" ") == 1
    assert not is_taken(first, headers(SETTINGS, 2))


def test_endpoints_and_versions_have_secrets_of_256_bits_of_their_own() -> None:
    secrets = {
        endpoint_secret(SETTINGS, endpoint, version)
        for endpoint in (ENDPOINT, OTHER)
        for version in (1, 2)
    }

    assert len(secrets) == 4
    keys = [base64.b64decode(each.removeprefix("whsec_"), validate=True) for each in secrets]
    assert [len(each) for each in keys] == [32] * 4
    assert not is_taken(endpoint_secret(SETTINGS, OTHER, 1), headers())


def test_a_rotated_key_of_the_shop_leaves_receivers_their_time() -> None:
    before = endpoint_secret(SETTINGS, ENDPOINT, 1)
    after = endpoint_secret(ROTATED, ENDPOINT, 1)

    assert before != after
    assert [is_taken(each, headers(ROTATED)) for each in (before, after)] == [True, True]
    without_old = ROTATED.model_copy(update={"previous_secret_keys": []})
    assert [is_taken(each, headers(without_old)) for each in (before, after)] == [False, True]
