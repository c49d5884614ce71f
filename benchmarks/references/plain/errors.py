"""Why a mutation was refused: types that a client can switch on."""

from typing import Self

import strawberry


@strawberry.interface
class UserError:
    code: str
    message: str


@strawberry.type
class CartNotFound(UserError):
    @classmethod
    def make(cls) -> Self:
        return cls(code="CART_NOT_FOUND", message="There is no such open cart of yours.")


@strawberry.type
class CartEmpty(UserError):
    @classmethod
    def make(cls) -> Self:
        return cls(code="CART_EMPTY", message="There is nothing in the cart.")


@strawberry.type
class VariantNotFound(UserError):
    @classmethod
    def make(cls) -> Self:
        return cls(code="VARIANT_NOT_FOUND", message="There is no such article on sale.")


@strawberry.type
class QuantityOutOfRange(UserError):
    maximum: int

    @classmethod
    def make(cls) -> Self:
        message = "A quantity is 1 to 999 in all."
        return cls(code="QUANTITY_OUT_OF_RANGE", message=message, maximum=999)


@strawberry.type
class CurrencyMismatch(UserError):
    @classmethod
    def make(cls) -> Self:
        return cls(code="CURRENCY_MISMATCH", message="The cart holds another currency.")


@strawberry.type
class OutOfStock(UserError):
    available: int

    @classmethod
    def make(cls, available: int) -> Self:
        message = f"Only {available} can be had now."
        return cls(code="OUT_OF_STOCK", message=message, available=available)


@strawberry.type
class PriceChanged(UserError):
    @classmethod
    def make(cls) -> Self:
        return cls(code="PRICE_CHANGED", message="A price has changed since you chose.")


@strawberry.type
class ShippingMethodUnavailable(UserError):
    @classmethod
    def make(cls) -> Self:
        message = "An order in this currency is not sent in this way."
        return cls(code="SHIPPING_METHOD_UNAVAILABLE", message=message)


# Types that only an interface leads to have to be named to the schema.
ERRORS = (
    CartEmpty,
    CartNotFound,
    CurrencyMismatch,
    OutOfStock,
    PriceChanged,
    QuantityOutOfRange,
    ShippingMethodUnavailable,
    VariantNotFound,
)


class RefusedError(Exception):
    """Rolls back what was begun, and carries what the client is told."""

    def __init__(self, error: UserError) -> None:
        super().__init__(error.message)
        self.error = error
