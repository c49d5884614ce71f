"""The sender's open cart: the account's, or the one whose secret came with the request."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from rest.graph import SendersGraph
from rest.problems import Problem
from rest.products import ProductId, VariantId
from rest.representations import Body, Int, Money, Nodes, Representation, public_id
from rest.routes import IdempotencyKey, for_its_owner, problems, router

routes: APIRouter = router("Cart")

CartId = Annotated[str, public_id("cart")]
CartLineId = Annotated[str, public_id("cart_line")]
Version = Annotated[
    Int | None, Field(description="The version that was read; another one now is refused.")
]

_ADDITION_PROBLEMS = (
    "CURRENCY_MISMATCH",
    "IDEMPOTENCY_KEY_REUSED",
    "OUT_OF_STOCK",
    "QUANTITY_OUT_OF_RANGE",
    "TOO_MANY_LINES",
    "VARIANT_NOT_FOUND",
)


class ProductOfVariant(Representation):
    id: ProductId
    slug: str = Field(examples=["red-mug"])


class VariantInCart(Representation):
    id: VariantId
    sku: str = Field(examples=["MUG-RED"])
    name: str = Field(examples=["Red mug"])
    product: ProductOfVariant | None


class CartLine(Representation):
    """So many of one variant."""

    id: CartLineId
    quantity: int = Field(examples=[2])
    unit_price: Money | None = Field(description="What one costs now; null where not on sale.")
    seen_price: Money = Field(description="What one cost when the quantity was last chosen.")
    price_changed: bool
    total: Money | None
    variant: VariantInCart | None = Field(description="The article; null where not on sale.")


class Cart(Representation):
    """What somebody means to buy."""

    id: CartId
    version: int = Field(description="It grows with every change.", examples=[3])
    currency: str | None = Field(description="Null while there are no lines.", examples=["EUR"])
    item_count: int = Field(description="The quantities together.", examples=[2])
    subtotal: Money | None
    expires_at: datetime | None = Field(description="Null for an account's cart, which is kept.")
    lines: Nodes[CartLine]


class NewCart(Representation):
    cart: Cart
    secret: str | None = Field(
        description="Send it as `X-Cart-Secret` from now on; null for an account's cart.",
        examples=["b3Blbi1zZXNhbWU"],
    )


class Addition(Body):
    variant: VariantId
    quantity: Int = Field(default=1, examples=[2])


class NewCartLines(Body):
    lines: list[Addition] = Field(default=[], description="What to put into it at once.")


class Additions(Body):
    lines: list[Addition]
    expected_version: Version = None


class Change(Body):
    quantity: Int = Field(description="Up to 999; 0 takes the line out.", examples=[3])
    expected_version: Version = None


@routes.get(
    "/cart",
    responses=problems("CART_NOT_FOUND"),
    dependencies=[Depends(for_its_owner)],
    summary="Show the open cart",
)
async def cart(graph: SendersGraph) -> Cart:
    found = await graph.read("Cart")
    if found is None:
        raise Problem("CART_NOT_FOUND", "There is no open cart of yours.")
    return Cart.model_validate(found)


@routes.post(
    "/cart",
    status_code=201,
    responses=problems(*_ADDITION_PROBLEMS, body=True),
    summary="Open a cart; for an account, its one open cart",
)
async def create_cart(
    graph: SendersGraph,
    response: Response,
    body: NewCartLines | None = None,
    key: IdempotencyKey = None,
) -> NewCart:
    given = (body or NewCartLines()).model_dump()
    payload = await graph.change("CartCreate", **given, idempotencyKey=key)
    response.headers["Location"] = "/v1/cart"
    return NewCart.model_validate(payload)


@routes.post(
    "/cart/lines",
    responses=problems("CART_NOT_FOUND", "VERSION_CONFLICT", *_ADDITION_PROBLEMS, body=True),
    summary="Add variants to the cart",
)
async def add_lines(graph: SendersGraph, body: Additions, key: IdempotencyKey = None) -> Cart:
    payload = await graph.change("CartLinesAdd", **body.model_dump(), idempotencyKey=key)
    return Cart.model_validate(payload["cart"])


@routes.patch(
    "/cart/lines/{id}",
    responses=problems(
        "CART_LINE_NOT_FOUND",
        "CART_NOT_FOUND",
        "CURRENCY_MISMATCH",
        "OUT_OF_STOCK",
        "QUANTITY_OUT_OF_RANGE",
        "VARIANT_NOT_FOUND",
        "VERSION_CONFLICT",
        body=True,
    ),
    summary="Set the quantity of a line",
)
async def update_line(
    graph: SendersGraph,
    id: CartLineId,  # noqa: A002 - the address's name.
    body: Change,
) -> Cart:
    payload = await graph.change("CartLinesUpdate", line=id, **body.model_dump())
    return Cart.model_validate(payload["cart"])


@routes.delete(
    "/cart/lines/{id}",
    responses=problems("CART_LINE_NOT_FOUND", "CART_NOT_FOUND", "VERSION_CONFLICT"),
    summary="Take a line out of the cart",
)
async def remove_line(
    graph: SendersGraph,
    id: CartLineId,  # noqa: A002 - the address's name.
    expectedVersion: Version = None,  # noqa: N803 - the parameter's name.
) -> Cart:
    payload = await graph.change("CartLinesRemove", line=id, expectedVersion=expectedVersion)
    return Cart.model_validate(payload["cart"])
