"""What events of a world froze, as JSON."""

from typing import Any

from core.ids import encode_id
from models import ProductStatus
from services.accounts import Role
from services.order_states import OrderStatus
from tests.execution.differential.world import World

_PARTS = ("recipient", "line1", "line2", "postal_code", "city", "region", "country_code")
_CAMEL = {"postal_code": "postalCode", "country_code": "countryCode"}


def address(world: World, place: tuple[object, ...]) -> dict[str, Any]:
    return {part: f"{part} {world.draw(part, *place) % 10}" for part in _PARTS}


def payload(world: World, kind: str, place: tuple[object, ...]) -> dict[str, Any]:
    """Return the payload of an event about an aggregate of a kind; parts may be missing."""
    whole = {"order": _order, "product": _product, "account": _account}.get(kind, _nothing)(
        world, place
    )
    return {
        name: part for name, part in whole.items() if not world.goes_wrong("part", name, *place)
    }


def _nothing(world: World, place: tuple[object, ...]) -> dict[str, Any]:
    del world, place
    return {}


def _money(world: World, *place: object) -> dict[str, Any]:
    return {"minorUnits": world.draw(*place) % 10_000, "currency": "EUR"}


def _id(world: World, prefix: str, *place: object) -> str:
    return encode_id(prefix, world.uuid(prefix, *place))


def _order(world: World, place: tuple[object, ...]) -> dict[str, Any]:
    return {
        "id": _id(world, "order", *place),
        "number": world.draw("number", *place) % 10_000,
        "status": world.pick([each.name for each in OrderStatus], "status", *place),
        "version": 1 + world.draw("version", *place) % 5,
        "placedAt": world.moment("placed", *place).isoformat(),
        "email": "ada@example.com",
        "accountId": world.pick([None, _id(world, "account", *place)], *place),
        "currency": "EUR",
        **{name: _money(world, name, *place) for name in ("subtotal", "shipping", "total")},
        "shippingMethod": "express",
        "shippingAddress": {
            _CAMEL.get(name, name): part for name, part in address(world, place).items()
        },
        "lines": [
            {
                "variantId": world.pick([None, _id(world, "variant", n, *place)], n, *place),
                "sku": f"S-{n}",
                "name": "Mug",
                "quantity": n,
                "unitPrice": _money(world, "unit", n, *place),
                "total": _money(world, "line", n, *place),
            }
            for n in range(world.draw("lines", *place) % 3)
        ],
    }


def _product(world: World, place: tuple[object, ...]) -> dict[str, Any]:
    return {
        "id": _id(world, "product", *place),
        "merchantId": world.pick([None, _id(world, "account", *place)], *place),
        "categoryId": _id(world, "category", *place),
        "slug": "mug",
        "name": "Mug",
        "status": world.pick([each.name for each in ProductStatus], "status", *place),
        "currency": "EUR",
        "priceFrom": world.pick([None, _money(world, "from", *place)], "from", *place),
        "priceTo": world.pick([None, _money(world, "to", *place)], "to", *place),
        "updatedAt": world.moment("updated", *place).isoformat(),
        "variants": [
            {
                "id": _id(world, "variant", n, *place),
                "sku": f"S-{n}",
                "price": _money(world, "price", n, *place),
                "onHand": n,
                "reserved": 0,
            }
            for n in range(world.draw("variants", *place) % 3)
        ],
    }


def _account(world: World, place: tuple[object, ...]) -> dict[str, Any]:
    told = {"accountId": _id(world, "account", *place)}
    if world.happens(500, "role", *place):
        told["role"] = world.pick([each.name for each in Role], "role", *place)
    if world.happens(500, "address", *place):
        told["addressId"] = _id(world, "address", *place)
    return told
