"""The catalogue as staff change it: products, their variants, prices and stocks."""

from services.catalog.prices import set_prices
from services.catalog.products import (
    create_product,
    publish_product,
    retire_product,
    update_product,
)
from services.catalog.stocks import set_stocks
from services.catalog.variants import add_variant, delete_variant, update_variant

__all__ = [
    "add_variant",
    "create_product",
    "delete_variant",
    "publish_product",
    "retire_product",
    "set_prices",
    "set_stocks",
    "update_product",
    "update_variant",
]
