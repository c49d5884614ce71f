"""The documents of the operations, which PyShop and plain Strawberry answer alike."""

from pathlib import Path

from graphql import OperationDefinitionNode, parse

from core.document_store import Document

FOLDER = Path(__file__).parent.parent / "operations"


def _document(file: Path) -> Document:
    body = file.read_text()
    (operation,) = (
        each for each in parse(body).definitions if isinstance(each, OperationDefinitionNode)
    )
    return Document(operation.name.value if operation.name else "", operation.operation.value, body)


DOCUMENTS = {file.stem: _document(file) for file in sorted(FOLDER.glob("*.graphql"))}
