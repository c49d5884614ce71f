"""The checks of `make check` can fail; the import contracts have a file of their own."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.commands import schema
from app.schemas import write_schemas
from core.errors import SetupError
from core.settings import ROOT

UNTYPED = "def double(number):\n    return 2 * number\n"
MISTYPED = "def double(number: int) -> str:\n    return 2 * number\n"


def run(*command: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own tools.
        [sys.executable, "-m", *command],
        cwd=ROOT,
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )


def test_lint_refuses_a_function_without_types() -> None:
    outcome = run("ruff", "check", "--stdin-filename", "core/double.py", "-", given=UNTYPED)

    assert outcome.returncode == 1
    assert "ANN001" in outcome.stdout
    assert "ANN201" in outcome.stdout


def test_format_refuses_a_line_out_of_shape() -> None:
    outcome = run(
        "ruff", "format", "--check", "--stdin-filename", "core/double.py", "-", given="x  = 1\n"
    )

    assert outcome.returncode == 1


@pytest.mark.parametrize(
    ("code", "complaint"),
    [(UNTYPED, "[no-untyped-def]"), (MISTYPED, "[return-value]")],
    ids=["untyped", "mistyped"],
)
def test_types_refuse_a_function_that_has_none_or_wrong_ones(
    tmp_path: Path, code: str, complaint: str
) -> None:
    module = tmp_path / "double.py"
    module.write_text(code)
    outcome = run(
        "mypy", "--config-file", "pyproject.toml", "--cache-dir", "/dev/null", str(module)
    )

    assert outcome.returncode == 1
    assert complaint in outcome.stdout


@pytest.mark.parametrize("path", ["schema.graphql", "subgraphs/catalog.graphql"])
def test_a_schema_that_is_out_of_date_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    write_schemas(tmp_path)
    stale = tmp_path / path
    stale.write_text(stale.read_text().replace("sku: String!", "sku: String"))
    monkeypatch.setattr(schema, "ROOT", tmp_path)

    with pytest.raises(SetupError) as refused:
        schema.schema_print(check=True)

    assert str(refused.value) == f"{path} out of date: run bin/pyshop schema print."


def test_a_missing_schema_is_refused_and_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "ROOT", tmp_path)
    with pytest.raises(SetupError):
        schema.schema_print(check=True)

    schema.schema_print(check=False)

    for path in ("schema.graphql", "subgraphs/orders.graphql"):
        assert (tmp_path / path).read_text() == (ROOT / path).read_text()
