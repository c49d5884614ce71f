"""The sender's orders, and how a cart becomes one."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from rest.carts import CartId, Version
from rest.graph import SendersGraph
from rest.paging import page_of
from rest.problems import Problem
from rest.products import VariantId
from rest.representations import Body, Money, Nodes, Page, Representation, public_id
from rest.routes import RequiredIdempotencyKey, for_its_owner, problems, router

routes: APIRouter = router("Orders")

AddressId = Annotated[str, public_id("address")]
OrderId = Annotated[str, public_id("order")]


class OrderStatus(StrEnum):
    PENDING = "PENDING"
    CONFIRMED = "CONFIRMED"
    SHIPPED = "SHIPPED"
    DELIVERED = "DELIVERED"
    CANCELLED = "CANCELLED"


class PaymentStatus(StrEnum):
    PENDING = "PENDING"
    SUCCEEDED = "SUCCEEDED"
    DECLINED = "DECLINED"
    REFUND_DUE = "REFUND_DUE"
    REFUNDED = "REFUNDED"


class ShippingAddress(Body):
    """Where an order goes."""

    recipient: str = Field(examples=["Ada Example"])
    line1: str = Field(examples=["High Street 1"])
    line2: str = ""
    postal_code: str = Field(examples=["12345"])
    city: str = Field(examples=["Springfield"])
    region: str = ""
    country_code: str = Field(description="ISO 3166-1.", examples=["DE"])


class ShippingMethod(Representation):
    code: str = Field(examples=["standard"])
    name: str = Field(examples=["Standard"])


class OrderedVariant(Representation):
    id: VariantId


class OrderLine(Representation):
    """So many of one article, as it was when the order was placed."""

    sku: str = Field(examples=["MUG-RED"])
    name: str = Field(examples=["Red mug"])
    quantity: int = Field(examples=[2])
    unit_price: Money
    total: Money
    variant: OrderedVariant | None = Field(description="Null once it is not on sale.")


class Payment(Representation):
    """A charge for an order."""

    status: PaymentStatus
    amount: Money
    decline_reason: str | None = Field(examples=["card_declined"])
    created_at: datetime


class Order(Representation):
    """A cart that was bought, frozen as it was then."""

    id: OrderId
    number: int = Field(description="The number that people call it by.", examples=[100001])
    status: OrderStatus
    version: int = Field(description="It grows with every change.", examples=[2])
    placed_at: datetime
    email: str = Field(examples=["ada@example.com"])
    subtotal: Money
    shipping: Money
    total: Money
    shipping_address: ShippingAddress
    shipping_method: ShippingMethod | None = Field(description="Null once it is not offered.")
    lines: Nodes[OrderLine]
    payments: Nodes[Payment] = Field(description="The charges, the newest first.")


class OrderPage(Page[Order]):
    """A page of the sender's orders."""


class PaymentMeans(Body):
    token: str = Field(
        description="What the provider gave for the means of payment.", examples=["success"]
    )


class Checkout(Body):
    """How a cart is bought."""

    cart: CartId
    shipping_method: str = Field(examples=["standard"])
    payment: PaymentMeans
    email: str | None = Field(
        default=None, description="An account's own is the default.", examples=["ada@example.com"]
    )
    shipping_address: ShippingAddress | None = Field(
        default=None, description="Either this or `addressId`."
    )
    address_id: AddressId | None = Field(default=None, description="One of the account's.")
    expected_version: Version = None


@routes.get(
    "/orders",
    responses=problems(),
    dependencies=[Depends(for_its_owner)],
    summary="List the account's orders, the newest first",
)
async def orders(
    graph: SendersGraph,
    request: Request,
    response: Response,
    first: Annotated[int, Query(ge=1, le=100)] = 20,
    after: Annotated[str | None, Query(description="The `next` of the page before.")] = None,
) -> OrderPage:
    viewer = await graph.read("Orders", first=first, after=after)
    if viewer is None:
        raise Problem("UNAUTHENTICATED", "Log in first.")
    return page_of(OrderPage, viewer["orders"], request, response)


@routes.post(
    "/orders",
    status_code=201,
    responses=problems(
        "ADDRESS_NOT_FOUND",
        "CART_ALREADY_ORDERED",
        "CART_EMPTY",
        "CART_NOT_FOUND",
        "IDEMPOTENCY_KEY_REQUIRED",
        "IDEMPOTENCY_KEY_REUSED",
        "INVALID_EMAIL",
        "OUT_OF_STOCK",
        "PAYMENT_DECLINED",
        "PRICE_CHANGED",
        "SHIPPING_METHOD_UNAVAILABLE",
        "VERSION_CONFLICT",
        body=True,
    ),
    summary="Buy a cart",
)
async def check_out(
    graph: SendersGraph, response: Response, body: Checkout, key: RequiredIdempotencyKey
) -> Order:
    payload = await graph.change("CheckoutComplete", **body.model_dump(), idempotencyKey=key)
    order = Order.model_validate(payload["order"])
    response.headers["Location"] = f"/v1/orders/{order.id}"
    return order


@routes.get(
    "/orders/{id}",
    responses=problems("ORDER_NOT_FOUND"),
    dependencies=[Depends(for_its_owner)],
    summary="Show an order",
)
async def order(graph: SendersGraph, id: OrderId) -> Order:  # noqa: A002 - the address's name.
    found = await graph.read("Order", id=id)
    if found is None:
        raise Problem("ORDER_NOT_FOUND", "There is no such order of yours.")
    return Order.model_validate(found)
