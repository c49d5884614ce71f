"""Every operation of the client and of the REST layer."""

from graphql import OperationDefinitionNode, OperationType, parse, print_ast, separate_operations

from core.settings import ROOT
from rest.graph import document


def _client() -> dict[str, str]:
    files = sorted((ROOT / "client" / "operations").glob("*.graphql"))
    everything = parse("\n".join(file.read_text() for file in files))
    return {name: print_ast(each) for name, each in separate_operations(everything).items()}


def _rest() -> dict[str, str]:
    files = sorted((ROOT / "rest" / "documents").glob("*.graphql"))
    return {file.stem: document(file.stem) for file in files}


OPERATIONS = {
    **{f"client/{name}": text for name, text in _client().items()},
    **{f"rest/{name}": text for name, text in _rest().items()},
}


def operations_of(kind: OperationType) -> set[str]:
    """Return the names of all queries, mutations or subscriptions."""
    return {name for name, text in OPERATIONS.items() if _kind_of(text) is kind}


def _kind_of(text: str) -> OperationType:
    (operation,) = [
        each for each in parse(text).definitions if isinstance(each, OperationDefinitionNode)
    ]
    return operation.operation
