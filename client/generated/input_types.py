from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import ProductStatus


class AddressInput(BaseModel):
    """An address as it stands on a parcel, each line up to 200 characters."""

    recipient: str
    "The name on the parcel."
    line_1: str
    "The street and the number."
    line_2: str = ""
    "What the first line has no room for, if anything."
    postal_code: str
    "The postal code, as the country writes it."
    city: str
    "The city or town, without its postal code."
    region: str = ""
    "The state or province, if written."
    country_code: str
    "The two capital letters of the country in ISO 3166-1, such as DE."


class AttributeFilterInput(BaseModel):
    """Products that have one of some values of an attribute."""

    key: str
    "The `key` of the attribute, as facets show it: `colour`."
    values: list[str]
    "The values of which any one will do, at most 50, as facets show them."


class CartLineInput(BaseModel):
    """So many of an article to put into a cart."""

    variant: str
    "The id of the `Variant` to add."
    quantity: int = 1
    "How many to add to what the cart holds of it: at least 1, and 999 together."


class CartLineUpdateInput(BaseModel):
    """A line of the cart and the quantity that it shall have."""

    line: str
    "The id of the `CartLine` to change."
    quantity: int
    "How many it shall be in all, up to 999; 0 takes the line out."


class OperationInput(BaseModel):
    """An operation as it stands in the manifest that `@apollo/generate-persisted-query-manifest` writes."""

    id: str
    "The SHA-256 of `body`, 64 hexadecimal digits."
    name: str
    "What the operation is called in `body`."
    type_: str = Field(alias="type")
    "`query`, `mutation` or `subscription`."
    body: str
    "The text, with the fragments that it uses."


class PaymentInput(BaseModel):
    """What an order is paid with, by a token of the payment provider."""

    token: str
    "What the provider gave for the shopper's means of payment. The built-in sandbox takes `success`, `decline` and `slow`, and moves no money."


class ProductFilterInput(BaseModel):
    """What listed products must be, all of it; parts left out hold for every one."""

    category: Optional[str] = None
    "The id of a category: only what is in it or below it."
    brands: Optional[list[str]] = None
    "Only what is of one of these brands, at most 50, spelt as `brand` is."
    price_from: Optional[int] = None
    "The lowest price is at least this, in minor units: 1990 for 19.90 EUR."
    price_to: Optional[int] = None
    "The lowest price is at most this, in minor units: 4990 for 49.90 EUR."
    in_stock: bool = False
    "True leaves out what is sold out; false does not care."
    status: Optional[list[ProductStatus]] = None
    "For staff only: products of these statuses, of the whole shop for an admin and their own for a merchant. Left out or empty, what is on sale."


class SearchFilterInput(BaseModel):
    """What found products must be, all of it; parts left out hold for every one."""

    category: Optional[str] = None
    "The id of a category: only what is in it or below it."
    brands: Optional[list[str]] = None
    "Only what is of one of these brands, at most 50, spelt as `brand` is."
    price_from: Optional[int] = None
    "The lowest price is at least this, in minor units: 1990 for 19.90 EUR."
    price_to: Optional[int] = None
    "The lowest price is at most this, in minor units: 4990 for 49.90 EUR."
    in_stock: bool = False
    "True leaves out what is sold out; false does not care."
    attributes: Optional[list["AttributeFilterInput"]] = None
    "What must hold of attributes, at most 20, each of them."


SearchFilterInput.model_rebuild()
