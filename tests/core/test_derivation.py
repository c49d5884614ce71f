import base64

import pytest
from pydantic import SecretStr

from core.derivation import derived_secret
from core.errors import SetupError
from core.settings import Settings

SETTINGS = Settings(secret_key=SecretStr("k" * 32))


def test_the_same_text_gives_the_same_secret_of_256_bits() -> None:
    secret = derived_secret(SETTINGS, "cart", "text")

    assert secret == derived_secret(SETTINGS, "cart", "text")
    assert len(base64.urlsafe_b64decode(secret + "=")) == 32


def test_another_text_purpose_or_key_gives_another_secret() -> None:
    other = Settings(secret_key=SecretStr("o" * 32))
    secrets = {
        derived_secret(SETTINGS, "cart", "text"),
        derived_secret(SETTINGS, "cart", "text2"),
        derived_secret(SETTINGS, "order", "text"),
        derived_secret(other, "cart", "text"),
    }

    assert len(secrets) == 4


def test_without_a_key_there_is_none() -> None:
    with pytest.raises(SetupError, match="PYSHOP_SECRET_KEY is not set"):
        derived_secret(Settings(), "cart", "text")
