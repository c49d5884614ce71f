"""What the texts and numbers of a catalogue may be, and what its commands take."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

# As in the constraint of `variants.eans`.
MAX_EANS = 200
MOST_STOCK = 10**9
# Of variants and pictures in one command.
MOST_AT_ONCE = 100


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise PydanticCustomError("nul", "PostgreSQL cannot keep a NUL character")
    return text


_STORABLE = AfterValidator(_without_nul)
# The bounds of indexed texts keep four bytes a character below the 2,704 bytes of an index entry.
Code = Annotated[str, Field(min_length=1, max_length=100), _STORABLE]
Name = Annotated[str, Field(min_length=1, max_length=500), _STORABLE]
Label = Annotated[str, Field(min_length=1, max_length=200), _STORABLE]
# An empty one takes away what there was.
OptionalName = Annotated[str, Field(max_length=500), _STORABLE]
OptionalLabel = Annotated[str, Field(max_length=200), _STORABLE]
Description = Annotated[str, Field(max_length=20_000), _STORABLE]
Slug = Annotated[str, Field(max_length=200, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Ean = Annotated[str, Field(pattern=r"^[0-9]{8,14}$")]
# A letter or digit is asked for because the key's name for people is made of them.
FeatureKey = Annotated[str, Field(max_length=100, pattern=r"^[a-z0-9_]*[a-z0-9][a-z0-9_]*$")]
FeatureValue = Annotated[str, Field(min_length=1, max_length=10_000), _STORABLE]
PictureUrl = Annotated[str, Field(max_length=2_000, pattern=r"^(https?:/)?/[^\s]+$"), _STORABLE]
PriceMinor = Annotated[int, Field(ge=0, le=10**12)]
Stock = Annotated[int, Field(ge=0, le=MOST_STOCK)]

_STRIPPED = ConfigDict(str_strip_whitespace=True)


@dataclass(frozen=True, config=_STRIPPED)
class Option:
    name: Code
    value: Label


@dataclass(frozen=True, config=_STRIPPED)
class Attribute:
    key: FeatureKey
    values: Annotated[tuple[FeatureValue, ...], Field(min_length=1, max_length=100)]


@dataclass(frozen=True, config=_STRIPPED)
class Picture:
    url: PictureUrl
    alt_text: Annotated[str, Field(max_length=500), _STORABLE] = ""


Options = Annotated[tuple[Option, ...], Field(max_length=10)]
Eans = Annotated[tuple[Ean, ...], Field(max_length=MAX_EANS)]
Attributes = Annotated[tuple[Attribute, ...], Field(max_length=500)]
Pictures = Annotated[tuple[Picture, ...], Field(max_length=MOST_AT_ONCE)]


@dataclass(frozen=True, config=_STRIPPED)
class NewVariant:
    """An article to add; without a name it has that of its product and its options."""

    sku: Code
    price_minor: PriceMinor
    name: Name | None = None
    mpn: Name | None = None
    eans: Eans = ()
    options: Options = ()
    on_hand: Stock = 0


NewVariants = Annotated[tuple[NewVariant, ...], Field(max_length=MOST_AT_ONCE)]


@dataclass(frozen=True, config=_STRIPPED)
class NewProduct:
    """A draft to make; without a slug it gets one of its name."""

    name: Name
    category_id: UUID
    currency: Currency
    slug: Slug | None = None
    description: Description = ""
    brand: Label | None = None
    released_on: date | None = None
    attributes: Attributes = ()
    pictures: Pictures = ()
    variants: NewVariants = ()


@dataclass(frozen=True, config=_STRIPPED)
class ProductChanges:
    """What a product shall have; None leaves it as it is, and an empty brand takes it away."""

    name: Name | None = None
    category_id: UUID | None = None
    slug: Slug | None = None
    description: Description | None = None
    brand: OptionalLabel | None = None
    released_on: date | None = None
    attributes: Attributes | None = None
    pictures: Pictures | None = None


@dataclass(frozen=True, config=_STRIPPED)
class VariantChanges:
    """What a variant shall have; None leaves it as it is, and an empty number takes it away."""

    sku: Code | None = None
    name: Name | None = None
    mpn: OptionalName | None = None
    eans: Eans | None = None
    options: Options | None = None


@dataclass(frozen=True)
class PriceSetting:
    """What a variant shall cost, in the currency of its product."""

    variant_id: UUID
    price_minor: PriceMinor


@dataclass(frozen=True)
class StockSetting:
    """How many of a variant are there: counted anew (`on_hand`), or so many more (`change`)."""

    variant_id: UUID
    on_hand: Stock | None = None
    change: Annotated[int, Field(ge=-MOST_STOCK, le=MOST_STOCK)] | None = None


PriceSettings = Annotated[tuple[PriceSetting, ...], Field(min_length=1, max_length=MOST_AT_ONCE)]
StockSettings = Annotated[tuple[StockSetting, ...], Field(min_length=1, max_length=MOST_AT_ONCE)]
