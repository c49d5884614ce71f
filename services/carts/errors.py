"""Why a cart is not changed; `path` leads to the argument as the client wrote it."""

from uuid import UUID

from core.errors import DomainError

LARGEST_QUANTITY = 999
MOST_LINES = 100

Path = tuple[str, ...]


class CartNotFound(DomainError):
    """There is no such open cart, or it is not the viewer's."""

    code = "CART_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such open cart of yours.", path=("cart",))


class CartLineNotFound(DomainError):
    code = "CART_LINE_NOT_FOUND"

    def __init__(self, path: Path) -> None:
        super().__init__("The cart has no such line.", path=path)


class VariantNotFound(DomainError):
    """There is no such variant on sale."""

    code = "VARIANT_NOT_FOUND"

    def __init__(self, path: Path) -> None:
        super().__init__("There is no such article on sale.", path=path)


class OutOfStock(DomainError):
    """More is wanted of a variant than the `available` number."""

    code = "OUT_OF_STOCK"

    def __init__(self, path: Path, variant_id: UUID, available: int) -> None:
        super().__init__(f"Only {available} can be had now.", path=path, available=available)
        self.variant_id = variant_id


class QuantityOutOfRange(DomainError):
    code = "QUANTITY_OUT_OF_RANGE"

    def __init__(self, path: Path, minimum: int = 1) -> None:
        super().__init__(
            f"A quantity is {minimum} to {LARGEST_QUANTITY} in all.",
            path=path,
            minimum=minimum,
            maximum=LARGEST_QUANTITY,
        )


class CurrencyMismatch(DomainError):
    """A variant is sold in another currency than what is in the cart."""

    code = "CURRENCY_MISMATCH"

    def __init__(self, path: Path, cart_currency: str, variant_currency: str) -> None:
        super().__init__(
            f"The article is sold in {variant_currency} and the cart holds {cart_currency}.",
            path=path,
            cart_currency=cart_currency,
            variant_currency=variant_currency,
        )


class TooManyLines(DomainError):
    code = "TOO_MANY_LINES"

    def __init__(self) -> None:
        super().__init__(
            f"A cart has at most {MOST_LINES} lines.", path=("lines",), maximum=MOST_LINES
        )
