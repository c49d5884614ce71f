"""Believable products for trying the shop, in the JSONL catalogue format."""

import itertools
import re
import unicodedata
from collections.abc import Iterator
from random import Random
from typing import TypedDict

from services.demo.pictures import picture_url
from services.demo.products import Product, design_products, pick

SHARE_SOLD_OUT = 0.07
SHARE_RUNNING_LOW = 0.12
UNDER_TWENTY = 20_00
UNDER_HUNDRED = 100_00


class CatalogItem(TypedDict):
    """One article; the articles of one product are adjacent and share `variant_group`.

    A product that is a single article has no group and no options. `features` holds the article's
    own values of what its options decide, such as its colour.
    """

    id: str
    sku: str
    mpn: str
    name: str
    slug: str
    brand: str
    description: str
    category: list[str]
    eans: list[str]
    price_minor: int
    currency: str
    released: str
    features: dict[str, list[str]]
    image_url: str
    synthetic_stock: int
    variant_group: str | None
    variant_options: dict[str, str]


def demo_catalogue(products: int = 1000, seed: int = 20260101) -> Iterator[CatalogItem]:
    """Yield the articles of so many products.

    A seed gives the same articles on every machine, and a longer catalogue begins with the
    shorter one.
    """
    rng = Random(seed)  # noqa: S311 - believable, not secret
    numbers = itertools.count(1)
    for product in design_products(products, rng):
        yield from articles(product, numbers, rng)


def articles(product: Product, numbers: Iterator[int], rng: Random) -> Iterator[CatalogItem]:
    """Yield an article for every colour in every size."""
    combinations = list(itertools.product(product.colours, product.sizes))
    group = f"VG-{product.number:05d}" if len(combinations) > 1 else None
    for position, (colour, size) in enumerate(combinations, start=1):
        # A choice of one colour is no choice, so it is told as a feature only.
        chosen = {"colour": colour} if len(product.colours) > 1 else {}
        options = chosen | size.options
        name = ", ".join([product.name, *options.values()])
        number = next(numbers)
        yield {
            "id": f"demo-{number:06d}",
            "sku": f"PS-{product.number:05d}-{position:02d}",
            "mpn": f"{product.brand[:3].upper()}{product.number:05d}{position:02d}",
            "name": name,
            "slug": slug(name),
            "brand": product.brand,
            "description": product.description,
            "category": list(product.category),
            "eans": [ean13(number)],
            "price_minor": shelf_price(product.price_minor * (100 + size.surcharge) // 100),
            "currency": "EUR",
            "released": product.released.isoformat(),
            "features": {
                key: [value]
                for key, value in {**product.features, "colour": colour, **size.features}.items()
            },
            "image_url": picture_url(product.shape, colour, product.picture),
            "synthetic_stock": stock(rng),
            "variant_group": group,
            "variant_options": options,
        }


def slug(name: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", ascii_only.lower().replace("'", "")))


def ean13(number: int) -> str:
    """Return a number of the range that GS1 leaves to shops for their own use."""
    body = f"20{number:010d}"
    weighted = sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(body))
    return f"{body}{-weighted % 10}"


def shelf_price(cents: int) -> int:
    """Round to what a price tag would say: 7.49, 24.95 or 189.00."""
    if cents < UNDER_TWENTY:
        return max(cents // 50, 1) * 50 - 1
    if cents < UNDER_HUNDRED:
        return cents // 100 * 100 - 5
    return cents // 1000 * 1000 - 100


def stock(rng: Random) -> int:
    share = rng.random()
    if share < SHARE_SOLD_OUT:
        return 0
    if share < SHARE_SOLD_OUT + SHARE_RUNNING_LOW:
        return 1 + pick(rng, range(5))
    return 6 + pick(rng, range(300))
