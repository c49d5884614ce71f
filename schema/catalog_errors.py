"""Why the catalogue is not changed, as clients see it."""

from typing import Annotated

import strawberry

from execution.fields import reads
from loaders.variants import variants_by_id
from schema.catalog import Variant
from schema.errors import UserError, refusal, value_of
from services.catalog import errors


@refusal(errors.ProductNotFound)
@strawberry.type(description="There is no such product, or the viewer does not look after it.")
class ProductNotFound(UserError):
    pass


@refusal(errors.ProductVariantNotFound)
@strawberry.type(
    description="There is no such variant, or the viewer does not look after its product."
)
class ProductVariantNotFound(UserError):
    pass


@refusal(errors.CategoryNotFound)
@strawberry.type(description="There is no such category; `categories` lists those there are.")
class CategoryNotFound(UserError):
    pass


@refusal(errors.SlugTaken)
@strawberry.type(description="Another product has the slug already: give another as `slug`.")
class SlugTaken(UserError):
    slug: str = value_of("slug", description="The slug, given or made of the name, that is taken.")


@refusal(errors.SkuTaken)
@strawberry.type(
    description="Another variant has the article number already, or the input names it twice."
)
class SkuTaken(UserError):
    sku: str = value_of("sku", description="The article number that is taken.")


@refusal(errors.AttributeValueInvalid)
@strawberry.type(
    description="An attribute is of one kind in the whole shop, and does not take such values."
)
class AttributeValueInvalid(UserError):
    key: str = value_of("key", description="The key of the attribute: `screen_size`.")
    kind: str = value_of(
        "kind", description="What it takes: NUMBER (such as 1.5) or BOOLEAN (one yes or no)."
    )


@refusal(errors.ProductHasNoPrice)
@strawberry.type(description="A product on sale needs at least one variant, which has the price.")
class ProductHasNoPrice(UserError):
    pass


@refusal(errors.VariantReserved)
@strawberry.type(
    description="Orders whose payment is under way have some of the variant set aside."
)
class VariantReserved(UserError):
    reserved: int = value_of("reserved", description="How many are set aside; try again when none.")


@refusal(errors.StockBelowReserved)
@strawberry.type(
    description="Less would be on hand than orders whose payment is under way have set aside."
)
class StockBelowReserved(UserError):
    reserved: int = value_of(
        "reserved", description="How many are set aside: the least there can be."
    )
    variant: Variant | None = reads(
        variants_by_id,
        key="variant_id",
        description="The variant of which more is set aside than there would be.",
    )


ProductCreateError = Annotated[
    CategoryNotFound | SlugTaken | SkuTaken | AttributeValueInvalid,
    strawberry.union("ProductCreateError", description="Why no product was made."),
]
ProductUpdateError = Annotated[
    ProductNotFound | CategoryNotFound | SlugTaken | AttributeValueInvalid,
    strawberry.union("ProductUpdateError", description="Why the product was not changed."),
]
ProductPublishError = Annotated[
    ProductNotFound | ProductHasNoPrice,
    strawberry.union("ProductPublishError", description="Why the product was not put on sale."),
]
ProductRetireError = Annotated[
    ProductNotFound,
    strawberry.union("ProductRetireError", description="Why the product was not retired."),
]
VariantCreateError = Annotated[
    ProductNotFound | SkuTaken,
    strawberry.union("VariantCreateError", description="Why no variant was added."),
]
VariantUpdateError = Annotated[
    ProductVariantNotFound | SkuTaken,
    strawberry.union("VariantUpdateError", description="Why the variant was not changed."),
]
VariantDeleteError = Annotated[
    ProductVariantNotFound | VariantReserved | ProductHasNoPrice,
    strawberry.union("VariantDeleteError", description="Why the variant was not removed."),
]
VariantPricesSetError = Annotated[
    ProductVariantNotFound,
    strawberry.union("VariantPricesSetError", description="Why no price was set."),
]
VariantStocksSetError = Annotated[
    ProductVariantNotFound | StockBelowReserved,
    strawberry.union("VariantStocksSetError", description="Why no stock was set."),
]
