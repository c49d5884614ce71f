import asyncio
from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.document_store import Document
from core.errors import ForbiddenError
from resolvers.commands import Outcome, attempt, run
from resolvers.context import ShopContext
from services import documents as services


async def publish(context: ShopContext, *, operations: tuple[Document, ...]) -> Outcome:
    if context.viewer.key is None:
        raise ForbiddenError
    return await attempt(_published(context, context.viewer.key.client, operations))


async def _published(
    context: ShopContext, client: str, operations: tuple[Document, ...]
) -> Outcome:
    # A large manifest takes a second of computing, in which others are answered too.
    judged = await asyncio.to_thread(services.assessed, operations, context.assess)

    async def publish(session: AsyncSession) -> Mapping[str, Any]:
        return {"documents": await services.publish(session, client, judged)}

    return await run(context, publish)
