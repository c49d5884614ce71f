import asyncio
import os
import pwd
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import asyncpg
import psutil  # type: ignore[import-untyped]  # It ships no types.
import pytest
import redis
from loguru import logger

from core.embedded import account, postgres, valkey
from core.embedded.processes import wait_until
from core.embedded.servers import embedded_servers
from core.errors import SetupError
from core.settings import ROOT, Settings

# Another process that uses the servers until its stdin ends or Ctrl-C interrupts it.
OTHER_PROCESS = """
import contextlib, pathlib, signal, sys
from core.embedded.servers import embedded_servers
from core.settings import Settings

# A background job of a shell, as a test run may be, passes on that it ignores Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)

settings = Settings(database_url=None, redis_url=None, state_dir=pathlib.Path(sys.argv[1]))
with contextlib.suppress(KeyboardInterrupt), embedded_servers(settings) as running:
    print(running.model_dump_json(), flush=True)
    sys.stdin.read()
"""

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as nobody")


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """A folder that nobody may enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="pyshop-") as name:
        folder = Path(name).resolve()
        folder.chmod(0o755)
        yield folder


@pytest.fixture(scope="module")
def state_dir(open_folder: Path) -> Path:
    """One state for most tests, as they check what a start finds, and a first start takes long."""
    return open_folder / "state"


@pytest.fixture
def unprivileged() -> Iterator[None]:
    """Root ignores the modes of folders, so it steps back to nobody for the test."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)


def unset(state_dir: Path) -> Settings:
    return Settings(database_url=None, redis_url=None, state_dir=state_dir)


@contextmanager
def other_process(state_dir: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", OTHER_PROCESS, str(state_dir)]
    pipe = subprocess.PIPE
    with subprocess.Popen(  # noqa: S603 - our own interpreter and code
        command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def settings_of(process: subprocess.Popen[str]) -> Settings:
    """Wait until the other process has its servers."""
    assert process.stdout is not None
    return Settings.model_validate_json(process.stdout.readline())


def server_pids(home: Path) -> list[int]:
    files = (home / "postgres" / "postmaster.pid", home / "valkey" / "pid")
    return [int(file.read_text().splitlines()[0]) for file in files]


def is_alive(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def query(settings: Settings, statement: str) -> object:
    async def fetch() -> object:
        connection = await asyncpg.connect(settings.database_url)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(fetch())


@contextmanager
def cache(settings: Settings) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(settings.redis_url or "", decode_responses=True) as client:
        yield client


def write_mark(settings: Settings, mark: str) -> None:
    query(settings, f"CREATE TABLE {mark} AS SELECT '{mark}' AS mark")
    with cache(settings) as client:
        client.set("mark", mark)


def assert_marked(settings: Settings, mark: str) -> None:
    assert query(settings, f"SELECT mark FROM {mark}") == mark  # noqa: S608 - a name from this file
    with cache(settings) as client:
        assert client.get("mark") == mark


def test_a_restart_keeps_the_data(state_dir: Path) -> None:
    with embedded_servers(unset(state_dir)) as first:
        write_mark(first, "restarted")
        first_pids = server_pids(state_dir)
    assert not any(map(is_alive, first_pids))
    with embedded_servers(unset(state_dir)) as second:
        assert set(server_pids(state_dir)).isdisjoint(first_pids)
        assert_marked(second, "restarted")


def test_the_servers_are_durable_and_keep_strangers_out(state_dir: Path) -> None:
    with embedded_servers(unset(state_dir)) as settings:
        assert query(settings, "SELECT current_setting('fsync')") == "on"
        assert query(settings, "SELECT current_setting('listen_addresses')") == "127.0.0.1"
        assert query(settings, "SELECT lower('ÉÄ')") == "éä"
        query(settings, "CREATE EXTENSION pg_stat_statements")
        assert query(settings, "SELECT count(*) > 0 FROM pg_stat_statements") is True
        with cache(settings) as client:
            assert client.config_get("append*")["appendonly"] == "yes"
        stranger = with_wrong_password(settings, (state_dir / "password").read_text())
        with pytest.raises(asyncpg.InvalidPasswordError):
            query(stranger, "SELECT 1")
        with cache(stranger) as client, pytest.raises(redis.AuthenticationError):
            client.ping()
    assert stat.S_IMODE((state_dir / "password").stat().st_mode) == 0o600
    assert stat.S_IMODE((state_dir / "valkey").stat().st_mode) == 0o700


def with_wrong_password(settings: Settings, password: str) -> Settings:
    assert settings.database_url is not None
    assert settings.redis_url is not None
    return Settings(
        database_url=settings.database_url.replace(password, "wrong"),
        redis_url=settings.redis_url.replace(password, "wrong"),
    )


def test_the_last_of_two_processes_stops_the_servers(state_dir: Path) -> None:
    with other_process(state_dir) as other:
        others = settings_of(other)
        pids = server_pids(state_dir)
        with embedded_servers(unset(state_dir)) as ours:
            assert ours == others
            other.communicate()
            assert other.returncode == 0
            assert all(map(is_alive, pids))
            write_mark(ours, "shared")
    assert not any(map(is_alive, pids))


def test_two_processes_may_make_the_first_start_at_once(open_folder: Path) -> None:
    state_dir = open_folder / "at_once"
    # A first start that was killed has left this behind.
    (state_dir / "postgres.new").mkdir(parents=True)
    (state_dir / "postgres.new" / "PG_VERSION").touch()
    with other_process(state_dir) as one, other_process(state_dir) as two:
        assert settings_of(one) == settings_of(two)
        pids = server_pids(state_dir)
        one.communicate()
        assert all(map(is_alive, pids))
        two.communicate()
    assert not any(map(is_alive, pids))


def test_servers_of_a_killed_process_are_adopted_and_stopped(state_dir: Path) -> None:
    with other_process(state_dir) as other:
        others = settings_of(other)
        write_mark(others, "adopted")
        other.kill()
        other.wait()
    pids = server_pids(state_dir)
    with embedded_servers(unset(state_dir)) as ours:
        assert ours == others
        assert server_pids(state_dir) == pids
        assert_marked(ours, "adopted")
    assert not any(map(is_alive, pids))


def test_killed_servers_whose_ids_others_have_are_started_anew(state_dir: Path) -> None:
    with other_process(state_dir) as other:
        write_mark(settings_of(other), "crashed")
        other.kill()
        other.wait()
    processes = [psutil.Process(pid) for pid in server_pids(state_dir)]
    # PostgreSQL's children end by themselves when they miss their parent.
    everyone = [*processes, *processes[0].children()]
    for process in processes:
        process.kill()
    assert wait_until(lambda: not any(is_alive(process.pid) for process in everyone))
    pid_file = state_dir / "postgres" / "postmaster.pid"
    pid_file.write_text(pid_file.read_text().replace(str(processes[0].pid), str(os.getpid()), 1))
    (state_dir / "valkey" / "pid").write_text(str(os.getpid()))
    with embedded_servers(unset(state_dir)) as settings:
        assert os.getpid() not in server_pids(state_dir)
        assert_marked(settings, "crashed")


def test_ctrl_c_reaches_the_process_and_not_its_servers(state_dir: Path) -> None:
    with other_process(state_dir) as other:
        write_mark(settings_of(other), "interrupted")
        pids = server_pids(state_dir)
        assert other.pid not in {os.getsid(pid) for pid in pids}
        os.killpg(other.pid, signal.SIGINT)
        assert other.wait() == 0
    assert not any(map(is_alive, pids))
    assert "database system is shut down" in (state_dir / "postgres" / "log").read_text()
    with embedded_servers(unset(state_dir)) as settings:
        assert_marked(settings, "interrupted")


def test_throwaway_servers_do_not_wait_for_the_disk(open_folder: Path) -> None:
    with embedded_servers(unset(open_folder / "throwaway"), durable=False) as settings:
        assert query(settings, "SELECT current_setting('fsync')") == "off"
        with cache(settings) as client:
            assert client.config_get("append*")["appendonly"] == "no"


def test_configured_urls_start_nothing(open_folder: Path) -> None:
    settings = Settings(
        database_url="postgresql://shop@db/shop",
        redis_url="redis://cache/0",
        state_dir=open_folder / "none",
    )
    with embedded_servers(settings) as same:
        assert same == settings
    assert not settings.state_dir.exists()


def test_an_error_of_the_body_passes_and_the_servers_stop(state_dir: Path) -> None:
    pids = []
    with suppress(FileNotFoundError), embedded_servers(unset(state_dir)):
        pids = server_pids(state_dir)
        raise FileNotFoundError
    assert pids
    assert not any(map(is_alive, pids))


def assert_refused(settings: Settings, words: str) -> None:
    with pytest.raises(SetupError, match=words), embedded_servers(settings):
        pytest.fail("The servers started.")


def test_a_file_in_place_of_the_folder_is_refused(open_folder: Path) -> None:
    (open_folder / "file").touch()
    assert_refused(unset(open_folder / "file"), "File exists.*PYSHOP_STATE_DIR")


@pytest.mark.usefixtures("unprivileged")
def test_a_folder_that_cannot_be_written_is_refused() -> None:
    with tempfile.TemporaryDirectory(prefix="pyshop-") as name:
        Path(name).chmod(0o555)
        assert_refused(unset(Path(name)), "Permission denied.*PYSHOP_STATE_DIR")
        assert_refused(unset(Path(name) / "state"), "Permission denied.*PYSHOP_STATE_DIR")


def test_a_folder_without_a_database_is_refused(open_folder: Path) -> None:
    (open_folder / "broken" / "postgres").mkdir(parents=True)
    words = "postgres did not start.*is not a database cluster directory"
    assert_refused(unset(open_folder / "broken"), words)


def test_what_valkey_logged_before_it_ended_is_told(open_folder: Path) -> None:
    append_only = open_folder / "damaged" / "valkey" / "appendonlydir"
    append_only.mkdir(parents=True)
    (append_only / "appendonly.aof.manifest").write_text("nonsense\n")
    settings = unset(open_folder / "damaged")
    settings = settings.model_copy(update={"database_url": "postgresql://shop@db/shop"})
    assert_refused(settings, "valkey-server did not start.*manifest")
    assert not (open_folder / "damaged" / "postgres").exists()


def test_missing_wheels_are_refused(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (postgres, valkey):
        monkeypatch.setitem(sys.modules, module.__name__, None)
        monkeypatch.delattr(module.__name__)
    assert_refused(unset(open_folder / "none"), "requirements/embedded.txt")


@as_root
def test_programs_that_nobody_cannot_read_are_refused(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = open_folder / "closed-programs"
    closed.mkdir(mode=0o700)
    (closed / "initdb").symlink_to(postgres.BIN / "initdb")
    monkeypatch.setattr(postgres, "BIN", closed)
    assert_refused(unset(open_folder / "no-programs"), "nobody cannot run")


@as_root
def test_data_moves_to_where_nobody_can_reach_it(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "SYSTEM_STATE", open_folder / "var" / "pyshop")
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    said: list[str] = []
    sink = logger.add(lambda message: said.append(message.record["message"]))
    with embedded_servers(unset(closed / "state"), durable=False) as settings:
        assert query(settings, "SELECT 1") == 1
    logger.remove(sink)
    (home,) = (open_folder / "var" / "pyshop").iterdir()
    assert [str(home) in line for line in said] == [True]
    assert (home / "postgres" / "PG_VERSION").exists()
    assert list((closed / "state").iterdir()) == []
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert account.readable_home(closed / "state") == home
