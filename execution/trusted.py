"""Requests that name a registered document instead of carrying it.

By Apollo's extension `persistedQuery`:
https://www.apollographql.com/docs/apollo-server/performance/apq
"""

import hashlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

from graphql import GraphQLError
from strawberry.extensions import SchemaExtension

from core.errors import BadInput, DomainError

# What is parsed in the place of a document that is refused, so that it is refused like any other:
# Strawberry leaves open what an extension began where a later one raises at the beginning.
_NOTHING = "{ __typename }"


class PersistedQueryNotFound(DomainError):
    """No client has registered the document; Apollo's clients know the code and the message."""

    code = "PERSISTED_QUERY_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("PersistedQueryNotFound")


class TrustedDocumentRequired(DomainError):
    """Only registered documents are run here."""

    code = "TRUSTED_DOCUMENT_REQUIRED"

    def __init__(self) -> None:
        super().__init__("Only registered documents are run here: publish it, and send its hash.")


class TrustedDocuments(SchemaExtension):
    """Runs what a request names by its SHA-256, and where it is set so, nothing else."""

    _refusal: DomainError | None = None

    async def on_operation(self) -> AsyncIterator[None]:
        try:
            self.execution_context.query = await self._document()
        except DomainError as refusal:
            self._refusal = refusal
            self.execution_context.query = _NOTHING
            # What the request names is not in there, which would be refused first.
            self.execution_context._provided_operation_name = None  # noqa: SLF001 - As in CodedErrors.
        yield

    def on_validate(self) -> Iterator[None]:
        if self._refusal is not None:
            error = GraphQLError(str(self._refusal), original_error=self._refusal)
            self.execution_context.pre_execution_errors = [error]
        yield

    async def _document(self) -> str | None:
        given, context = self.execution_context.query, self.execution_context.context
        named = _named(self.execution_context.operation_extensions)
        if given is not None and named not in {None, _sha256(given)}:
            raise BadInput("extensions.persistedQuery", "This is not the SHA-256 of the query.")
        if given is None and named is None:
            return None
        if given is not None and not context.only_trusted:
            return given
        found: str | None = await context.documents.find(named or _sha256(given or ""))
        if found is None:
            raise PersistedQueryNotFound if given is None else TrustedDocumentRequired
        return found


def _named(extensions: dict[str, Any] | None) -> bytes | None:
    """Read the hash that a request gives, if any; raises BadInput for what is no SHA-256."""
    persisted = (extensions or {}).get("persistedQuery")
    if persisted is None:
        return None
    try:
        sha256 = bytes.fromhex(persisted["sha256Hash"])
    except (KeyError, TypeError, ValueError):
        sha256 = b""
    if len(sha256) != hashlib.sha256().digest_size:
        raise BadInput("extensions.persistedQuery", "`sha256Hash` is 64 hexadecimal digits.")
    return sha256


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
