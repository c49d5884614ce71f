"""Products, their variants and categories."""

from typing import Self
from uuid import UUID

import strawberry

from benchmarks.references.plain import models
from benchmarks.references.plain.attributes import Attribute, attribute_of
from benchmarks.references.plain.context import Info
from benchmarks.references.plain.options import ProductOption, SelectedOption, product_options
from benchmarks.references.plain.shared import Connection, Money, public_id
from core.ids import decode_id


@strawberry.type
class Category:
    path: strawberry.Private[list[UUID]]
    id: strawberry.ID
    slug: str
    name: str

    @classmethod
    def of(cls, row: models.Category) -> Self:
        key = public_id("category", row.id)
        return cls(path=row.path, id=key, slug=row.slug, name=row.name)

    @strawberry.field
    async def breadcrumbs(self, info: Info) -> list["Category"]:
        rows = await info.context.loaders.categories.load_many(self.path)
        return [Category.of(row) for row in rows if row is not None]


@strawberry.type
class Media:
    url: str
    alt_text: str


@strawberry.type
class Variant:
    id: strawberry.ID
    sku: str
    name: str
    options: list[SelectedOption]
    price: Money
    in_stock: bool
    available_quantity: int

    @classmethod
    def of(cls, row: models.Variant) -> Self:
        return cls(
            id=public_id("variant", row.id),
            sku=row.sku,
            name=row.name,
            options=[SelectedOption(**option) for option in row.options],
            price=Money.of(row.price_minor, row.currency),
            in_stock=row.available > 0,
            available_quantity=row.available,
        )


@strawberry.type
class PriceRange:
    lowest: Money
    highest: Money


@strawberry.federation.type(keys=["id"])
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

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:  # noqa: A002 - Strawberry calls it by the key's name.
        row = await info.context.loaders.products.load(decode_id(id)[1])
        return None if row is None else cls.of(row)

    @strawberry.field
    async def description(self, info: Info) -> str | None:
        row = await info.context.loaders.detailed_products.load(self.key)
        return None if row is None else row.description

    @strawberry.field
    async def in_stock(self, info: Info) -> bool:
        return await info.context.loaders.product_in_stock.load(self.key)

    @strawberry.field
    async def category(self, info: Info) -> Category | None:
        row = await info.context.loaders.categories.load(self.category_key)
        return None if row is None else Category.of(row)

    @strawberry.field
    async def media(self, info: Info, first: int = 20) -> Connection[Media]:
        rows = await info.context.loaders.media_of_product.load(self.key)
        return Connection.of([Media(url=row.url, alt_text=row.alt_text) for row in rows], first)

    @strawberry.field
    async def options(self, info: Info) -> list[ProductOption]:
        rows = await info.context.loaders.variants_of_product.load(self.key)
        return product_options([row.options for row in rows])

    @strawberry.field
    async def variants(self, info: Info, first: int = 20) -> Connection[Variant]:
        rows = await info.context.loaders.variants_of_product.load(self.key)
        return Connection.of([Variant.of(row) for row in rows[: first + 1]], first)

    @strawberry.field
    async def attributes(self, info: Info, first: int = 20) -> Connection[Attribute]:
        row = await info.context.loaders.detailed_products.load(self.key)
        kept = {} if row is None else row.attributes
        keys = sorted(kept)[: first + 1]
        definitions = await info.context.loaders.attribute_definitions.load_many(keys)
        nodes = [attribute_of(each, kept[each.key]) for each in definitions if each is not None]
        return Connection.of(nodes, first)
