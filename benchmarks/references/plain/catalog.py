"""Products, their variants and categories."""

from enum import Enum
from typing import Self
from uuid import UUID

import strawberry

from benchmarks.references.plain import models
from benchmarks.references.plain.context import Info
from benchmarks.references.plain.shared import Connection, Money, PageInfo, PriceRange, public_id


@strawberry.enum
class ProductSort(Enum):
    PRICE_ASC = "price_asc"


@strawberry.input
class ProductFilterInput:
    category: strawberry.ID


@strawberry.type
class Category:
    id: strawberry.ID
    slug: str
    name: str

    @classmethod
    def of(cls, row: models.Category) -> Self:
        return cls(id=public_id("category", row.id), slug=row.slug, name=row.name)


@strawberry.type
class Variant:
    id: strawberry.ID
    price: Money
    available_quantity: int

    @classmethod
    def of(cls, row: models.Variant) -> Self:
        return cls(
            id=public_id("variant", row.id),
            price=Money.of(row.price_minor, row.currency),
            available_quantity=row.available,
        )


@strawberry.type
class Product:
    key: strawberry.Private[UUID]
    category_key: strawberry.Private[UUID]
    id: strawberry.ID
    slug: str
    name: str
    brand: str | None
    price_range: PriceRange

    @classmethod
    def of(cls, row: models.Product) -> Self:
        return cls(
            key=row.id,
            category_key=row.category_id,
            id=public_id("product", row.id),
            slug=row.slug,
            name=row.name,
            brand=row.brand,
            price_range=PriceRange(
                lowest=Money.of(row.price_from_minor, row.currency),
                highest=Money.of(row.price_to_minor, row.currency),
            ),
        )

    @strawberry.field
    async def category(self, info: Info) -> Category | None:
        row = await info.context.loaders.categories.load(self.category_key)
        return None if row is None else Category.of(row)

    @strawberry.field
    async def variants(self, info: Info, first: int = 20) -> Connection[Variant]:
        rows = await info.context.loaders.variants_of_product.load(self.key)
        return Connection(
            nodes=[Variant.of(row) for row in rows[:first]],
            page_info=PageInfo(has_next_page=len(rows) > first, end_cursor=None),
        )
