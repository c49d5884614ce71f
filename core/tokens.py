"""Access tokens: JSON Web Tokens (RFC 7519) that name an account for a few minutes."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from uuid import UUID

import jwt

from core.errors import DomainError, SetupError
from core.ids import decode_id, encode_id
from core.settings import Settings

ISSUER = "pyshop"
AUDIENCE = "pyshop-api"

# Tokens are signed with this algorithm, and no other is taken, whatever a token's header says.
_ALGORITHM = "HS256"
# A token comes with each request of a visit: 0.1 ms to verify, and nothing to find it verified.
_KEPT = 1000
_CLAIMS = ["iss", "aud", "sub", "exp", "role"]


class InvalidAccessToken(DomainError):
    """The token was not issued here, or its time is over."""

    code = "UNAUTHENTICATED"

    def __init__(self) -> None:
        super().__init__("The access token is not valid any more: refresh it, or log in again.")


@dataclass(frozen=True)
class AccessToken:
    text: str
    expires_at: datetime


@dataclass(frozen=True)
class Claims:
    account_id: UUID
    role: str
    expires_at: datetime


class AccessTokens:
    """Issues and reads access tokens; a token names its key, so that keys can be rotated.

    The role is taken from the token and not looked up: that saves a statement in each request,
    and a changed role counts from the next refresh on, after a quarter of an hour at most.
    """

    def __init__(self, key: str, *, previous: list[str], lifetime: timedelta) -> None:
        self._key_id = key_id(key)
        self._keys = {key_id(each): each for each in [*previous, key]}
        self._lifetime = lifetime
        # What raises is not kept.
        self._verified = lru_cache(_KEPT)(self._verify)

    @classmethod
    def of(cls, settings: Settings) -> "AccessTokens":
        if settings.secret_key is None:
            raise SetupError("PYSHOP_SECRET_KEY is not set.")
        return cls(
            settings.secret_key.get_secret_value(),
            previous=[each.get_secret_value() for each in settings.previous_secret_keys],
            lifetime=timedelta(minutes=settings.access_token_minutes),
        )

    def issue(self, account_id: UUID, role: str) -> AccessToken:
        # A token tells its end in whole seconds.
        expires_at = datetime.now(UTC).replace(microsecond=0) + self._lifetime
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": encode_id("account", account_id),
            "exp": expires_at,
            "role": role,
        }
        text = jwt.encode(
            claims, self._keys[self._key_id], _ALGORITHM, headers={"kid": self._key_id}
        )
        return AccessToken(text, expires_at)

    def read(self, text: str) -> Claims:
        """Check a token in every respect and return what it says; raises InvalidAccessToken."""
        claims = self._verified(text)
        if claims.expires_at <= datetime.now(UTC):
            raise InvalidAccessToken
        return claims

    def _verify(self, text: str) -> Claims:
        try:
            key = self._keys[jwt.get_unverified_header(text)["kid"]]
            claims = jwt.decode(
                text,
                key,
                algorithms=[_ALGORITHM],
                issuer=ISSUER,
                audience=AUDIENCE,
                options={"require": _CLAIMS},
            )
            prefix, account_id = decode_id(claims["sub"])
        except (jwt.InvalidTokenError, KeyError, ValueError) as error:
            raise InvalidAccessToken from error
        if prefix != "account":
            raise InvalidAccessToken
        return Claims(account_id, claims["role"], datetime.fromtimestamp(claims["exp"], UTC))


def key_id(key: str) -> str:
    """Name a key without telling anything of it."""
    return hashlib.sha256(b"kid:" + key.encode()).hexdigest()[:16]
