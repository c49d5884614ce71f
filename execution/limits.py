"""How large a document may be, so that none costs more to read and check than to send."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import ClassVar, NamedTuple

from graphql import (
    DocumentNode,
    ExecutableDefinitionNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    Lexer,
    Node,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    Source,
    TokenKind,
    parse,
)

from core.errors import DomainError
from execution.cost import CEILING

# Validation compares fields of one name each with each, so twice as many take four times as long.
# The introspection query that tools send has 230.
MOST_FIELDS = 400
# The way to ask for one thing often in one request; the cost counts objects, but no values.
MOST_ALIASES = 50
MOST_DIRECTIVES = 50
# Of our own operations a token takes 7, with the space before it. What takes more is a comment, or
# a name that is long only to be compared with every name in the schema.
CHARACTERS_PER_TOKEN = 15


class Limits(NamedTuple):
    """The limits that differ from shop to shop: fields below each other, tokens, and fields."""

    depth: int
    tokens: int
    fields: int = MOST_FIELDS

    @property
    def characters(self) -> int:
        return self.tokens * CHARACTERS_PER_TOKEN


class _LimitExceeded(DomainError):
    counted: ClassVar[str]

    def __init__(self, count: int, limit: int) -> None:
        message = f"The document has {count} {self.counted}, and the limit is {limit}."
        super().__init__(message, count=count, limit=limit)


class LengthLimitExceeded(_LimitExceeded):
    """A document has too many characters, so that it is not even cut into tokens."""

    code, counted = "LENGTH_LIMIT_EXCEEDED", "characters"


class TokenLimitExceeded(_LimitExceeded):
    """A document has too many tokens, so that it is not parsed."""

    code, counted = "TOKEN_LIMIT_EXCEEDED", "tokens"


class FieldLimitExceeded(_LimitExceeded):
    """An operation has too many fields; those of a fragment count wherever it is spread."""

    code, counted = "FIELD_LIMIT_EXCEEDED", "fields"


class AliasLimitExceeded(_LimitExceeded):
    """An operation has too many aliases, counted as fields are."""

    code, counted = "ALIAS_LIMIT_EXCEEDED", "aliases"


class DirectiveLimitExceeded(_LimitExceeded):
    """An operation has too many directives, counted as fields are."""

    code, counted = "DIRECTIVE_LIMIT_EXCEEDED", "directives"


class DepthLimitExceeded(DomainError):
    """Fields stand too far below each other; `field` is the path to the first one that does."""

    code = "DEPTH_LIMIT_EXCEEDED"

    def __init__(self, path: tuple[FieldNode, ...], limit: int) -> None:
        field = ".".join((each.alias or each.name).value for each in path[: limit + 1])
        super().__init__(
            f"The document is {len(path)} fields deep, and the limit is {limit}: `{field}` is too"
            " deep.",
            count=len(path),
            limit=limit,
            field=field,
        )


def parse_within(limits: Limits, text: str) -> DocumentNode:
    """Parse a document; raises GraphQLError for what is too long, or no document."""
    if len(text) > limits.characters:
        raise _error(LengthLimitExceeded(len(text), limits.characters))
    source = Source(text)
    starts = list(_starts_of_tokens(source))
    if len(starts) > limits.tokens:
        refusal = TokenLimitExceeded(len(starts), limits.tokens)
        raise _error(refusal, source=source, positions=[starts[limits.tokens]])
    return parse(source)


def hold_limits(limits: Limits, document: DocumentNode) -> None:
    """Raise GraphQLError for the first definition of a document that is too large.

    The document need not be valid; raises CycleError where its fragments spread each other.
    """
    for definition, size in _sizes(document):
        for refusal, count, limit in (
            (FieldLimitExceeded, size.fields, limits.fields),
            (AliasLimitExceeded, size.aliases, MOST_ALIASES),
            (DirectiveLimitExceeded, size.directives, MOST_DIRECTIVES),
        ):
            if count > limit:
                raise _error(refusal(count, limit), definition)
        if len(size.deepest) > limits.depth:
            too_deep = size.deepest[limits.depth]
            raise _error(DepthLimitExceeded(size.deepest, limits.depth), too_deep)


@dataclass
class _Size:
    """What a selection comes to; `deepest` are the fields down to its deepest one."""

    fields: int = 0
    aliases: int = 0
    directives: int = 0
    deepest: tuple[FieldNode, ...] = ()

    def add(self, other: "_Size", path: tuple[FieldNode, ...]) -> None:
        """Add what stands below these fields."""
        # Fragments that spread each other twice soon come to more than JSON has numbers for.
        self.fields = min(self.fields + other.fields, CEILING)
        self.aliases = min(self.aliases + other.aliases, CEILING)
        self.directives = min(self.directives + other.directives, CEILING)
        if len(path) + len(other.deepest) > len(self.deepest):
            self.deepest = (*path, *other.deepest)


def _sizes(document: DocumentNode) -> Iterator[tuple[ExecutableDefinitionNode, _Size]]:
    """Yield the size of each operation, and of each fragment by itself: it may not be used."""
    fragments = {
        each.name.value: each
        for each in document.definitions
        if isinstance(each, FragmentDefinitionNode)
    }
    spreads = {name: fragments.keys() & _spreads(each) for name, each in fragments.items()}
    sizes: dict[str, _Size] = {}
    # With those first that others spread, each fragment is counted once, and without recursion.
    for name in TopologicalSorter(spreads).static_order():
        sizes[name] = _size(fragments[name], sizes)
    for each in document.definitions:
        if isinstance(each, OperationDefinitionNode):
            yield each, _size(each, sizes)
    for name, each in fragments.items():
        yield each, sizes[name]


def _spreads(definition: ExecutableDefinitionNode) -> set[str]:
    return {
        each.name.value
        for each, _ in _selections(definition)
        if isinstance(each, FragmentSpreadNode)
    }


def _size(definition: ExecutableDefinitionNode, fragments: Mapping[str, _Size]) -> _Size:
    size = _Size(directives=len(definition.directives or ()))
    for variable in definition.variable_definitions or ():
        size.directives += len(variable.directives or ())
    for each, path in _selections(definition):
        size.add(_own_size(each), path)
        if isinstance(each, FragmentSpreadNode) and each.name.value in fragments:
            size.add(fragments[each.name.value], path)
    return size


def _own_size(selection: SelectionNode) -> _Size:
    directives = len(selection.directives or ())
    if isinstance(selection, FieldNode):
        return _Size(1, int(selection.alias is not None), directives, (selection,))
    return _Size(directives=directives)


def _selections(
    definition: ExecutableDefinitionNode,
) -> Iterator[tuple[SelectionNode, tuple[FieldNode, ...]]]:
    """Yield everything that a definition selects itself, with the fields that it stands below."""
    rest: list[tuple[SelectionSetNode, tuple[FieldNode, ...]]] = [(definition.selection_set, ())]
    while rest:
        selected, path = rest.pop()
        for each in selected.selections:
            yield each, path
            nested = getattr(each, "selection_set", None)
            if nested is not None:
                rest.append((nested, (*path, each) if isinstance(each, FieldNode) else path))


def _starts_of_tokens(source: Source) -> Iterator[int]:
    lexer = Lexer(source)
    while (token := lexer.advance()).kind is not TokenKind.EOF:
        yield token.start


def _error(
    refusal: DomainError,
    node: Node | None = None,
    source: Source | None = None,
    positions: list[int] | None = None,
) -> GraphQLError:
    return GraphQLError(str(refusal), node, source, positions, original_error=refusal)
