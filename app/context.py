from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from copy import copy
from typing import Any, Self
from uuid import UUID

from sqlalchemy import Executable
from sqlalchemy.ext.asyncio import AsyncSession
from strawberry.fastapi import BaseContext

from app.allowances import budget, maximum_cost, payer, rate_limit_headers
from app.resources import Resources
from core.budgets import Limit, Spent
from core.cursors import StreamPlace
from core.derivation import derived_secret
from core.document_store import Assessment, Document
from core.redis import nudge
from core.statements import Statement
from core.viewer import ANONYMOUS, Viewer
from services.events import has_recorded
from services.webhooks.signatures import endpoint_secret


class OperationContext(BaseContext):
    """What one operation may use; its loaders live as long as it does."""

    # Whether the client can take the parts of an answer as they come.
    takes_parts = False
    # How far a stream of events was told; nothing else has one.
    place: StreamPlace | None = None
    # Whether the document is a registered one.
    is_trusted = False

    def __init__(
        self, resources: Resources, viewer: Viewer = ANONYMOUS, *, is_own_document: bool = False
    ) -> None:
        super().__init__()
        self.viewer = self._requester = viewer
        self._database = resources.database
        self._nudges = resources.nudges
        self.search = resources.search
        self.payments = resources.payments
        self.access_tokens = resources.access_tokens
        self.refresh_lifetime = resources.refresh_lifetime
        self.public_url = resources.settings.public_url
        self._settings = resources.settings
        self.budgets = resources.budgets
        self.limits = resources.limits
        self.event_hub = resources.event_hub
        self.documents = resources.documents
        self.automatic = resources.automatic_documents
        self.targets = resources.targets
        self._is_own_document = is_own_document
        self._resources = resources
        self.loaders: dict[tuple[int, ...], Any] = {}
        # What the operation adds to the headers of its answer over HTTP; its context shares it.
        self.headers: dict[str, str] = {}

    @property
    def is_closed(self) -> bool:
        """Whether only registered documents are run, of a partner only its own.

        The documents of this repository are trusted without being registered. In a subgraph, who
        faces the partner is the gateway, which asks by documents that it makes.
        """
        if self._is_own_document:
            return False
        is_partner = self.viewer.key is not None and self._settings.subgraph is None
        return is_partner or self._settings.only_trusted_documents

    @property
    def maximum_cost(self) -> int:
        return maximum_cost(self.viewer, self._settings)

    async def charge(self, cost: int) -> tuple[Limit, Spent]:
        """Charge what an operation costs to its viewer's budget, and tell so in the headers."""
        limit = budget(self.viewer, self._settings)
        spent = await self.budgets.spend("cost", payer(self.viewer), cost, limit)
        self.headers.update(rate_limit_headers(limit, spent))
        return limit, spent

    def for_operation(self) -> Self:
        """Return a context with loaders of its own, for whom the connection belongs to by now."""
        own = copy(self)
        own.loaders = {}
        own._requester = own.viewer  # noqa: SLF001 - It is one of us.
        return own

    def as_requested(self) -> Self:
        """Return the context of who sent the request, whomever it logged in meanwhile."""
        if self.viewer is self._requester:
            return self
        own = copy(self)
        own.viewer = self._requester
        return own

    def start_afresh(self) -> None:
        """Forget what was read, and who was logged in, since the operation began."""
        self.loaders.clear()
        self.viewer = self._requester

    def assess(self, document: Document) -> Assessment:
        return self._resources.assessor.assess(document)

    def assess_query(self, body: str, variables: Mapping[str, str]) -> Assessment:
        return self._resources.assessor.assess_query(body, variables)

    async def fetch(
        self, statement: Statement | Executable, params: Mapping[str, Any]
    ) -> Sequence[Sequence[Any]]:
        return await self._database.fetch(statement, params)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        # What `session.begin()` does, without the two tasks that its end starts (0.06 ms).
        async with self._database.session() as session:
            yield session
            await session.commit()
        if has_recorded(session):
            await nudge(self._nudges)

    def derived_secret(self, purpose: str, text: str) -> str:
        return derived_secret(self._settings, purpose, text)

    def webhook_secret(self, endpoint_id: UUID, version: int) -> str:
        return endpoint_secret(self._settings, endpoint_id, version)
