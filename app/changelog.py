"""Keeps CHANGELOG-API.md: what each change of schema.graphql means to clients, newest first."""

import hashlib
import json
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

from graphql import build_schema

from core.errors import SetupError
from core.settings import ROOT
from execution.deprecations import premature

# A developer's verb, so that it takes the packages that the tests install.
_CHANGES = ROOT / "tests" / "node" / "changes.mjs"

_PREFACE = """# Changes of the API

What changed for clients of `schema.graphql`, newest first; the hash of an entry is the SHA-256 of
the schema that it leads to. **Breaking** changes can break a client that worked. **Dangerous** ones
break it if it does not expect them, such as a new value of an enum. **Safe** ones break nothing.
`make changelog` writes it.
"""
_HEADING = re.compile(r"^## \d{4}-\d\d-\d\d `([0-9a-f]{64})`$", re.MULTILINE)
_CLASSES = {"BREAKING": "Breaking", "DANGEROUS": "Dangerous", "NON_BREAKING": "Safe"}


def is_logged(root: Path) -> bool:
    """Tell whether the newest entry leads to the schema of today."""
    path = root / "CHANGELOG-API.md"
    newest = _HEADING.search(path.read_text()) if path.exists() else None
    return newest is not None and newest[1] == _sha256((root / "schema.graphql").read_bytes())


def log_changes(root: Path, today: date, reason: str | None) -> None:
    """Write the entry for what changed since the newest one, if anything has.

    An entry whose schema was never committed is written anew. Raises SetupError where something is
    removed before its deprecation has ended, unless a reason is given, which the entry then tells.
    """
    if is_logged(root):
        return
    path = root / "CHANGELOG-API.md"
    new = (root / "schema.graphql").read_bytes()
    entries = path.read_text()[len(_PREFACE) :] if path.exists() else ""
    if entries:
        old, entries = _newest_committed(root, entries)
        text = _told(old, new.decode(), today, reason)
    else:
        text = "The first entry: all of it is new."
    heading = f"\n## {today} `{_sha256(new)}`\n\n"
    path.write_text(f"{_PREFACE}{heading}{text}\n{entries}")


def _told(old: str, new: str, today: date, reason: str | None) -> str:
    too_early = premature(build_schema(old), build_schema(new), today)
    if too_early and reason is None:
        heading = "It takes away what was not deprecated until yesterday or longer ago:"
        raise SetupError("\n  ".join([heading, *too_early]))
    changes = _changes(old, new)
    parts = [
        "\n".join([f"### {title}", *(f"- {each}" for each in messages)])
        for level, title in _CLASSES.items()
        if (messages := [each["message"] for each in changes if each["level"] == level])
    ]
    if too_early:
        parts.insert(0, f"Not deprecated before: {reason}")
    return "\n\n".join(parts) or "Nothing but words, and what the graph says to gateways."


def _changes(old: str, new: str) -> list[dict[str, str]]:
    node = shutil.which("node")
    if node is None or not (_CHANGES.parent / "node_modules").is_dir():
        raise SetupError("The changelog needs Node 20 or newer; `make changelog` does the rest.")
    given = json.dumps({"old": old, "new": new}).encode()
    done = subprocess.run([node, _CHANGES], input=given, check=False, capture_output=True)  # noqa: S603 - A script of our own.
    if done.returncode != 0:
        raise SetupError(f"The schemas could not be compared: {done.stderr.decode()}")
    changes: list[dict[str, str]] = json.loads(done.stdout)
    return changes


def _newest_committed(root: Path, entries: str) -> tuple[str, str]:
    """Return the schema of the newest entry that was committed, and the entries from there on."""
    committed = {_sha256(text): text for text in _committed(root)}
    for heading in _HEADING.finditer(entries):
        if (schema := committed.get(heading[1])) is not None:
            return schema.decode(), entries[heading.start() - 1 :]
    raise SetupError(
        "No commit has the schema of an entry of CHANGELOG-API.md; is the clone whole?"
    )


def _committed(root: Path) -> list[bytes]:
    commits = _git(root, "log", "--format=%H", "--", "schema.graphql").decode().split()
    return [_git(root, "show", f"{commit}:./schema.graphql") for commit in commits]


def _git(root: Path, *arguments: str) -> bytes:
    return subprocess.run(  # noqa: S603 - The arguments are our own.
        ["git", *arguments],  # noqa: S607 - The git that is on the path is the one meant.
        cwd=root,
        check=True,
        capture_output=True,
    ).stdout


def _sha256(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()
