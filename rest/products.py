"""The products on sale."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from rest.graph import SendersGraph
from rest.paging import page_of
from rest.problems import Problem
from rest.representations import Int, Money, Nodes, Page, Representation, public_id
from rest.routes import for_everybody, problems, router

routes: APIRouter = router("Products")

CategoryId = Annotated[str, public_id("category")]
ProductId = Annotated[str, public_id("product")]
VariantId = Annotated[str, public_id("variant")]


class Sort(StrEnum):
    NAME = "NAME"
    PRICE_ASC = "PRICE_ASC"
    PRICE_DESC = "PRICE_DESC"
    NEWEST = "NEWEST"


class PriceRange(Representation):
    lowest: Money
    highest: Money


class Picture(Representation):
    url: str = Field(examples=["https://shop.example/pictures/mug.svg"])
    alt_text: str = Field(examples=["A red mug"])


class Category(Representation):
    id: CategoryId
    slug: str = Field(examples=["home-kitchen-mugs"])
    name: str = Field(examples=["Mugs"])


class ListedProduct(Representation):
    """A product as a list shows it."""

    id: ProductId
    slug: str = Field(examples=["red-mug"])
    name: str = Field(examples=["Red mug"])
    brand: str | None = Field(examples=["Example"])
    price_range: PriceRange | None = Field(description="The prices of its variants.")
    in_stock: bool = Field(description="Whether one of its variants can be bought now.")
    media: Nodes[Picture] = Field(description="Its first pictures; in a list one, if any.")


class ProductPage(Page[ListedProduct]):
    """A page of the products on sale."""


class Option(Representation):
    name: str = Field(examples=["size"])
    values: list[str] = Field(examples=[["M", "L", "XL"]])


class SelectedOption(Representation):
    name: str = Field(examples=["size"])
    value: str = Field(examples=["XL"])


class Attribute(Representation):
    """A property of the product, of one kind: words, numbers, or there or not."""

    key: str = Field(examples=["screen_size"])
    name: str = Field(examples=["Screen size"])
    texts: list[str] | None = Field(default=None, description="Its words, if it has any.")
    numbers: list[str] | None = Field(default=None, description="Its numbers, if it has any.")
    truth: bool | None = Field(default=None, description="Whether it has it.")


class Variant(Representation):
    """An article that can be bought."""

    id: VariantId
    sku: str = Field(examples=["MUG-RED"])
    name: str = Field(examples=["Red mug"])
    options: list[SelectedOption]
    price: Money
    in_stock: bool
    available_quantity: int = Field(examples=[12])


class Product(ListedProduct):
    """A product with everything that a shopper chooses by."""

    description: str
    released_on: date | None
    created_at: datetime
    updated_at: datetime
    category: Category | None
    options: list[Option]
    variants: Nodes[Variant] = Field(description="The first 100 articles to choose from.")
    attributes: Nodes[Attribute] = Field(description="The first 100 properties, by key.")


class Filter(Representation):
    """Which products to list, and where to begin."""

    category: CategoryId | None = Field(default=None, description="In it or below it.")
    brands: list[str] | None = Field(
        default=None, max_length=50, description="Of one of these brands."
    )
    price_from: Int | None = Field(default=None, description="In minor units: 1990 for 19.90.")
    price_to: Int | None = Field(default=None, description="In minor units: 1990 for 19.90.")
    in_stock: bool = Field(default=False, description="Leave out what cannot be bought now.")
    sort: Sort = Sort.NAME
    first: int = Field(default=20, ge=1, le=100, description="How many to return.")
    after: str | None = Field(default=None, description="The `next` of the page before.")


@routes.get(
    "/products",
    responses=problems(),
    dependencies=[Depends(for_everybody)],
    summary="List products",
)
async def products(
    graph: SendersGraph, request: Request, response: Response, query: Annotated[Filter, Query()]
) -> ProductPage:
    chosen = query.model_dump(by_alias=True, exclude={"sort", "first", "after"})
    connection = await graph.read(
        "Products", filter=chosen, sort=query.sort, first=query.first, after=query.after
    )
    return page_of(ProductPage, connection, request, response)


@routes.get(
    "/products/{id}",
    responses=problems("PRODUCT_NOT_FOUND"),
    dependencies=[Depends(for_everybody)],
    summary="Show a product",
)
async def product(graph: SendersGraph, id: ProductId) -> Product:  # noqa: A002 - the address's name.
    found = await graph.read("Product", id=id)
    if found is None:
        raise Problem("PRODUCT_NOT_FOUND", "There is no such product on sale.")
    return Product.model_validate(found)
