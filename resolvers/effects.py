from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from core.reads import Page, PageRequest
from loaders import effects as loaders
from loaders.effects import EffectRow
from resolvers.commands import Outcome, run
from resolvers.context import ShopContext
from services import effects as services
from services.effects import EffectStatus


async def effects(
    context: ShopContext,
    *,
    status: EffectStatus | None,
    columns: frozenset[str],
    page: PageRequest,
) -> Page[EffectRow]:
    return await loaders.effects(context, columns=columns, page=page, status=status)


async def retry(context: ShopContext, *, ids: tuple[UUID, ...]) -> Outcome:
    async def retry(session: AsyncSession) -> Mapping[str, Any]:
        await services.retry(session, ids)
        return {"effect_ids": ids}

    return await run(context, retry)
