"""Requests that name a document instead of carrying it: a registered one, or one sent before.

By Apollo's extension `persistedQuery`:
https://www.apollographql.com/docs/apollo-server/performance/apq
"""

import hashlib
from collections.abc import AsyncIterator, Iterator
from typing import Any, cast

from graphql import GraphQLError
from strawberry.extensions import SchemaExtension

from core.errors import BadInput, DomainError

# What is parsed in the place of a document that is refused, so that it is refused like any other:
# Strawberry leaves open what an extension began where a later one raises at the beginning.
_NOTHING = "{ __typename }"


class PersistedQueryNotFound(DomainError):
    """The document is not known; Apollo's clients know the code and the message, and send it."""

    code = "PERSISTED_QUERY_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("PersistedQueryNotFound")


class TrustedDocumentRequired(DomainError):
    """Only registered documents are run here."""

    code = "TRUSTED_DOCUMENT_REQUIRED"

    def __init__(self) -> None:
        super().__init__("Only registered documents are run here: publish it, and send its hash.")


class TrustedDocuments(SchemaExtension):
    """Runs what a request names by its SHA-256, and where the context is closed, nothing else.

    A partner's key is closed to all documents but its client's own.
    """

    _refusal: DomainError | None = None
    # What the client asked to be remembered, with its hash.
    _automatic: tuple[bytes, str] | None = None

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

    async def on_execute(self) -> AsyncIterator[None]:
        # By now it is known to be valid, and to cost no more than it may.
        if self._automatic is not None:
            await self.execution_context.context.automatic.keep(*self._automatic)
        yield

    async def _document(self) -> str | None:
        given, context = self.execution_context.query, self.execution_context.context
        named = _named(self.execution_context.operation_extensions)
        if given is None:
            return None if named is None else await self._found(named)
        sha256 = _sha256(given)
        if named not in {None, sha256}:
            raise BadInput("extensions.persistedQuery", "This is not the SHA-256 of the query.")
        if context.is_closed:
            registered = await self._registered(sha256)
            if registered is None:
                raise TrustedDocumentRequired
            return registered
        if named is not None and context.automatic is not None:
            self._automatic = (sha256, given)
        return given

    async def _found(self, sha256: bytes) -> str:
        """Return the text of a hash: registered, or else sent with it before."""
        context = self.execution_context.context
        found: str | None = await self._registered(sha256)
        if found is None and context.automatic is not None and not context.is_closed:
            found = await context.automatic.find(sha256)
        if found is None:
            raise PersistedQueryNotFound
        return found

    async def _registered(self, sha256: bytes) -> str | None:
        context = self.execution_context.context
        key = context.viewer.key
        document = await context.documents.find(sha256, key and key.client)
        if document is None:
            return None
        context.documents.count(document)
        context.is_trusted = True
        return cast("str", document.body)


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
