"""`bin/pyshop` before there is an environment."""

import re
import shutil
import subprocess
from pathlib import Path

from core.settings import ROOT


def test_a_new_clone_is_told_what_builds_its_environment(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    launcher = shutil.copy(ROOT / "bin" / "pyshop", tmp_path / "bin")

    refused = subprocess.run([launcher], check=False, capture_output=True, text=True)  # noqa: S603 - our own.

    assert refused.returncode == 1
    told = re.search(r"the environment is missing; run 'make (\S+)' in (\S+) first", refused.stderr)
    assert told is not None
    assert told[2] == str(tmp_path)
    subprocess.run(  # noqa: S603 - a dry run of a verb of our own.
        ["make", "--dry-run", told[1]],  # noqa: S607 - the make on the path is the one meant.
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
