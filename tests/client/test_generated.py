"""The committed client is what the generator makes of the schema and the operations."""

import subprocess
from pathlib import Path

from core.settings import ROOT

GENERATOR = ROOT / ".venv" / "codegen" / "bin" / "ariadne-codegen"
GENERATED = ROOT / "client" / "generated"


def modules(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.glob("*.py")}


def test_the_generated_client_is_up_to_date(tmp_path: Path) -> None:
    assert GENERATOR.exists(), "make client installs the generator"
    config = (ROOT / "client" / "codegen.toml").read_text()
    elsewhere = tmp_path / "codegen.toml"
    elsewhere.write_text(
        config.replace('target_package_path = "client"', f'target_package_path = "{tmp_path}"')
    )
    subprocess.run([GENERATOR, "--config", elsewhere], cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - our own tool.

    assert modules(GENERATED) == modules(tmp_path / "generated"), "run make client"
