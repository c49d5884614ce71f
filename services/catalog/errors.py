"""Why the catalogue is not changed; `path` leads to the argument as the client wrote it."""

from uuid import UUID

from core.errors import DomainError

Path = tuple[str, ...]


class ProductNotFound(DomainError):
    """There is no such product, or it is not the viewer's to look after."""

    code = "PRODUCT_NOT_FOUND"

    def __init__(self, path: Path) -> None:
        super().__init__("You look after no such product.", path=path)


class ProductVariantNotFound(DomainError):
    """There is no such variant, or its product is not the viewer's to look after."""

    code = "PRODUCT_VARIANT_NOT_FOUND"

    def __init__(self, path: Path) -> None:
        super().__init__("You look after no product with such a variant.", path=path)


class CategoryNotFound(DomainError):
    code = "CATEGORY_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such category.", path=("category",))


class SlugTaken(DomainError):
    """Another product has the slug already."""

    code = "SLUG_TAKEN"

    def __init__(self, slug: str) -> None:
        super().__init__(f"Another product is at {slug!r}.", path=("slug",), slug=slug)


class SkuTaken(DomainError):
    """Another variant has the article number already."""

    code = "SKU_TAKEN"

    def __init__(self, path: Path, sku: str) -> None:
        super().__init__(f"Another variant has the number {sku!r}.", path=path, sku=sku)


class AttributeValueInvalid(DomainError):
    """An attribute's values are not of its kind, which all products share."""

    code = "ATTRIBUTE_VALUE_INVALID"

    def __init__(self, path: Path, key: str, kind: str) -> None:
        super().__init__(
            f"{key!r} does not take these values: its kind is {kind}.",
            path=path,
            key=key,
            kind=kind,
        )


class ProductHasNoPrice(DomainError):
    """A product on sale needs a variant, because a shopper buys variants and each has a price."""

    code = "PRODUCT_HAS_NO_PRICE"

    def __init__(self, path: Path) -> None:
        super().__init__("A product on sale needs a variant with a price.", path=path)


class VariantReserved(DomainError):
    """Some of the variant are set aside for orders, which must be sent or cancelled first."""

    code = "VARIANT_RESERVED"

    def __init__(self, reserved: int) -> None:
        super().__init__(f"{reserved} are reserved for orders.", path=("id",), reserved=reserved)


class StockBelowReserved(DomainError):
    """Less would be on hand than is set aside for orders."""

    code = "STOCK_BELOW_RESERVED"

    def __init__(self, path: Path, variant_id: UUID, reserved: int) -> None:
        super().__init__(f"{reserved} are reserved for orders.", path=path, reserved=reserved)
        self.variant_id = variant_id
