"""A real Elasticsearch for the tests, and in the foreground for a developer.

`python tests/elasticsearch/node.py [PORT]` runs one until it is interrupted. The first of these
that there is gives the server: PYSHOP_TEST_ELASTICSEARCH_URL, a Docker engine, a JDK and Maven.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

VERSION = "8.19.21"
# A first start downloads the image, or the reduced distribution.
START_SECONDS = 600
STOP_SECONDS = 60
OLDEST_JAVA = 17
JAVA_HOMES = (
    "/usr/lib/jvm/*",
    "/Library/Java/JavaVirtualMachines/*/Contents/Home",
)


class ElasticsearchUnavailableError(Exception):
    """What this machine lacks to run Elasticsearch, as one line."""


class Node:
    """A server that somebody else runs."""

    def __init__(self, url: str) -> None:
        self._url = url

    def url(self) -> str:
        return self._url

    def stop(self) -> None:
        """Leave the server to whom it belongs."""


class OwnNode(Node):
    """A server of ours, which boots in the background from the moment it is made."""

    def __init__(self, command: list[str], port: int) -> None:
        super().__init__(f"http://127.0.0.1:{port}")
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - the process writes it until stop().
        self._process = subprocess.Popen(  # noqa: S603 - the commands below, without a shell.
            [*_ending_with_this_process(), *command],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            # Ctrl-C is for the test run, which then stops the node in its turn.
            start_new_session=True,
        )

    def url(self) -> str:
        """Wait until the server answers; raises RuntimeError with the end of its log otherwise."""
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None:
                raise RuntimeError(f"Elasticsearch ended while it started:\n{self._log_end()}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"Elasticsearch did not start in time:\n{self._log_end()}")
            time.sleep(0.1)
        return self._url

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def _answers(self) -> bool:
        try:
            # The master answers this, so a node that still joins its own cluster is not ready.
            # trust_env would send this to the proxy of a developer's company.
            health = httpx.get(
                f"{self._url}/_cluster/health?timeout=1s", timeout=10, trust_env=False
            )
        except httpx.TransportError:
            return False
        return health.is_success

    def _log_end(self) -> str:
        # pread leaves alone the position that this file shares with the process that writes it.
        size = os.fstat(self._log.fileno()).st_size
        return os.pread(self._log.fileno(), 4000, max(0, size - 4000)).decode(errors="replace")


def start() -> Node:
    """Start a node and return at once; raises ElasticsearchUnavailableError where none can run.

    The caller's thread must outlive the node: Linux ends the node with the thread that started it.
    """
    url = os.environ.get("PYSHOP_TEST_ELASTICSEARCH_URL")
    if url:
        return Node(url.rstrip("/"))
    port = _free_port()
    return OwnNode(server_command(port), port)


def server_command(port: int) -> list[str]:
    """Return the command that runs Elasticsearch on this port of 127.0.0.1 until SIGTERM."""
    if _docker_answers():
        return _docker_command(port)
    java_home = _java_home()
    if java_home is None or shutil.which("mvn") is None:
        raise ElasticsearchUnavailableError(
            "there is no PYSHOP_TEST_ELASTICSEARCH_URL, no Docker engine that answers, "
            f"and {'no JDK of Java 17 or newer' if java_home is None else 'no Maven'}"
        )
    script = Path(__file__).with_name("reduced_distribution.py")
    return [sys.executable, str(script), VERSION, str(java_home), str(port)]


def _docker_answers() -> bool:
    docker = shutil.which("docker")
    if docker is None:
        return False
    try:
        info = subprocess.run([docker, "info"], capture_output=True, timeout=20, check=False)  # noqa: S603 - fixed arguments.
    except subprocess.TimeoutExpired:
        return False
    return info.returncode == 0


def _docker_command(port: int) -> list[str]:
    settings = {
        "discovery.type": "single-node",
        "xpack.security.enabled": "false",
        "xpack.ml.enabled": "false",
        "ingest.geoip.downloader.enabled": "false",
        "cluster.routing.allocation.disk.threshold_enabled": "false",
        "ES_JAVA_OPTS": "-Xms512m -Xmx512m -XX:TieredStopAtLevel=1",
    }
    options = [f"--env={name}={value}" for name, value in settings.items()]
    publish = f"--publish=127.0.0.1:{port}:9200"
    return ["docker", "run", "--rm", publish, *options, f"elasticsearch:{VERSION}"]


def _java_home() -> Path | None:
    """Return the JDK to use; the oldest that serves boots Elasticsearch quickest."""
    chosen = os.environ.get("ES_JAVA_HOME")
    if chosen:
        return Path(chosen)
    compiler = shutil.which("javac")
    homes = [Path(compiler).resolve().parents[1]] if compiler else []
    for pattern in JAVA_HOMES:
        homes += Path("/").glob(pattern.removeprefix("/"))
    versions = {home: _java_version(home) for home in homes if (home / "bin/javac").exists()}
    usable = [home for home, version in versions.items() if version >= OLDEST_JAVA]
    return min(usable, key=versions.__getitem__, default=None)


def _java_version(home: Path) -> int:
    """Read the major version from the file that every JDK carries; 0 if it does not."""
    release = home / "release"
    text = release.read_text() if release.exists() else ""
    version = re.search(r'^JAVA_VERSION="(\d+)', text, re.MULTILINE)
    return int(version[1]) if version else 0


def _ending_with_this_process() -> list[str]:
    """Return the prefix that has Linux stop a command when this process is killed outright."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def main() -> None:
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 9200
    try:
        command = server_command(port)
    except ElasticsearchUnavailableError as error:
        sys.exit(str(error))
    # Taking this process's place lets signals reach the server itself.
    os.execvp(command[0], command)  # noqa: S606 - the commands above need no shell.


if __name__ == "__main__":
    main()
