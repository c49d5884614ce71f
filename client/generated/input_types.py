from typing import Optional

from .base_model import BaseModel
from .enums import ProductStatus


class AttributeFilterInput(BaseModel):
    """Wants products with one of some values of an attribute."""

    key: str
    "The key of the attribute: `colour`."
    values: list[str]
    "The values that will do, at most 50."


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
