"""What the demo shop can sell, read from the TOML files beside this module."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, PositiveInt

HERE = Path(__file__).parent

# TOML has numbers where a catalogue has text.
Text = Annotated[str, BeforeValidator(str)]


class Entry(BaseModel):
    """A misspelt key in a TOML file is an error, not a default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Material(Entry):
    """What a thing is made of; `says` is a sentence that suits whatever is made of it."""

    material: str
    says: str
    word: str | None = None
    colours: list[str] = []
    premium: int = 0
    claims: dict[str, str] = {}


class Option(Entry):
    """A choice a shopper makes; `fact` is the feature that tells it in numbers or words."""

    name: str
    fact: str
    values: list[Text]
    unit: str = ""
    step: int = 0

    def label(self, value: str) -> str:
        return f"{value} {self.unit}".rstrip()


class Kind(Entry):
    """The products of one category.

    `styles` maps a noun to the features that come with it; `features` maps a key to the values a
    product may have. `price` is a range in whole euros, `colours` the most a product comes in.
    """

    category: tuple[str, str]
    shape: str
    styles: dict[str, dict[str, Text]]
    materials: list[str]
    price: tuple[int, int]
    palette: str
    colours: PositiveInt
    option: str | None = None
    features: dict[str, list[Text]]
    claims: list[str]
    about: list[str]
    facts: list[str]


class Department(Entry):
    """A category of the first level, with its own brands and its own names for collections."""

    name: str
    brands: list[str]
    lines: list[str]
    kinds: list[Kind]


class Vocabulary(Entry):
    departments: list[Department]
    materials: dict[str, Material]
    palettes: dict[str, list[str]]
    options: dict[str, Option]
    claims: dict[str, dict[str, str]]


def read_toml(path: Path) -> dict[str, object]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def vocabulary() -> Vocabulary:
    return Vocabulary.model_validate(
        {
            **read_toml(HERE / "vocabulary.toml"),
            "materials": read_toml(HERE / "materials.toml"),
            # A directory's own order differs between machines, and the order decides the output.
            "departments": [read_toml(path) for path in sorted(HERE.glob("departments/*.toml"))],
        }
    )
