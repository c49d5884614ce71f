"""Answers that are taken again where the same columns gave them before."""

from collections import Counter
from typing import Any

import pytest
import strawberry
from sqlalchemy import ARRAY, Integer, String, column

from core.reads import Row
from execution.fields import derived, root
from execution.plan.executor import PlannedExecutor
from execution.rows import Binding, rows
from tests.execution.library import data, execute

pytestmark = pytest.mark.anyio


class ItemRow(
    Row,
    columns={
        "id": column("id", Integer),
        "minor": column("minor", Integer),
        "currency": column("currency", String),
        "sizes": column("sizes", ARRAY(Integer)),
        "note": column("note"),
    },
):
    id: int
    minor: int | None
    currency: str
    sizes: list[int]
    note: Any


def item(id: int, minor: int | None, currency: str = "EUR") -> ItemRow:  # noqa: A002 - the column's name.
    return ItemRow.of(ItemRow.columns, [id, minor, currency, [id], None])


@pytest.fixture
def items() -> list[ItemRow]:
    return [item(1, 5), item(2, 5), item(3, 7), item(4, 5, "USD"), item(5, 5)]


@pytest.fixture
def calls() -> Counter[str]:
    return Counter()


@pytest.fixture
def schema(
    items: list[ItemRow], calls: Counter[str], bindings: dict[str, Binding]
) -> strawberry.Schema:
    del bindings

    @strawberry.type
    class Price:
        text: str

    def price_of(row: Any) -> Price | None:
        calls["price"] += 1
        if row.minor == 0:
            raise ValueError("free")
        return None if row.minor is None else Price(text=f"{row.minor} {row.currency}")

    def size_of(row: Any) -> Price:
        calls["size"] += 1
        return Price(text=f"{row.sizes}")

    def note_of(row: Any) -> Price:
        calls["note"] += 1
        return Price(text=f"{row.note}")

    @rows(ItemRow)
    @strawberry.type
    class Item:
        id: int
        price: Price = derived(price_of, "minor", "currency", description="What it costs.")
        offer: Price | None = derived(
            price_of, "minor", "currency", description="The same, or none."
        )
        size: Price = derived(size_of, "sizes", description="A column of a list tells it.")
        note: Price = derived(note_of, "note", description="A column of no known type tells it.")

    async def all_items(context: object) -> list[ItemRow]:
        del context
        return items

    @strawberry.type
    class Query:
        items: list[Item | None] = root(all_items, description="All of them.")

    return strawberry.Schema(Query, execution_context_class=PlannedExecutor)


async def test_what_the_same_columns_tell_is_made_once(
    schema: strawberry.Schema, calls: Counter[str]
) -> None:
    answer = await data(schema, "{ items { id price { text } } }")

    texts = ["5 EUR", "5 EUR", "7 EUR", "5 USD", "5 EUR"]
    expected = [{"id": id_, "price": {"text": text}} for id_, text in enumerate(texts, 1)]
    assert answer == {"items": expected}
    assert calls == {"price": 3}


async def test_columns_that_can_change_or_are_of_no_known_type_are_asked_each_time(
    schema: strawberry.Schema, calls: Counter[str]
) -> None:
    answer = await data(schema, "{ items { size { text } note { text } } }")

    assert [each["size"]["text"] for each in answer["items"]] == [f"[{id_}]" for id_ in range(1, 6)]
    assert calls == {"size": 5, "note": 5}


async def test_no_object_is_an_answer_where_null_may_be_one(
    schema: strawberry.Schema, items: list[ItemRow]
) -> None:
    items[:] = [item(1, None), item(2, 5)]
    answer = await data(schema, "{ items { offer { text } } }")
    again = await data(schema, "{ items { offer { text } } }")
    refused = await execute(schema, "{ items { price { text } } }")

    assert answer == again == {"items": [{"offer": None}, {"offer": {"text": "5 EUR"}}]}
    assert refused.data == {"items": [None, {"price": {"text": "5 EUR"}}]}
    assert [each.path for each in refused.errors or []] == [["items", 0, "price"]]


async def test_what_fails_fails_for_each_object(
    schema: strawberry.Schema, items: list[ItemRow]
) -> None:
    items[:] = [item(1, 0), item(2, 5), item(3, 0)]
    result = await execute(schema, "{ items { offer { text } } }")

    assert result.data == {
        "items": [{"offer": None}, {"offer": {"text": "5 EUR"}}, {"offer": None}]
    }
    assert [(each.message, each.path) for each in result.errors or []] == [
        ("free", ["items", 0, "offer"]),
        ("free", ["items", 2, "offer"]),
    ]
