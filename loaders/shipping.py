from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import String, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from core.reads import Context, Order, Page, PageRequest, Row
from core.statements import Statement
from core.telemetry import batch_read
from loaders.batches import SHAPES, Listing, page_of
from models import ShippingMethod

CHEAPEST = Order("price", ("price_minor", "code"))
_OF_CURRENCY = select(ShippingMethod).where(
    ShippingMethod.currency == bindparam("currency", type_=String())
)


class ShippingMethodRow(Row, columns={**ShippingMethod.__table__.c}):
    code: str
    currency: str
    name: str
    price_minor: int


@batch_read
async def shipping_methods_by_code(
    context: Context, keys: Sequence[tuple[str, str]], *, columns: frozenset[str]
) -> list[ShippingMethodRow | None]:
    """Return the method of each code and currency."""
    names = columns | {"code", "currency"}
    answer = await context.fetch(_by_code(names), {"codes": [code for code, _ in keys]})
    rows = map(ShippingMethodRow.maker(names), answer)
    found = {(row.code, row.currency): row for row in rows}
    return [found.get(key) for key in keys]


@lru_cache(SHAPES)
def _by_code(names: frozenset[str]) -> Statement:
    codes = bindparam("codes", type_=ARRAY(ShippingMethod.code.type))
    # There are few methods, so those of other currencies do no harm.
    return Statement(
        select(*ShippingMethodRow.select(names)).where(ShippingMethod.code == func.any(codes))
    )


@batch_read
async def shipping_methods_of_currency(
    context: Context, currency: str, *, columns: frozenset[str], page: PageRequest
) -> Page[ShippingMethodRow]:
    listing = Listing(ShippingMethodRow, _OF_CURRENCY, CHEAPEST, {"currency": currency})
    return await page_of(context, listing, columns=columns, page=page)
