from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Cart


async def release_expired(session: AsyncSession, now: datetime, limit: int) -> int:
    """Delete at most `limit` anonymous carts that have expired, and return how many there were.

    A cart that somebody is changing is passed over: it is about to live on. An account's cart is
    kept however old it is.
    """
    expired = (
        select(Cart.id)
        .where(Cart.status == "open", Cart.account_id.is_(None), Cart.expires_at < now)
        .order_by(Cart.expires_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    deleted = await session.scalars(delete(Cart).where(Cart.id.in_(expired)).returning(Cart.id))
    return len(deleted.all())
