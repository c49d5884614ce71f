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
    return urlsafe_b64encode(derived_keys(settings, purpose, text)[0]).rstrip(b"=").decode()


def derived_keys(settings: Settings, purpose: str, text: str) -> list[bytes]:
    """Return the same secret as 32 bytes, and after it what each previous key gives.

    Raises SetupError where PYSHOP_SECRET_KEY is not set.
    """
    if settings.secret_key is None:
        raise SetupError("PYSHOP_SECRET_KEY is not set.")
    keys = [settings.secret_key, *settings.previous_secret_keys]
    derived = f"{purpose}:{text}".encode()
    return [hmac.digest(key.get_secret_value().encode(), derived, hashlib.sha256) for key in keys]
