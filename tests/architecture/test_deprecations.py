"""What is deprecated says what to use instead, why, and until when it stays."""

from graphql import build_schema as parse_schema

from core.settings import ROOT
from execution.deprecations import unplanned


def test_every_deprecation_has_a_reason_a_successor_and_a_date() -> None:
    schema = parse_schema((ROOT / "schema.graphql").read_text())

    assert list(unplanned(schema)) == []
