"""The key that signs access tokens, where none is configured."""

import os
import secrets
from pathlib import Path

from pydantic import SecretStr

from core.errors import SetupError
from core.settings import Settings


def with_secret_key(settings: Settings) -> Settings:
    """Return settings with a key: the configured one, or a laptop's own, kept over restarts.

    Raises SetupError where the database is configured and the key is not: a key of its own would
    differ between the machines that serve.
    """
    if settings.secret_key is not None:
        return settings
    if settings.database_url is not None:
        raise SetupError(
            "Set PYSHOP_SECRET_KEY to a random text of at least 32 characters,"
            " the same on every machine that serves: it signs access tokens."
        )
    try:
        key = _kept_key(settings.state_dir)
    except OSError as error:
        raise SetupError(
            f"The key of access tokens cannot be kept in {settings.state_dir} ({error.strerror}):"
            " set PYSHOP_STATE_DIR to a folder that can be written, or PYSHOP_SECRET_KEY."
        ) from error
    return settings.model_copy(update={"secret_key": SecretStr(key)})


def _kept_key(folder: Path) -> str:
    path = folder / "secret_key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        new = folder / f"secret_key.{os.getpid()}"
        new.touch(mode=0o600)
        new.write_text(secrets.token_urlsafe(48))
        try:
            # Unlike a rename, a link does not replace what another process made meanwhile.
            path.hardlink_to(new)
        except FileExistsError:
            pass
        finally:
            new.unlink()
    return path.read_text()
