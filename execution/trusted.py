"""Requests that name a document instead of carrying it: a registered one, or one sent before.

By Apollo's extension `persistedQuery`:
https://www.apollographql.com/docs/apollo-server/performance/apq
"""

import hashlib
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError
from strawberry.extensions import SchemaExtension

from core.document_store import StoredDocument
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


@dataclass(frozen=True)
class Requested:
    """The text that a request brings or names, if any.

    `registered` is the document that it is, and `automatic` is what the client asks to be
    remembered, with its hash.
    """

    text: str | None
    registered: StoredDocument | None = None
    automatic: tuple[bytes, str] | None = None


class TrustedDocuments(SchemaExtension):
    """Runs what a request names by its SHA-256, and where the context is closed, nothing else.

    A partner's key is closed to all documents but its client's own.
    """

    _refusal: DomainError | None = None
    _requested = Requested(None)

    async def on_operation(self) -> AsyncIterator[None]:
        asked = self.execution_context
        try:
            self._requested = await requested(
                asked.context, asked.query, asked.operation_extensions
            )
            asked.query = self._requested.text
            asked.context.is_trusted = self._requested.registered is not None
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
        context = self.execution_context.context
        if self._requested.registered is not None:
            context.documents.count(self._requested.registered)
        if self._requested.automatic is not None:
            await context.automatic.keep(*self._requested.automatic)
        yield


async def requested(
    context: Any, given: str | None, extensions: Mapping[str, Any] | None
) -> Requested:
    """Find what a request wants to be run; raises DomainError for what may not be."""
    named = _named(extensions)
    if given is None:
        return Requested(None) if named is None else await _found(context, named)
    # Most requests bring a text without its hash, and nothing else has to be known of it.
    if named is None and not context.is_closed:
        return Requested(given)
    sha256 = _sha256(given)
    if named not in {None, sha256}:
        raise BadInput("extensions.persistedQuery", "This is not the SHA-256 of the query.")
    if context.is_closed:
        registered = await _registered(context, sha256)
        if registered is None:
            raise TrustedDocumentRequired
        return Requested(registered.body, registered)
    return Requested(given, automatic=(sha256, given) if context.automatic is not None else None)


async def _found(context: Any, sha256: bytes) -> Requested:
    """Return the text of a hash: registered, or else sent with it before."""
    registered = await _registered(context, sha256)
    if registered is not None:
        return Requested(registered.body, registered)
    text = None
    if context.automatic is not None and not context.is_closed:
        text = await context.automatic.find(sha256)
    if text is None:
        raise PersistedQueryNotFound
    return Requested(text)


async def _registered(context: Any, sha256: bytes) -> StoredDocument | None:
    key = context.viewer.key
    found: StoredDocument | None = await context.documents.find(sha256, key and key.client)
    return found


def _named(extensions: Mapping[str, Any] | None) -> bytes | None:
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
