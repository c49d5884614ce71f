"""Access tokens: what they say, and every way in which one is refused."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Self
from uuid import UUID

import jwt
import orjson
import pytest

from core.errors import SetupError
from core.settings import Settings
from core.tokens import AUDIENCE, ISSUER, AccessTokens, Claims, InvalidAccessToken, key_id

KEY, OTHER_KEY = "k" * 32, "o" * 32
QUARTER = timedelta(minutes=15)
ACCOUNT = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
SUBJECT = "account_01h455vb4pex5vsknk084sn02q"

Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def tokens() -> AccessTokens:
    return AccessTokens(KEY, previous=[], lifetime=QUARTER)


def forged(
    change: Change = lambda _claims: None,
    *,
    key: str = KEY,
    algorithm: str = "HS256",
    kid: object = key_id(KEY),
) -> str:
    """Sign a token that is right but for what is given."""
    expires = int((datetime.now(UTC) + QUARTER).timestamp())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": SUBJECT, "exp": expires, "role": "admin"}
    change(claims)
    headers = {} if kid is None else {"kid": kid}
    return jwt.encode(claims, key, algorithm, headers=headers)


def part(value: object) -> str:
    return urlsafe_b64encode(orjson.dumps(value)).rstrip(b"=").decode()


def test_a_token_is_read_as_it_was_issued(tokens: AccessTokens) -> None:
    issued = tokens.issue(ACCOUNT, "merchant")

    assert tokens.read(issued.text) == Claims(ACCOUNT, "merchant", issued.expires_at)
    assert timedelta(0) <= datetime.now(UTC) + QUARTER - issued.expires_at < timedelta(seconds=2)


def test_a_token_that_was_read_before_is_refused_when_its_time_is_over(
    tokens: AccessTokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued = tokens.issue(ACCOUNT, "customer")
    assert tokens.read(issued.text).account_id == ACCOUNT

    class Later(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp(issued.expires_at.timestamp(), tz)

    monkeypatch.setattr("core.tokens.datetime", Later)
    with pytest.raises(InvalidAccessToken):
        tokens.read(issued.text)


def test_a_token_says_no_more_than_it_must(tokens: AccessTokens) -> None:
    issued = tokens.issue(ACCOUNT, "customer")

    assert jwt.get_unverified_header(issued.text) == {
        "alg": "HS256",
        "typ": "JWT",
        "kid": key_id(KEY),
    }
    assert jwt.decode(issued.text, options={"verify_signature": False}) == {
        "iss": "pyshop",
        "aud": "pyshop-api",
        "sub": SUBJECT,
        "exp": int(issued.expires_at.timestamp()),
        "role": "customer",
    }


def test_what_is_forged_below_is_right_but_for_one_thing(tokens: AccessTokens) -> None:
    assert tokens.read(forged()).account_id == ACCOUNT


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda claims: claims.update(exp=1_700_000_000), id="expired"),
        pytest.param(lambda claims: claims.update(iss="another"), id="another issuer"),
        pytest.param(lambda claims: claims.update(aud="another"), id="another audience"),
        pytest.param(lambda claims: claims.update(sub="account_01"), id="no id"),
        pytest.param(lambda claims: claims.update(sub=SUBJECT.replace("account", "cart")), id="id"),
        *(
            pytest.param(lambda claims, name=name: claims.pop(name), id=f"without {name}")
            for name in ("iss", "aud", "sub", "exp", "role")
        ),
    ],
)
def test_wrong_claims_are_refused(tokens: AccessTokens, change: Change) -> None:
    with pytest.raises(InvalidAccessToken):
        tokens.read(forged(change))


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(forged(key=OTHER_KEY), id="another key under our key's name"),
        pytest.param(forged(key=OTHER_KEY, kid=key_id(OTHER_KEY)), id="a key that is not ours"),
        pytest.param(forged(kid=None), id="no key's name"),
        pytest.param(forged(key=KEY * 2, algorithm="HS512"), id="another algorithm"),
        pytest.param(forged(key="", algorithm="none"), id="no signature"),
        pytest.param(f"{part({'alg': 'HS256', 'kid': []})}.{part({})}.", id="a list for a name"),
        pytest.param("", id="empty"),
        pytest.param("a.b.c", id="no JSON"),
        pytest.param("☃", id="no ASCII"),
    ],
)
def test_what_was_not_signed_here_is_refused(tokens: AccessTokens, token: str) -> None:
    with pytest.raises(InvalidAccessToken):
        tokens.read(token)


@pytest.mark.parametrize("algorithm", ["none", "None", "HS384"])
def test_the_signature_of_a_token_does_not_stand_for_another_header(
    tokens: AccessTokens, algorithm: str
) -> None:
    _, claims, signature = forged().split(".")
    header = part({"alg": algorithm, "typ": "JWT", "kid": key_id(KEY)})

    for end in (signature, ""):
        with pytest.raises(InvalidAccessToken):
            tokens.read(f"{header}.{claims}.{end}")


def test_changed_claims_are_refused(tokens: AccessTokens) -> None:
    issued = tokens.issue(ACCOUNT, "customer").text
    header, _, signature = issued.split(".")
    _, claims, _ = forged().split(".")
    # That the signature was good for other claims is not remembered.
    assert tokens.read(issued).role == "customer"

    for _ in range(2):
        with pytest.raises(InvalidAccessToken):
            tokens.read(f"{header}.{claims}.{signature}")


def test_a_token_of_the_previous_key_is_good_until_that_key_goes(tokens: AccessTokens) -> None:
    issued = tokens.issue(ACCOUNT, "customer")
    rotated = AccessTokens(OTHER_KEY, previous=[KEY], lifetime=QUARTER)

    assert rotated.read(issued.text).account_id == ACCOUNT
    assert jwt.get_unverified_header(rotated.issue(ACCOUNT, "customer").text)["kid"] == key_id(
        OTHER_KEY
    )
    with pytest.raises(InvalidAccessToken):
        AccessTokens(OTHER_KEY, previous=[], lifetime=QUARTER).read(issued.text)


def test_an_expired_token_of_the_previous_key_is_refused() -> None:
    issued = AccessTokens(KEY, previous=[], lifetime=timedelta(seconds=-1)).issue(ACCOUNT, "admin")

    with pytest.raises(InvalidAccessToken):
        AccessTokens(OTHER_KEY, previous=[KEY], lifetime=QUARTER).read(issued.text)


def test_the_settings_say_the_keys_and_the_lifetime() -> None:
    settings = Settings.model_validate(
        {"secret_key": KEY, "previous_secret_keys": [OTHER_KEY], "access_token_minutes": 60}
    )
    tokens = AccessTokens.of(settings)

    assert tokens.read(forged(key=OTHER_KEY, kid=key_id(OTHER_KEY))).account_id == ACCOUNT
    left = tokens.issue(ACCOUNT, "customer").expires_at - datetime.now(UTC)
    assert timedelta(minutes=59, seconds=58) < left <= timedelta(minutes=60)


def test_without_a_key_there_are_no_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYSHOP_SECRET_KEY", raising=False)

    with pytest.raises(SetupError):
        AccessTokens.of(Settings())
