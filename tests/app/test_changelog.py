"""The changelog of the API, in a repository of its own."""

import hashlib
import re
import subprocess
from datetime import date
from pathlib import Path

import pytest

from app.changelog import is_logged, log_changes
from core.errors import SetupError

TODAY = date(2027, 5, 1)
FIRST = """type Query {
  old: Int! @deprecated(reason: "%s")
  new: Int
  kind: Kind
}

enum Kind {
  A
}
"""
ENDED = "Use `Query.new`: it may be null. Removed after 2027-04-30."
RUNNING = "Use `Query.new`: it may be null. Removed after 2027-05-01."


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def write(root: Path, schema: str, *, commit: bool = True) -> None:
    (root / "schema.graphql").write_text(schema)
    if commit:
        identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
        for command in (("add", "."), (*identity, "commit", "--quiet", "--message", "Change it")):
            subprocess.run(["git", *command], cwd=root, check=True)  # noqa: S603, S607 - in a folder of the test.


def entries(root: Path) -> list[str]:
    """What stands below the preface, by entry."""
    _, *found = re.split(r"^## ", (root / "CHANGELOG-API.md").read_text(), flags=re.MULTILINE)
    return [each.strip() for each in found]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with one schema and its entry."""
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)  # noqa: S607 - in a folder of the test.
    write(tmp_path, FIRST % ENDED, commit=False)
    log_changes(tmp_path, date(2027, 1, 1), None)
    write(tmp_path, FIRST % ENDED)
    return tmp_path


def test_the_first_entry_lists_nothing(root: Path) -> None:
    assert entries(root) == [
        f"2027-01-01 `{sha256(FIRST % ENDED)}`\n\nThe first entry: all of it is new."
    ]
    assert is_logged(root)


def test_a_schema_without_its_entry_is_found(root: Path) -> None:
    write(root, FIRST % RUNNING)

    assert not is_logged(root)
    (root / "CHANGELOG-API.md").unlink()
    assert not is_logged(root)


@pytest.mark.usefixtures("node")
def test_an_entry_classes_what_changed(root: Path) -> None:
    new = """type Query {
  new: Int @deprecated(reason: "Why.")
  kind: Kind
}

enum Kind {
  A
  B
}
"""
    write(root, new, commit=False)
    before = entries(root)

    log_changes(root, TODAY, None)

    written, *rest = entries(root)
    assert rest == before
    assert written == (
        f"2027-05-01 `{sha256(new)}`\n\n"
        "### Breaking\n- Field 'old' (deprecated) was removed from object type 'Query'\n\n"
        "### Dangerous\n- Enum value 'B' was added to enum 'Kind'\n\n"
        "### Safe\n- Field 'Query.new' is deprecated: Why."
    )
    assert is_logged(root)


@pytest.mark.usefixtures("node")
def test_a_second_run_changes_nothing(root: Path) -> None:
    write(root, FIRST % RUNNING)
    log_changes(root, TODAY, None)
    before = entries(root)

    log_changes(root, date(2027, 6, 1), None)

    assert entries(root) == before


@pytest.mark.usefixtures("node")
def test_an_entry_whose_schema_was_not_committed_is_written_anew(root: Path) -> None:
    (first,) = entries(root)
    write(root, FIRST.replace("  A\n", "  A\n  B\n") % ENDED, commit=False)
    log_changes(root, TODAY, None)
    last = FIRST.replace("  A\n", "  A\n  C\n") % ENDED
    write(root, last, commit=False)

    log_changes(root, TODAY, None)

    assert entries(root) == [
        f"2027-05-01 `{sha256(last)}`\n\n### Dangerous\n- Enum value 'C' was added to enum 'Kind'",
        first,
    ]


@pytest.mark.usefixtures("node")
def test_a_removal_before_its_day_needs_a_reason(root: Path) -> None:
    write(root, FIRST % RUNNING)
    log_changes(root, TODAY, None)
    write(root, FIRST % RUNNING)
    new = (FIRST % RUNNING).replace(f'  old: Int! @deprecated(reason: "{RUNNING}")\n', "")
    write(root, new)
    before = entries(root)

    with pytest.raises(SetupError) as refused:
        log_changes(root, TODAY, None)

    assert str(refused.value).splitlines() == [
        "It takes away what was not deprecated until yesterday or longer ago:",
        "  Field Query.old was removed.",
    ]
    assert entries(root) == before
    log_changes(root, TODAY, "Nobody has it yet.")
    written, *rest = entries(root)
    assert rest == before
    assert written == (
        f"2027-05-01 `{sha256(new)}`\n\nNot deprecated before: Nobody has it yet.\n\n"
        "### Breaking\n- Field 'old' (deprecated) was removed from object type 'Query'"
    )


@pytest.mark.usefixtures("node")
def test_words_alone_are_no_change(root: Path) -> None:
    new = '"""What is asked."""\n' + FIRST % ENDED
    write(root, new)

    log_changes(root, TODAY, None)

    assert entries(root)[0].splitlines()[-1] == (
        "Nothing but words, and what the graph says to gateways."
    )


def test_a_clone_without_the_old_schema_is_refused(root: Path) -> None:
    path = root / "CHANGELOG-API.md"
    path.write_text(path.read_text().replace(sha256(FIRST % ENDED), "0" * 64))
    write(root, FIRST % RUNNING)
    before = entries(root)

    with pytest.raises(SetupError, match="No commit has the schema of an entry"):
        log_changes(root, TODAY, None)

    assert entries(root) == before
