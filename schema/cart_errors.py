"""Why a cart is not changed, as clients see it."""

from typing import Annotated

import strawberry

from execution.fields import reads
from loaders.variants import variants_by_id
from schema.catalog import Variant
from schema.errors import UserError, VersionConflict, refusal, value_of
from schema.shared import CurrencyCode
from services.carts import errors


@refusal(errors.CartNotFound)
@strawberry.type(
    description="There is no such open cart, or it is not the viewer's; `cartCreate` opens one."
)
class CartNotFound(UserError):
    pass


@refusal(errors.CartLineNotFound)
@strawberry.type(description="The cart has no such line; perhaps it was removed meanwhile.")
class CartLineNotFound(UserError):
    pass


@refusal(errors.VariantNotFound)
@strawberry.type(description="The article does not exist or is not on sale.")
class VariantNotFound(UserError):
    pass


@refusal(errors.OutOfStock)
@strawberry.type(description="More is wanted of an article than can be bought now.")
class OutOfStock(UserError):
    available: int = value_of(
        "available", description="How many can be bought now; 0 where it is sold out."
    )
    variant: Variant | None = reads(
        variants_by_id, key="variant_id", description="The article of which there is too little."
    )


@refusal(errors.QuantityOutOfRange)
@strawberry.type(
    description="A quantity is too small or, with what the line holds already, too large."
)
class QuantityOutOfRange(UserError):
    minimum: int = value_of(
        "minimum", description="The smallest quantity taken: 1, or 0 to remove."
    )
    maximum: int = value_of("maximum", description="The largest quantity of a line: 999.")


@refusal(errors.CurrencyMismatch)
@strawberry.type(
    description="An article is sold in another currency than the cart's, and a cart holds one only."
)
class CurrencyMismatch(UserError):
    cart_currency: CurrencyCode = value_of(
        "cart_currency", description="The currency of the lines that the cart holds."
    )
    variant_currency: CurrencyCode = value_of(
        "variant_currency", description="The currency that the article is sold in."
    )


@refusal(errors.TooManyLines)
@strawberry.type(description="The cart would have more lines than a cart can hold.")
class TooManyLines(UserError):
    maximum: int = value_of("maximum", description="How many lines a cart holds at most: 100.")


CartCreateError = Annotated[
    VariantNotFound | OutOfStock | QuantityOutOfRange | CurrencyMismatch | TooManyLines,
    strawberry.union("CartCreateError", description="Why no cart was opened."),
]
CartLinesAddError = Annotated[
    CartNotFound
    | VersionConflict
    | VariantNotFound
    | OutOfStock
    | QuantityOutOfRange
    | CurrencyMismatch
    | TooManyLines,
    strawberry.union("CartLinesAddError", description="Why nothing was added to the cart."),
]
CartLinesUpdateError = Annotated[
    CartNotFound
    | VersionConflict
    | CartLineNotFound
    | VariantNotFound
    | OutOfStock
    | QuantityOutOfRange
    | CurrencyMismatch,
    strawberry.union("CartLinesUpdateError", description="Why no quantity was set in the cart."),
]
CartLinesRemoveError = Annotated[
    CartNotFound | VersionConflict | CartLineNotFound,
    strawberry.union("CartLinesRemoveError", description="Why no line was taken out of the cart."),
]
CartClearError = Annotated[
    CartNotFound | VersionConflict,
    strawberry.union("CartClearError", description="Why the cart was not emptied."),
]
