"""Runs the scripts beside it, which hold the shop against JavaScript that its users run."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent


def require_node() -> None:
    """Skip the test where there is no Node; PYSHOP_REQUIRE_NODE=1 turns the skip into a failure."""
    if shutil.which("node") and (FOLDER / "node_modules").is_dir():
        return
    reason = "federation tests need Node 20 or newer, and the packages that `make test` installs"
    if os.environ.get("PYSHOP_REQUIRE_NODE") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def run_script(name: str, given: object = None, *, timeout: float = 120) -> Any:
    """Run a script with JSON on its input, and return the JSON of its output.

    What it writes to its error output is shown when it fails.
    """
    done = subprocess.run(  # noqa: S603 - A script of our own.
        ["node", FOLDER / name],  # noqa: S607 - The Node that is on the path is the one meant.
        input=json.dumps(given),
        text=True,
        capture_output=True,
        timeout=timeout,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
