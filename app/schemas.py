"""The files that hold the graph in the schema definition language."""

from collections.abc import Iterator
from pathlib import Path

from execution.sdl import api_sdl
from schema.graph import SUBGRAPHS, build_schema


def write_schemas(root: Path) -> None:
    """Write schema.graphql for clients, and for composers a file for each subgraph."""
    for path, printed in _printed():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(printed)


def stale_schemas(root: Path) -> list[str]:
    """Return the files that are missing or differ from the definitions."""
    return [
        path
        for path, printed in _printed()
        if not (root / path).exists() or (root / path).read_text() != printed
    ]


def _printed() -> Iterator[tuple[str, str]]:
    yield "schema.graphql", api_sdl(build_schema())
    for name in SUBGRAPHS:
        yield f"subgraphs/{name}.graphql", build_schema(name).sdl
