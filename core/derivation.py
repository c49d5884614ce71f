import hashlib
import hmac
from base64 import urlsafe_b64encode

from core.errors import SetupError
from core.settings import Settings


def derived_secret(settings: Settings, purpose: str, text: str) -> str:
    """Return a secret of 256 bits that the same text gives again, here and nowhere else.

    It is the HMAC-SHA256 of both under PYSHOP_SECRET_KEY, in letters and digits of base64; a
    `purpose` is a word without a colon. Raises SetupError where the key is not set.
    """
    if settings.secret_key is None:
        raise SetupError("PYSHOP_SECRET_KEY is not set.")
    key = settings.secret_key.get_secret_value().encode()
    digest = hmac.digest(key, f"{purpose}:{text}".encode(), hashlib.sha256)
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
