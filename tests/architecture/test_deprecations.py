"""What is deprecated says what to use instead, why, and until when it stays."""

import pytest
from strawberry.types import get_object_definition

from execution.deprecations import unplanned
from schema.catalog import Product
from schema.graph import build_schema


def test_every_deprecation_has_a_reason_a_successor_and_a_date() -> None:
    assert list(unplanned(build_schema().core)) == []


@pytest.mark.parametrize(
    ("reason", "fault"),
    [
        ("Use urlKey.", "“Use urlKey.” is not “Use `…`: … . Removed after 2027-05-01.”"),
        (
            "Use `Product.urlKey`: it is unique. Removed after 2027-05-01.",
            "Product.urlKey, its successor, is missing or deprecated.",
        ),
    ],
)
def test_a_deprecation_without_them_would_be_found(
    monkeypatch: pytest.MonkeyPatch, reason: str, fault: str
) -> None:
    fields = get_object_definition(Product, strict=True).fields
    (slug,) = (each for each in fields if each.python_name == "slug")
    monkeypatch.setattr(slug, "deprecation_reason", reason)

    assert list(unplanned(build_schema().core)) == [f"Product.slug: {fault}"]
