from collections.abc import Sequence

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from core.reads import Context, Order, Page, PageRequest, Row
from core.telemetry import batch_read
from loaders.batches import Listing, page_of
from models import ShippingMethod

CHEAPEST = Order("price", ("price_minor", "code"))


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
    codes = bindparam("codes", type_=ARRAY(ShippingMethod.code.type))
    names = columns | {"code", "currency"}
    statement = select(*ShippingMethodRow.select(names)).where(
        # There are few methods, so those of other currencies do no harm.
        ShippingMethod.code == func.any(codes)
    )
    answer = await context.fetch(statement, {"codes": [code for code, _ in keys]})
    rows = [ShippingMethodRow.of(names, values) for values in answer]
    found = {(row.code, row.currency): row for row in rows}
    return [found.get(key) for key in keys]


@batch_read
async def shipping_methods_of_currency(
    context: Context, currency: str, *, columns: frozenset[str], page: PageRequest
) -> Page[ShippingMethodRow]:
    source = select(ShippingMethod).where(ShippingMethod.currency == currency)
    listing = Listing(ShippingMethodRow, source, CHEAPEST)
    return await page_of(context, listing, columns=columns, page=page)
