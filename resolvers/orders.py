from uuid import UUID

from core.reads import Page, PageRequest
from loaders.orders import OrderFilter, OrderRow, orders_by_id, orders_for_staff
from loaders.shipping import ShippingMethodRow, shipping_methods_of_currency
from resolvers import attempts
from resolvers.commands import Outcome, Refusal, attempt, run
from resolvers.context import ShopContext
from services.addresses import PostalAddress
from services.carts.errors import CartNotFound
from services.checkout import complete_checkout
from services.idempotency import Once, once
from services.order_placing import Checkout
from services.order_states import OrderStatus
from services.orders import move


async def order(
    context: ShopContext,
    *,
    id: UUID,  # noqa: A002 - the argument's name in the graph.
    columns: frozenset[str],
) -> OrderRow | None:
    return (await orders_by_id(context, [id], columns=columns))[0]


async def orders(
    context: ShopContext,
    *,
    columns: frozenset[str],
    page: PageRequest,
    filter: OrderFilter | None,  # noqa: A002 - the argument's name in the graph.
) -> Page[OrderRow]:
    return await orders_for_staff(context, columns=columns, page=page, filter=filter)


async def shipping_methods(
    context: ShopContext, *, currency: str, columns: frozenset[str], page: PageRequest
) -> Page[ShippingMethodRow]:
    return await shipping_methods_of_currency(context, currency, columns=columns, page=page)


async def checkout_complete(  # noqa: PLR0913 - they are the arguments of the mutation.
    context: ShopContext,
    *,
    cart: UUID,
    email: str | None,
    shipping_address: PostalAddress | None,
    address_id: UUID | None,
    shipping_method: str,
    payment: str,
    expected_version: int | None,
    idempotency_key: str | None,
) -> Outcome:
    checkout = Checkout(
        cart, email, shipping_address, address_id, shipping_method, payment, expected_version
    )
    call = once(context.viewer, "checkoutComplete", idempotency_key, checkout=checkout)
    return await attempts.guess(
        context.budgets,
        attempts.cart_secret(context.viewer),
        lambda: attempt(_completed(context, checkout, call)),
        CartNotFound,
    )


async def _completed(context: ShopContext, checkout: Checkout, call: Once | None) -> Outcome:
    completed = await complete_checkout(
        context.transaction, context.payments, context.viewer, checkout, call
    )
    errors = () if completed.declined is None else (Refusal(completed.declined),)
    return Outcome({"order_id": completed.order_id, "cart_id": checkout.cart_id}, errors)


async def order_ship(context: ShopContext, *, order: UUID, expected_version: int | None) -> Outcome:
    return await _move(context, order, OrderStatus.SHIPPED, expected_version)


async def order_deliver(
    context: ShopContext, *, order: UUID, expected_version: int | None
) -> Outcome:
    return await _move(context, order, OrderStatus.DELIVERED, expected_version)


async def order_cancel(
    context: ShopContext, *, order: UUID, expected_version: int | None
) -> Outcome:
    return await _move(context, order, OrderStatus.CANCELLED, expected_version)


async def _move(
    context: ShopContext, order_id: UUID, after: OrderStatus, expected_version: int | None
) -> Outcome:
    return await run(
        context,
        lambda session: move(session, context.viewer, order_id, after, expected_version),
    )
