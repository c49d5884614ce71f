"""The events that imports leave: one of each product that they changed, and no others."""

from typing import Any

import pytest
from sqlalchemy import select

from core.database import Database
from core.ids import encode_id
from models import Effect, Event, Product, Variant
from services import catalog
from services.catalog import recording
from services.catalog.values import PriceSetting
from services.catalog_import import import_catalogue, run
from tasks.handlers import WANTED
from tasks.sequencer import sequence
from tests.factories import Factory
from tests.services.catalog.shop import open_shop
from tests.services.catalog_import.articles import article

pytestmark = pytest.mark.anyio

CATALOGUE = [
    article(1),
    article(2, variant_group="G", name="Desk lamp red"),
    article(3, variant_group="G", name="Desk lamp blue"),
]


async def told(database: Database) -> list[tuple[str, int]]:
    """Return each event's product, by its external id, and its number, the oldest first."""
    wanted = select(Product.external_id, Event.sequence, Event.type)
    rows = await database.fetch(
        wanted.join(Event, Event.aggregate_id == Product.id).order_by(Event.id), {}
    )
    assert {row[2] for row in rows} <= {"product.imported"}
    return [(row[0], row[1]) for row in rows]


async def payload(database: Database, sequence: int) -> dict[str, Any]:
    rows = await database.fetch(select(Event.payload).where(Event.sequence == sequence), {})
    return dict(rows[0][0])


async def test_each_new_product_is_told_once_with_all_its_variants(database: Database) -> None:
    await import_catalogue(database, CATALOGUE)

    assert sorted(await told(database)) == [("article:1", 1), ("group:G", 1)]
    product = select(Product.id).where(Product.external_id == "group:G")
    ((id_,),) = await database.fetch(product, {})
    variants = select(Variant.id).where(Variant.product_id == id_).order_by(Variant.position)
    ids = [row[0] for row in await database.fetch(variants, {})]
    found = select(Event.payload, Event.subjects).where(Event.aggregate_id == id_)
    ((written, subjects),) = await database.fetch(found, {})
    assert subjects == ids
    price = {"currency": "EUR"}
    assert {name: written[name] for name in ("id", "name", "status", "priceTo", "variants")} == {
        "id": encode_id("product", id_),
        "name": "Desk lamp",
        "status": "ACTIVE",
        "priceTo": price | {"amount": "3.00", "minorUnits": 300},
        "variants": [
            {
                "id": encode_id("variant", variant),
                "sku": f"SKU-{number}",
                "price": price | {"amount": f"{number}.00", "minorUnits": 100 * number},
                "onHand": number,
                "reserved": 0,
            }
            for variant, number in zip(ids, (2, 3), strict=True)
        ],
    }


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Another"},
        {"price_minor": 999},
        {"synthetic_stock": 50},
        {"image_url": "https://images.example/new.jpg"},
        {"image_url": None},
        {"eans": ["87654321"]},
        {"brand": "Beam"},
        {"category": ["Garden", "Lamps"]},
        {"features": {"colour": ["Blue"]}},
        {"variant_options": {"colour": "Red"}},
    ],
)
async def test_whatever_changes_is_told_of_its_product_alone(
    database: Database, change: dict[str, object]
) -> None:
    await import_catalogue(database, CATALOGUE)
    before = await told(database)
    await import_catalogue(database, [article(1, **change), *CATALOGUE[1:]])

    assert await told(database) == [*before, ("article:1", 2)]


async def test_a_variant_that_is_added_is_told_with_those_that_were_there(
    database: Database,
) -> None:
    await import_catalogue(database, CATALOGUE)
    before = await told(database)
    await import_catalogue(database, [*CATALOGUE, article(4, variant_group="G")])

    assert await told(database) == [*before, ("group:G", 2)]
    written = await payload(database, 2)
    assert [each["sku"] for each in written["variants"]] == ["SKU-2", "SKU-3", "SKU-4"]


async def test_webhooks_are_sent_it_and_the_search_is_not(
    database: Database, factory: Factory
) -> None:
    endpoint = await factory.webhook(types=["product.imported"])
    await factory.webhook(types=["product.changed"])
    await import_catalogue(database, CATALOGUE)
    await sequence(database, WANTED)

    wanted = select(Effect.handler, Effect.target, Event.type).join(Event)
    rows = await database.fetch(wanted, {})
    assert [tuple(row) for row in rows] == [("deliver_webhook", endpoint, "product.imported")] * 2


async def test_what_stays_is_not_told(database: Database) -> None:
    await import_catalogue(database, CATALOGUE)
    before = await told(database)
    await import_catalogue(database, CATALOGUE)

    assert await told(database) == before


async def test_both_products_of_a_variant_that_moves_are_told(database: Database) -> None:
    await import_catalogue(database, CATALOGUE)
    before = await told(database)
    await import_catalogue(database, [article(2, variant_group="H")])

    assert sorted((await told(database))[len(before) :]) == [("group:G", 2), ("group:H", 1)]


async def test_an_import_that_fails_tells_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "EVENTS_AT_ONCE", 1)

    async def fail(*given: Any) -> None:
        await recording.record(*given)
        raise OSError("the disk is full")

    monkeypatch.setattr(run, "record", fail)
    with pytest.raises(OSError, match="the disk is full"):
        await import_catalogue(database, CATALOGUE)
    assert await told(database) == []


async def test_its_events_are_numbered_on_from_those_of_staff(
    database: Database, factory: Factory
) -> None:
    shop = await open_shop(database, factory)
    await import_catalogue(database, [article(1)])
    ((variant,),) = await database.fetch(select(Variant.id).where(Variant.sku == "SKU-1"), {})
    await shop.do(catalog.set_prices, shop.admin, [PriceSetting(variant, 50)])
    await import_catalogue(database, [article(1)])

    wanted = select(Event.sequence, Event.type).where(Event.subjects.contains([variant]))
    rows = await database.fetch(wanted.order_by(Event.id), {})
    assert [tuple(row) for row in rows] == [
        (1, "product.imported"),
        (2, "product.price_changed"),
        (3, "product.imported"),
    ]
    assert (await payload(database, 3))["priceTo"]["minorUnits"] == 100
