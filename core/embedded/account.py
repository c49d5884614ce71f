"""Who the servers run as, and which folder that account can reach."""

import os
import pwd
import stat
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from loguru import logger

SYSTEM_STATE = Path("/var/lib/pyshop")


class Account(NamedTuple):
    """Arguments of `subprocess.run`."""

    user: int | None
    group: int | None
    extra_groups: tuple[int, ...] | None


OURSELVES = Account(None, None, None)


def server_account() -> Account:
    """PostgreSQL refuses to run as root, so root runs it as `nobody`."""
    if os.geteuid() != 0:
        return OURSELVES
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid, ())


def give_to_server(path: Path) -> None:
    user, group, _ = server_account()
    if user is not None and group is not None:
        os.chown(path, user, group)


def readable_home(path: Path) -> Path:
    """Create and return `path`, or a folder that stands for it where `nobody` cannot reach it.

    A folder on the way that is closed to others stays closed: its owner chose that.
    """
    path = path.resolve()
    _create(path)
    if os.geteuid() != 0 or _open_to_others(path):
        return path
    home = SYSTEM_STATE / sha256(os.fsencode(path)).hexdigest()[:12]
    _create(home)
    logger.info("The embedded servers' data is in {}, as user nobody cannot enter {}", home, path)
    return home


def _open_to_others(folder: Path) -> bool:
    return all(each.stat().st_mode & stat.S_IXOTH for each in (folder, *folder.parents))


def _create(folder: Path) -> None:
    """Create a folder and its missing parents, open to others under any umask."""
    if not folder.is_dir():
        _create(folder.parent)
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
