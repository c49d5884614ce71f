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
@strawberry.type(description="There is no such category to put a product into.")
class CategoryNotFound(UserError):
    pass


@refusal(errors.SlugTaken)
@strawberry.type(description="Another product has the slug already.")
class SlugTaken(UserError):
    slug: str = value_of("slug", description="The slug that is taken.")


@refusal(errors.SkuTaken)
@strawberry.type(description="Another variant has the article number already.")
class SkuTaken(UserError):
    sku: str = value_of("sku", description="The number that is taken.")


@refusal(errors.AttributeValueInvalid)
@strawberry.type(description="An attribute does not take such values in any product.")
class AttributeValueInvalid(UserError):
    key: str = value_of("key", description="The key of the attribute.")
    kind: str = value_of(
        "kind", description="What it takes: NUMBER (such as 1.5) or BOOLEAN (one yes or no)."
    )


@refusal(errors.ProductHasNoPrice)
@strawberry.type(description="A product on sale needs at least one variant, which has the price.")
class ProductHasNoPrice(UserError):
    pass


@refusal(errors.VariantReserved)
@strawberry.type(description="Orders that are not sent yet have some of the variant set aside.")
class VariantReserved(UserError):
    reserved: int = value_of("reserved", description="How many are set aside for orders.")


@refusal(errors.StockBelowReserved)
@strawberry.type(description="Less would be on hand than orders have set aside.")
class StockBelowReserved(UserError):
    reserved: int = value_of("reserved", description="How many are set aside for orders.")
    variant: Variant | None = reads(
        variants_by_id, key="variant_id", description="The variant whose stock it is."
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
