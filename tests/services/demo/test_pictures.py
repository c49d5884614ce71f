import re
from itertools import product
from xml.etree import ElementTree as ET

import pytest

from services.demo.catalogue import demo_catalogue
from services.demo.pictures import colours, pattern_name, picture, picture_url, shapes

SVG = "{http://www.w3.org/2000/svg}"
ADDRESS = re.compile(r"/pictures/([a-z-]+)/([a-z-]+)/([0-9]+)\.svg")


@pytest.mark.parametrize("shape", shapes())
def test_every_shape_is_a_small_titled_svg_in_every_colour(shape: str) -> None:
    for number, colour in enumerate(colours()):
        text = picture(shape, colour, number)
        root = ET.fromstring(text)  # noqa: S314 - drawn by ourselves
        assert root.tag == f"{SVG}svg"
        assert root.get("viewBox") == "0 0 800 800"
        assert root.findtext(f"{SVG}title")
        assert "$" not in text
        assert 500 < len(text.encode()) < 3500


def test_every_picture_of_the_catalogue_can_be_drawn() -> None:
    addresses = {item["image_url"] for item in demo_catalogue()}
    for address in addresses:
        found = ADDRESS.fullmatch(address)
        assert found, address
        assert picture(found[1], found[2], int(found[3])).startswith("<svg")


def test_every_shape_is_sold() -> None:
    sold = {item["image_url"].split("/")[2] for item in demo_catalogue()}
    assert sold == set(shapes())


def test_a_patterned_article_shows_its_pattern() -> None:
    for item in demo_catalogue(300):
        shape, _, number = item["image_url"].removesuffix(".svg").split("/")[2:]
        told = item["features"].get("pattern", [None])[0]
        assert told == pattern_name(shape, int(number))


def test_title_names_pattern_colour_and_thing() -> None:
    assert "<title>Sky blue table lamp</title>" in picture("table-lamp", "sky-blue", 1)
    assert "<title>Striped navy jumper</title>" in picture("jumper", "navy", 1)
    assert "<title>Navy jumper</title>" in picture("jumper", "navy", 0)


def test_same_address_is_the_same_picture() -> None:
    assert picture("mug", "teal", 5) == picture("mug", "teal", 5)


def test_colour_shape_and_number_each_change_the_picture() -> None:
    choices = product(("mug", "boot"), ("teal", "red"), (1, 2))
    assert len({picture(*choice) for choice in choices}) == 8


def test_address_of_a_colour_in_two_words() -> None:
    assert picture_url("jumper", "Forest Green", 7) == "/pictures/jumper/forest-green/7.svg"


@pytest.mark.parametrize(("shape", "colour"), [("spaceship", "navy"), ("jumper", "octarine")])
def test_unknown_shape_or_colour_is_a_lookup_error(shape: str, colour: str) -> None:
    with pytest.raises(LookupError):
        picture(shape, colour, 1)
