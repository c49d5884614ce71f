"""All tables, so that `Base.metadata` is whole wherever a model is imported."""

from models.accounts import Account, Address, PasswordReset, RefreshToken
from models.api_keys import ApiKey
from models.base import Base
from models.carts import Cart, CartLine
from models.catalog import AttributeDefinition, Category, Media, Product, ProductStatus, Variant
from models.documents import DocumentUse, TrustedDocument
from models.events import LASTING_AGGREGATE, Effect, Event, EventCounter
from models.idempotency import IdempotencyRecord
from models.inventory import StockLevel
from models.jobs import Job
from models.orders import Order, OrderLine, Payment, SandboxCharge, ShippingMethod
from models.search import SearchDocument
from models.webhooks import WebhookAttempt, WebhookEndpoint

__all__ = [
    "LASTING_AGGREGATE",
    "Account",
    "Address",
    "ApiKey",
    "AttributeDefinition",
    "Base",
    "Cart",
    "CartLine",
    "Category",
    "DocumentUse",
    "Effect",
    "Event",
    "EventCounter",
    "IdempotencyRecord",
    "Job",
    "Media",
    "Order",
    "OrderLine",
    "PasswordReset",
    "Payment",
    "Product",
    "ProductStatus",
    "RefreshToken",
    "SandboxCharge",
    "SearchDocument",
    "ShippingMethod",
    "StockLevel",
    "TrustedDocument",
    "Variant",
    "WebhookAttempt",
    "WebhookEndpoint",
]
