"""How carts are changed."""

from typing import Any
from uuid import UUID

import strawberry

from execution.arguments import Argument
from execution.fields import listed, mutation, reads
from loaders.carts import carts_by_id
from resolvers import carts
from schema.cart_errors import (
    CartClearError,
    CartCreateError,
    CartLinesAddError,
    CartLinesRemoveError,
    CartLinesUpdateError,
)
from schema.carts import Cart
from schema.nodes import id_argument, parse_id
from schema.shared import IDEMPOTENCY_KEY
from services.carts import LineAddition, LineChange
from services.carts.errors import MOST_LINES


@strawberry.input(description="So many of an article to put into a cart.")
class CartLineInput:
    variant: strawberry.ID = strawberry.field(description="The id of the `Variant` to add.")
    quantity: int = strawberry.field(
        default=1,
        description="How many to add to what the cart holds of it: at least 1, and 999 together.",
    )

    def freeze(self) -> LineAddition:
        return LineAddition(parse_id("variant", self.variant), self.quantity)


@strawberry.input(description="A line of the cart and the quantity that it shall have.")
class CartLineUpdateInput:
    line: strawberry.ID = strawberry.field(description="The id of the `CartLine` to change.")
    quantity: int = strawberry.field(
        description="How many it shall be in all, up to 999; 0 takes the line out."
    )

    def freeze(self) -> LineChange:
        return LineChange(parse_id("cart_line", self.line), self.quantity)


def _additions(lines: list[CartLineInput]) -> tuple[LineAddition, ...]:
    return tuple(line.freeze() for line in lines)


def _changes(lines: list[CartLineUpdateInput]) -> tuple[LineChange, ...]:
    return tuple(line.freeze() for line in _bounded(lines))


def _line_ids(lines: list[strawberry.ID]) -> tuple[UUID, ...]:
    return tuple(parse_id("cart_line", line) for line in _bounded(lines))


def _bounded(lines: list[Any]) -> list[Any]:
    if len(lines) > MOST_LINES:
        raise ValueError(f"A cart has at most {MOST_LINES} lines, not {len(lines)}.")
    return lines


_CART = id_argument("cart", "The cart to change; left out, the viewer's open one.", name="cart")
_VERSION = Argument(
    "expected_version",
    int | None,
    "The `version` that the client read; a cart that has another now is not changed.",
    None,
)
_ANONYMOUS_KEY = Argument(
    "idempotency_key",
    str | None,
    "A name for this call, up to 255 characters: called again with it within a day, it tells the"
    " same cart and secret. Without a log-in it has at least 16 characters and must be as hard to"
    " guess as a random UUID. Other input under the same name is an error.",
    None,
)


def _cart() -> Any:  # noqa: ANN401 - it stands for a field of any class.
    return reads(
        carts_by_id, key="cart_id", description="The cart as it is now; null after a refusal."
    )


def _errors() -> Any:  # noqa: ANN401 - it stands for a field of any class.
    return listed(
        at_most=1, description="The reasons for a refusal, at most 1; empty when it was done."
    )


@strawberry.type(description="The cart that was opened, or why none was.")
class CartCreatePayload:
    cart: Cart | None = _cart()
    secret: str | None = strawberry.field(
        description="What opens a cart without a log-in, told only here: send it from now on in the"
        " header `X-Cart-Secret`, also at log-in. Null for an account's cart."
    )
    errors: list[CartCreateError] = _errors()


@strawberry.type(description="The cart with its new lines, or why nothing was added.")
class CartLinesAddPayload:
    cart: Cart | None = _cart()
    errors: list[CartLinesAddError] = _errors()


@strawberry.type(description="The cart with its new quantities, or why none was set.")
class CartLinesUpdatePayload:
    cart: Cart | None = _cart()
    errors: list[CartLinesUpdateError] = _errors()


@strawberry.type(description="The cart without the lines, or why nothing was removed.")
class CartLinesRemovePayload:
    cart: Cart | None = _cart()
    errors: list[CartLinesRemoveError] = _errors()


@strawberry.type(description="The cart without its lines, or why they were not taken out.")
class CartClearPayload:
    cart: Cart | None = _cart()
    errors: list[CartClearError] = _errors()


@strawberry.type
class CartMutation:
    cart_create: CartCreatePayload = mutation(
        carts.create,
        arguments=(
            Argument(
                "lines",
                list[CartLineInput] | None,
                "What to put into it at once, at most 100 lines.",
                None,
                _additions,
            ),
            _ANONYMOUS_KEY,
        ),
        statements=5,
        description="Opens a cart: for an account its one open cart, which may be there already;"
        " for anybody else one that is opened by the secret in the answer.",
    )
    cart_lines_add: CartLinesAddPayload = mutation(
        carts.add_lines,
        arguments=(
            _CART,
            Argument(
                "lines",
                list[CartLineInput],
                "What to add, at most 100 lines; the same variant adds up.",
                freeze=_additions,
            ),
            _VERSION,
            IDEMPOTENCY_KEY,
        ),
        statements=6,
        description="Adds articles, to the lines that have them already or as new lines, all or"
        " none. An account without an open cart gets one. Nothing is reserved before checkout.",
    )
    cart_lines_update: CartLinesUpdatePayload = mutation(
        carts.update_lines,
        arguments=(
            _CART,
            Argument(
                "lines",
                list[CartLineUpdateInput],
                "The lines to change, at most 100, each once.",
                freeze=_changes,
            ),
            _VERSION,
        ),
        statements=3,
        description="Sets quantities, and takes out the lines whose quantity is set to 0, all or"
        " none. It accepts the prices of now, also for a quantity that stays.",
    )
    cart_lines_remove: CartLinesRemovePayload = mutation(
        carts.remove_lines,
        arguments=(
            _CART,
            Argument(
                "lines",
                list[strawberry.ID],
                "The ids of the lines to take out, at most 100.",
                freeze=_line_ids,
            ),
            _VERSION,
        ),
        statements=2,
        description="Takes lines out of a cart, whatever their quantity, all or none.",
    )
    cart_clear: CartClearPayload = mutation(
        carts.clear,
        arguments=(_CART, _VERSION),
        statements=2,
        description="Takes every line out of a cart, which stays open.",
    )
