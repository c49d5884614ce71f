"""All tables, so that `Base.metadata` is whole wherever a model is imported."""

from models.base import Base
from models.catalog import AttributeDefinition, Category, Media, Product, Variant
from models.inventory import StockLevel
from models.search import SearchDocument

__all__ = [
    "AttributeDefinition",
    "Base",
    "Category",
    "Media",
    "Product",
    "SearchDocument",
    "StockLevel",
    "Variant",
]
