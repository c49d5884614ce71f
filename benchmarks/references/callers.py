"""Who asks: what the headers of a request say."""

import hashlib
import os
from uuid import UUID

import jwt

from core.ids import decode_id


def account_of(authorization: str) -> UUID:
    """Return the account of PyShop's access token in `Bearer …`; raises jwt.InvalidTokenError."""
    claims = jwt.decode(
        authorization.removeprefix("Bearer "),
        os.environ["PYSHOP_SECRET_KEY"],
        algorithms=["HS256"],
        issuer="pyshop",
        audience="pyshop-api",
    )
    return decode_id(claims["sub"])[1]


def secret_hash(secret: str) -> bytes:
    """Return that by which the database knows the secret of a cart."""
    return hashlib.sha256(secret.encode()).digest()
