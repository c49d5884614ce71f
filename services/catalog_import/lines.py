"""The lines of a catalogue file, and what one of them must look like."""

import gzip
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, BinaryIO, cast

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from services.catalog.values import (
    MAX_EANS,
    Code,
    Currency,
    Description,
    Ean,
    FeatureKey,
    FeatureValue,
    Label,
    Name,
    PictureUrl,
    PriceMinor,
    Slug,
    Stock,
)

# A longer line is cut, which makes it invalid JSON: one endless line must not fill the memory.
MAX_LINE_BYTES = 1_000_000
EXCERPT_LENGTH = 500
# A character takes at most four bytes of UTF-8.
_EXCERPT_BYTES = 4 * EXCERPT_LENGTH


def _iso_date(given: object) -> object:
    # Pydantic alone would take a string of digits for a time in seconds.
    return date.fromisoformat(given) if isinstance(given, str) else given


FeatureValues = Annotated[list[FeatureValue], Field(min_length=1, max_length=100)]


class Article(BaseModel):
    """One line; every field must be there, those typed `| None` may be null, others are ignored."""

    model_config = ConfigDict(strict=True, str_strip_whitespace=True)

    id: Code
    sku: Code
    mpn: Name | None
    name: Name
    slug: Slug
    brand: Label | None
    description: Description
    category: Annotated[list[Label], Field(min_length=1, max_length=10)]
    eans: Annotated[list[Ean], Field(max_length=MAX_EANS)]
    price_minor: PriceMinor
    currency: Currency
    released: Annotated[date | None, BeforeValidator(_iso_date)]
    features: Annotated[dict[FeatureKey, FeatureValues], Field(max_length=500)]
    image_url: PictureUrl | None
    synthetic_stock: Stock
    variant_group: Code | None
    variant_options: Annotated[dict[Code, Label], Field(max_length=10)]

    @property
    def product(self) -> str:
        """The external id of the product that the article belongs to."""
        return f"group:{self.variant_group}" if self.variant_group else f"article:{self.id}"


class BadLineError(Exception):
    """Why a line is skipped; `field` is None when the line as a whole cannot be read."""

    def __init__(self, field: str | None, message: str) -> None:
        super().__init__(message)
        self.field = field


def read_article(line: bytes) -> Article:
    """Check one line; raises BadLineError for the first thing wrong with it."""
    try:
        return Article.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = [str(part) for part in first["loc"]]
        within = f" at {'.'.join(place[1:])}" if place[1:] else ""
        raise BadLineError(place[0] if place else None, first["msg"] + within) from error


def encode_line(line: bytes | Mapping[str, object]) -> bytes:
    """Return a line as JSON, so that both forms of input pass the same checks."""
    if isinstance(line, bytes):
        return line
    try:
        return orjson.dumps(dict(line))
    except TypeError:
        # What has no form in JSON is shown as Python writes it, and is then refused as JSON.
        return repr(line).encode(errors="replace")


def excerpt(line: bytes) -> str:
    return line[:_EXCERPT_BYTES].decode(errors="replace").strip()[:EXCERPT_LENGTH]


def open_lines(path: Path) -> Iterator[bytes]:
    """Read a `.jsonl` or `.jsonl.gz` file line by line."""
    with cast("BinaryIO", gzip.open(path)) if path.suffix == ".gz" else path.open("rb") as file:
        while line := file.readline(MAX_LINE_BYTES):
            yield line
            while len(line) == MAX_LINE_BYTES and not line.endswith(b"\n"):
                line = file.readline(MAX_LINE_BYTES)
