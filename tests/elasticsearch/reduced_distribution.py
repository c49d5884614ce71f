"""Elastic's reduced distribution with our plugin: built once for a machine, run in the foreground.

`reduced_distribution.py VERSION JAVA_HOME PORT` is how node.py starts it; SIGTERM stops it.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

PLUGIN = Path(__file__).parent / "plugin" / "pyshop"
ARTIFACT = "org.elasticsearch.distribution.integ-test-zip:elasticsearch:{version}:zip"
UNPACK = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:unpack"

CONFIGURATION = """\
cluster.name: pyshop
node.name: pyshop
discovery.type: single-node
network.host: 127.0.0.1
http.port: {port}
transport.port: 0
path.data: {folder}/data
path.logs: {folder}/logs
xpack.security.enabled: false
cluster.routing.allocation.disk.threshold_enabled: false
"""

# A boot takes less time when little is compiled and a published build's classes go unverified.
JAVA_OPTIONS = (
    "-Xms512m",
    "-Xmx512m",
    "-XX:-AlwaysPreTouch",
    "-XX:TieredStopAtLevel=1",
    "-XX:+UnlockDiagnosticVMOptions",
    "-XX:-BytecodeVerificationRemote",
)

PLUGIN_DESCRIPTOR = """\
name=pyshop
description=The standard analysis components that the reduced distribution lacks
version=1
classname=pyshop.StandardAnalysisPlugin
java.version=17
elasticsearch.version={version}
"""


def cache_folder() -> Path:
    """Return a folder that outlives runs and clones, which the server's user can reach.

    Elasticsearch refuses to run as root, and other users cannot pass through root's home.
    """
    if os.geteuid() == 0:
        return Path("/var/cache/pyshop")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pyshop"


def prepare(version: str, java_home: Path) -> Path:
    """Return the folder of the distribution, which the first run for these sources builds."""
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    home = cache / f"elasticsearch-{version}-{plugin_hash()}"
    with (cache / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            with tempfile.TemporaryDirectory(prefix="build-", dir=cache) as folder:
                # The rename comes last, so a build that was interrupted is never used.
                build(version, java_home, Path(folder)).rename(home)
    return home


def plugin_sources() -> list[Path]:
    return sorted(PLUGIN.glob("*.java"))


def plugin_hash() -> str:
    digest = hashlib.sha256(PLUGIN_DESCRIPTOR.encode())
    for source in plugin_sources():
        digest.update(source.read_bytes())
    return digest.hexdigest()[:12]


def build(version: str, java_home: Path, folder: Path) -> Path:
    artifact = ARTIFACT.format(version=version)
    run(folder, "mvn", "-q", "-B", UNPACK, f"-Dartifact={artifact}", f"-DoutputDirectory={folder}")
    home = folder / f"elasticsearch-{version}"
    install_plugin(version, java_home, home)
    return home


def install_plugin(version: str, java_home: Path, home: Path) -> None:
    classes = home.parent / "classes"
    compiler = [str(java_home / "bin/javac"), "--release=17", "-nowarn"]
    sources = [str(source) for source in plugin_sources()]
    run(home, *compiler, "-cp", f"{home}/lib/*", "-d", str(classes), *sources)
    plugin = home / "plugins" / "pyshop"
    plugin.mkdir()
    run(classes, str(java_home / "bin/jar"), "cf", str(plugin / "pyshop.jar"), ".")
    (plugin / "plugin-descriptor.properties").write_text(PLUGIN_DESCRIPTOR.format(version=version))


def run(folder: Path, *command: str) -> None:
    # Maven leaves marks in the folder it runs in, and trusts those that it finds there.
    subprocess.run(command, check=True, cwd=folder)  # noqa: S603 - the commands above.


def serve(home: Path, java_home: Path, folder: Path, port: str) -> int:
    """Run a server whose state is all in `folder`, and return its exit status."""
    configuration = folder / "config"
    shutil.copytree(home / "config", configuration)
    (configuration / "elasticsearch.yml").write_text(CONFIGURATION.format(port=port, folder=folder))
    for name in ("data", "logs", "tmp"):
        (folder / name).mkdir()
    environment = os.environ | {
        "ES_JAVA_HOME": str(java_home),
        "ES_JAVA_OPTS": " ".join(JAVA_OPTIONS),
        # The program that launches the server is in Java too, and as short of time.
        "CLI_JAVA_OPTS": "-XX:TieredStopAtLevel=1",
        "ES_PATH_CONF": str(configuration),
        "ES_TMPDIR": str(folder / "tmp"),
    }
    owner = hand_over(folder) if os.geteuid() == 0 else None
    with subprocess.Popen(  # noqa: S603 - the distribution's own program.
        [home / "bin/elasticsearch"],
        cwd=folder,
        env=environment,
        user=owner.pw_uid if owner else None,
        group=owner.pw_gid if owner else None,
        extra_groups=[] if owner else None,
    ) as server:
        try:
            return server.wait()
        finally:
            server.terminate()


def hand_over(folder: Path) -> pwd.struct_passwd:
    """Give a folder of root's to the user that the server then runs as."""
    owner = pwd.getpwnam("nobody")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner.pw_uid, owner.pw_gid)
    return owner


def main() -> None:
    version, java_home, port = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    # Leaving by an exception stops what was started and removes what was written.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    # The server's user reads what this user writes.
    os.umask(0o022)
    home = prepare(version, java_home)
    with tempfile.TemporaryDirectory(prefix="pyshop-elasticsearch-") as folder:
        sys.exit(serve(home, java_home, Path(folder), port))


if __name__ == "__main__":
    main()
