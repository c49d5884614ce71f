from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from core.budgets import Budgets
from core.document_store import Assessment, Document
from core.reads import Context
from core.targets import Targets
from core.tokens import AccessTokens
from loaders.event_hub import EventHub
from search.port import SearchEngine
from services.payments import PaymentGateway


class ShopContext(Context, Protocol):
    """What root fields may ask of the operation they serve."""

    budgets: Budgets
    search: SearchEngine
    payments: PaymentGateway
    access_tokens: AccessTokens
    refresh_lifetime: timedelta
    event_hub: EventHub
    targets: Targets

    def assess(self, document: Document) -> Assessment:
        """Judge a document that is to be registered."""

    def assess_query(self, body: str, variables: Mapping[str, str]) -> Assessment:
        """Judge a query that is to be run for a client, with just these variables."""

    def transaction(self) -> AbstractAsyncContextManager[AsyncSession]:
        """Open a session whose changes are committed at the end, or rolled back by an error."""

    def derived_secret(self, purpose: str, text: str) -> str:
        """Return a secret that the same text gives again, in this shop and nowhere else."""

    def webhook_secret(self, endpoint_id: UUID, version: int) -> str:
        """Return the secret that verifies what is sent to an endpoint."""
