import pytest

from execution import asked, rows
from execution.rows import Binding


@pytest.fixture(autouse=True)
def bindings(monkeypatch: pytest.MonkeyPatch) -> dict[str, Binding]:
    """A registry of the test's own, so that the shop's graph does not see its types."""
    registry: dict[str, Binding] = {}
    for module in (rows, asked):
        monkeypatch.setattr(module, "BINDINGS", registry)
    return registry
