"""Designs believable products out of the vocabulary."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, islice
from math import lcm
from random import Random
from typing import TypeVar

from services.demo.pictures import pattern_name
from services.demo.vocabulary import Department, Kind, Material, vocabulary

T = TypeVar("T")

FIRST_RELEASE = date(2021, 1, 4)
RELEASE_DAYS = 1800
PICTURES_OF_A_SHAPE = 24
SHARE_OF_YES = 0.7
LONG_RUN = 5


@dataclass(frozen=True)
class Design:
    """What tells the products of a kind apart; no two have the same name."""

    name: str
    noun: str
    material: Material


@dataclass(frozen=True)
class Size:
    """What the second option, after colour, makes of an article; `surcharge` is in per cent."""

    options: dict[str, str]
    features: dict[str, str]
    surcharge: int


ONE_SIZE = Size({}, {}, 0)


@dataclass(frozen=True)
class Product:
    """What the articles of one product have in common, and the colours and sizes they come in."""

    number: int
    name: str
    brand: str
    description: str
    category: tuple[str, str, str]
    shape: str
    features: dict[str, str]
    colours: list[str]
    sizes: list[Size]
    picture: int
    price_minor: int
    released: date


def design_products(products: int, rng: Random) -> Iterator[Product]:
    """Yield so many products, in rounds that have one of each kind, so that none stays empty."""
    kinds = [(part, kind) for part in vocabulary().departments for kind in part.kinds]
    places = ((n, place) for n in count() for place in shuffled(rng, range(len(kinds))))
    for number, (n, place) in enumerate(islice(places, products), start=1):
        department, kind = kinds[place]
        # Each kind starts elsewhere, or every first product would be of the first collection.
        design = nth_design(department, kind, n, start=place)
        yield design_product(rng, number, department, kind, design)


def design_product(
    rng: Random, number: int, department: Department, kind: Kind, design: Design
) -> Product:
    picture = 1 + pick(rng, range(PICTURES_OF_A_SHAPE))
    claims = some_claims(rng, kind, design.material)
    features = {
        "material": design.material.material,
        **pattern_feature(kind, picture),
        **{key: pick(rng, values) for key, values in kind.features.items()},
        **kind.styles[design.noun],
        **claims,
    }
    return Product(
        number=number,
        name=design.name,
        brand=pick(rng, department.brands),
        description=description(rng, kind, design, features, claims),
        category=(department.name, *kind.category),
        shape=kind.shape,
        features=features,
        colours=some_colours(rng, kind, design.material),
        sizes=some_sizes(rng, kind),
        picture=picture,
        price_minor=base_price(rng, kind, design.material),
        released=release_date(rng),
    )


def nth_design(department: Department, kind: Kind, n: int, start: int) -> Design:
    """Walk through every combination of line, material and style before one comes again.

    Line and pair move on together; after each full round the pairs shift by one, which reaches
    the combinations that two cycles with a common divisor would never meet. When all are used up,
    the walk begins again and the names get a number.
    """
    lines = department.lines
    pairs = [(material, noun) for noun in kind.styles for material in kind.materials]
    again, place = divmod(n, len(lines) * len(pairs))
    place = (place + start) % (len(lines) * len(pairs))
    line = lines[place % len(lines)]
    material_key, noun = pairs[(place + place // lcm(len(lines), len(pairs))) % len(pairs)]
    material = vocabulary().materials[material_key]
    word = material_key if material.word is None else material.word
    name = " ".join(part for part in (line, word, noun) if part)
    return Design(f"{name} No. {again + 1}" if again else name, noun, material)


def description(
    rng: Random, kind: Kind, design: Design, features: Mapping[str, str], claims: Mapping[str, str]
) -> str:
    """Say what it is, one thing more, and its measures, in three sentences."""
    sayings = [design.material.says]
    sayings += [vocabulary().claims[key][answer] for key, answer in claims.items()]
    words = {key: in_sentence(value) for key, value in features.items()}
    words["noun"] = in_sentence(design.noun)
    text = " ".join([pick(rng, kind.about), pick(rng, sayings), pick(rng, kind.facts)])
    # "A {noun}" also meets "insulated bottle"; no noun begins with a "u" that is spoken as a vowel.
    return re.sub(r"\b([Aa])(?= [aeio])", r"\1n", text.format_map(words))


def in_sentence(text: str) -> str:
    """Lower the capitals of a title, but not those of USB-C or E27."""
    return re.sub(r"\b[A-Z](?=[a-z])", lambda capital: capital[0].lower(), text)


def pattern_feature(kind: Kind, picture: int) -> dict[str, str]:
    """Tell the pattern that the picture will show, where the drawing takes one."""
    pattern = pattern_name(kind.shape, picture)
    return {"pattern": pattern} if pattern else {}


def some_claims(rng: Random, kind: Kind, material: Material) -> dict[str, str]:
    answers = {key: "yes" if rng.random() < SHARE_OF_YES else "no" for key in kind.claims}
    return {key: material.claims.get(key, answer) for key, answer in answers.items()}


def some_colours(rng: Random, kind: Kind, material: Material) -> list[str]:
    palette = material.colours or vocabulary().palettes[kind.palette]
    return shuffled(rng, palette)[: 1 + pick(rng, range(kind.colours))]


def some_sizes(rng: Random, kind: Kind) -> list[Size]:
    """Return the sizes of the kind's option; a long run may lack its first or its last."""
    if kind.option is None:
        return [ONE_SIZE]
    option = vocabulary().options[kind.option]
    sizes = [
        Size({option.name: option.label(value)}, {option.fact: value}, position * option.step)
        for position, value in enumerate(option.values)
    ]
    if len(sizes) < LONG_RUN:
        return sizes
    return sizes[pick(rng, range(2)) : len(sizes) - pick(rng, range(2))]


def base_price(rng: Random, kind: Kind, material: Material) -> int:
    """Return cents, most of them in the lower half of the kind's range."""
    low, high = kind.price
    euros = low + (high - low) * rng.random() * rng.random()
    return int(euros * (100 + material.premium))


def release_date(rng: Random) -> date:
    return FIRST_RELEASE + timedelta(days=pick(rng, range(RELEASE_DAYS)))


# Of Random's methods only random() is promised to give the same in later versions of Python.
def pick(rng: Random, values: Sequence[T]) -> T:
    return values[int(rng.random() * len(values))]


def shuffled(rng: Random, values: Iterable[T]) -> list[T]:
    return sorted(values, key=lambda _: rng.random())
