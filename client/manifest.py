"""Writes client/manifest.json, by which a shop that runs only trusted documents knows the client's.

`python -m client.manifest` reads the generated methods, whose documents the generator has completed
with what it needs to tell types apart.
"""

import ast
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from graphql import OperationDefinitionNode, parse, print_ast

FOLDER = Path(__file__).parent


def manifest() -> str:
    """Return the manifest, in the format of `@apollo/generate-persisted-query-manifest`."""
    operations = list(_operations((FOLDER / "generated" / "client.py").read_text()))
    written = {"format": "apollo-persisted-query-manifest", "version": 1, "operations": operations}
    return json.dumps(written, indent=2) + "\n"


def _operations(source: str) -> Iterator[dict[str, str]]:
    for text in _documents(source):
        document = parse(text)
        # So gql prints it, whose transports the client sends by.
        body = print_ast(document)
        (operation,) = (
            each for each in document.definitions if isinstance(each, OperationDefinitionNode)
        )
        yield {
            "id": hashlib.sha256(body.encode()).hexdigest(),
            "name": operation.name.value if operation.name else "",
            "type": operation.operation.value,
            "body": body,
        }


def _documents(source: str) -> Iterator[str]:
    """Yield the text of each `gql("…")` in the source of a module."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name("gql"), args=[ast.Constant(str(text))]):
                yield text


if __name__ == "__main__":
    (FOLDER / "manifest.json").write_text(manifest())
