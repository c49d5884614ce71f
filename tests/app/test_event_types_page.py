"""The page about the types of events is what their declarations say."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.commands import schema
from app.event_types_page import PATH, event_types_page, example
from core.errors import SetupError
from core.settings import ROOT
from services.event_types import EVENT_TYPES, Payload

PAYLOADS = list(dict.fromkeys(each.payload for each in EVENT_TYPES.values()))


def test_the_written_page_is_of_today() -> None:
    assert CliRunner().invoke(app, ["schema", "events", "--check"]).exit_code == 0


def test_every_type_is_on_the_page_with_its_payload() -> None:
    lines = event_types_page().splitlines()

    for name, each in EVENT_TYPES.items():
        (line,) = [line for line in lines if line.startswith(f"| `{name}` |")]
        assert f"[{each.payload.__name__}]" in line
        assert ("admins only" in line) == each.is_private
        assert ("for ever" in line) == (each.aggregate_type == "order")
    headings = {f"### {payload.__name__}" for payload in PAYLOADS}
    assert headings <= set(lines)
    assert "### OrderLinePayload" in lines


@pytest.mark.parametrize("payload", PAYLOADS)
def test_an_example_is_a_payload(payload: type[Payload]) -> None:
    told = example(payload)

    assert payload.model_validate(told).model_dump(mode="json", by_alias=True) == told


def test_a_page_that_is_out_of_date_is_refused_and_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "ROOT", tmp_path)
    (tmp_path / "docs").mkdir()
    with pytest.raises(SetupError) as refused:
        schema.schema_events(check=True)
    assert str(refused.value) == f"{PATH} is out of date: run bin/pyshop schema events."

    schema.schema_events(check=False)

    assert (tmp_path / PATH).read_text() == (ROOT / PATH).read_text()
