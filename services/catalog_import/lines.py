"""The lines of a catalogue file, and what one of them must look like."""

import gzip
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, BinaryIO, cast

import orjson
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

# A longer line is cut, which makes it invalid JSON: one endless line must not fill the memory.
MAX_LINE_BYTES = 1_000_000
# As in the constraint of `variants.eans`.
MAX_EANS = 200
EXCERPT_LENGTH = 500
# A character takes at most four bytes of UTF-8.
_EXCERPT_BYTES = 4 * EXCERPT_LENGTH


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise PydanticCustomError("nul", "PostgreSQL cannot keep a NUL character")
    return text


def _iso_date(given: object) -> object:
    # Pydantic alone would take a string of digits for a time in seconds.
    return date.fromisoformat(given) if isinstance(given, str) else given


# The bounds of indexed texts keep four bytes a character below the 2,704 bytes of an index entry.
Text = Annotated[str, AfterValidator(_without_nul)]
Code = Annotated[Text, Field(min_length=1, max_length=100)]
Name = Annotated[Text, Field(min_length=1, max_length=500)]
Label = Annotated[Text, Field(min_length=1, max_length=200)]
Slug = Annotated[str, Field(max_length=200, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Ean = Annotated[str, Field(pattern=r"^[0-9]{8,14}$")]
# A letter or digit is asked for because the key's name for people is made of them.
FeatureKey = Annotated[str, Field(max_length=100, pattern=r"^[a-z0-9_]*[a-z0-9][a-z0-9_]*$")]
FeatureValue = Annotated[Text, Field(min_length=1, max_length=10_000)]
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
    description: Annotated[Text, Field(max_length=20_000)]
    category: Annotated[list[Label], Field(min_length=1, max_length=10)]
    eans: Annotated[list[Ean], Field(max_length=MAX_EANS)]
    price_minor: Annotated[int, Field(ge=0, le=10**12)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    released: Annotated[date | None, BeforeValidator(_iso_date)]
    features: Annotated[dict[FeatureKey, FeatureValues], Field(max_length=500)]
    image_url: Annotated[Text, Field(max_length=2_000, pattern=r"^(https?:/)?/[^\s]+$")] | None
    synthetic_stock: Annotated[int, Field(ge=0, le=10**9)]
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
