from typing import Optional

from .base_model import BaseModel
from .enums import ProductStatus


class AddressInput(BaseModel):
    """An address as it stands on a parcel, each line up to 200 characters."""

    recipient: str
    "The name on the parcel."
    line_1: str
    "The street and the number."
    line_2: str = ""
    "What the first line has no room for."
    postal_code: str
    "The postal code, as the country writes it."
    city: str
    "The city or town."
    region: str = ""
    "The state or province, if written."
    country_code: str
    "The two capital letters of the country in ISO 3166-1, such as DE."


class AttributeFilterInput(BaseModel):
    """Wants products with one of some values of an attribute."""

    key: str
    "The key of the attribute: `colour`."
    values: list[str]
    "The values that will do, at most 50."


class CartLineInput(BaseModel):
    """So many of a variant to put into a cart."""

    variant: str
    "The id of the variant."
    quantity: int = 1
    "How many more, from 1 to what makes 999 in all."


class CartLineUpdateInput(BaseModel):
    """A new quantity of a line of a cart."""

    line: str
    "The id of the line."
    quantity: int
    "How many it shall be, up to 999; 0 takes the line out."


class PaymentInput(BaseModel):
    """How the order is paid."""

    token: str
    "What the provider gave for the shopper's means of payment. The sandbox takes `success`, `decline` and `slow`."


class ProductFilterInput(BaseModel):
    """What listed products must be; parts left out hold for every one."""

    category: Optional[str] = None
    "In this category or below it."
    brands: Optional[list[str]] = None
    "Of one of these brands, at most 50."
    price_from: Optional[int] = None
    "The lowest price is at least this, in minor units."
    price_to: Optional[int] = None
    "The lowest price is at most this, in minor units."
    in_stock: bool = False
    "True leaves out what cannot be bought now."
    status: Optional[list[ProductStatus]] = None
    "For staff: products that stand so, of the whole shop for an admin and their own for a merchant. Without it, what is on sale."


class SearchFilterInput(BaseModel):
    """What found products must be; parts left out hold for every one."""

    category: Optional[str] = None
    "In this category or below it."
    brands: Optional[list[str]] = None
    "Of one of these brands, at most 50."
    price_from: Optional[int] = None
    "The lowest price is at least this, in minor units."
    price_to: Optional[int] = None
    "The lowest price is at most this, in minor units."
    in_stock: bool = False
    "True leaves out what cannot be bought now."
    attributes: Optional[list["AttributeFilterInput"]] = None
    "Each of these must hold, at most 20."


SearchFilterInput.model_rebuild()
