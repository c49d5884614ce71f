from datetime import datetime
from uuid import UUID

from core.reads import Page, PageRequest
from loaders import webhook_deliveries
from loaders.webhook_deliveries import WebhookDeliveryRow
from resolvers.commands import Outcome, run
from resolvers.context import ShopContext
from services.effects import EffectStatus
from services.webhooks import replays
from services.webhooks.replays import Replay


async def deliveries(
    context: ShopContext,
    *,
    endpoint: UUID,
    status: EffectStatus | None,
    columns: frozenset[str],
    page: PageRequest,
) -> Page[WebhookDeliveryRow]:
    return await webhook_deliveries.webhook_deliveries(
        context, columns=columns, page=page, endpoint=endpoint, status=status
    )


async def replay_delivery(
    context: ShopContext,
    *,
    id: UUID,  # noqa: A002 - the argument's name in the graph.
) -> Outcome:
    return await run(context, lambda session: replays.replay_delivery(session, context.viewer, id))


async def replay(
    context: ShopContext,
    *,
    endpoint: UUID,
    since: datetime,
    until: datetime,
    only_missed: bool,
    dry_run: bool,
) -> Outcome:
    replayed = Replay(since, until, only_missed)
    return await run(
        context,
        lambda session: replays.replay(
            session, context.viewer, endpoint, replayed, dry_run=dry_run
        ),
    )
