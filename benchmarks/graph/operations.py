"""What is asked: units of calls for each operation, the same for every way.

A unit is what one client does. Reads are asked again from the first when a run has used all of
them; a write's are good once, and are made anew for every run.
"""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass

from benchmarks.graph.rows import ADDRESS, Article
from benchmarks.graph.shop import Shop
from benchmarks.graph.ways import Call
from core.ids import encode_id

Unit = list[Call]
# As `benchmarks/operations/` says of each document.
SLUG = "startech-com-10-ft-hdmi-to-dvi-d-cable-m-m"
BOUGHT = 3


@dataclass(frozen=True)
class Operation:
    """`is_write` where a unit is good once."""

    name: str
    units: Callable[[Shop, int], Awaitable[list[Unit]]]
    is_write: bool = False


def _read(name: str, call: Callable[[Shop], Call]) -> Operation:
    async def units(shop: Shop, count: int) -> list[Unit]:
        return [[call(shop)] for _ in range(count)]

    return Operation(name, units)


def _customer(shop: Shop) -> dict[str, str]:
    return {"Authorization": f"Bearer {shop.pick.choice(shop.tokens)}"}


def _guest(secret: str) -> dict[str, str]:
    return {"X-Cart-Secret": secret}


def _list(shop: Shop) -> Call:
    variables = {"category": shop.category, "first": 24}
    return Call("list", variables, _customer(shop), expect='"hasNextPage"')


def _detail(shop: Shop) -> Call:
    return Call("detail", {"slug": SLUG}, _customer(shop), expect=SLUG)


def _search(shop: Shop) -> Call:
    variables = {"query": "hdmi cable", "first": 24}
    return Call("search", variables, _customer(shop), expect='"hasNextPage"')


def _suggest(shop: Shop) -> Call:
    return Call("suggest", {"prefix": "usb", "first": 8}, _customer(shop), expect='"text"')


def _cart_read(shop: Shop) -> Call:
    cart = shop.pick.choice(shop.carts)
    return Call("cart_read", {}, _guest(cart.secret), expect=cart.articles[0].sku)


def _order_history(shop: Shop) -> Call:
    return Call("order_history", {"first": 10}, _customer(shop), expect='"hasNextPage"')


def _entities(shop: Shop) -> Call:
    picked = shop.pick.sample(shop.products, 50)
    representations = [{"__typename": "Product", "id": each} for each in picked]
    variables = {"representations": representations}
    return Call("entities", variables, _customer(shop), expect=picked[-1])


async def _additions(shop: Shop, count: int) -> list[Unit]:
    """Put one more of what is there into carts that nobody has touched."""
    return [
        [
            Call(
                "cart_add",
                {"lines": [_line(cart.articles[0])]},
                _guest(cart.secret),
                expect=cart.articles[0].sku,
            )
        ]
        for cart in await shop.fresh_carts(count)
    ]


async def _checkouts(shop: Shop, count: int) -> list[Unit]:
    """Open a cart with three articles, and buy it."""
    return [_checkout(shop) for _ in range(count)]


def _checkout(shop: Shop) -> Unit:
    lines = [_line(each) for each in shop.pick.sample(shop.articles, BOUGHT)]
    address = asdict(ADDRESS)
    postal_code, country_code = address.pop("postal_code"), address.pop("country_code")
    variables = {
        "cart": "{{cart}}",
        "email": "ada@example.com",
        "shippingAddress": {**address, "postalCode": postal_code, "countryCode": country_code},
    }
    return [
        Call(
            "cart_create",
            {"lines": lines},
            captures={"cart": "data.cartCreate.cart.id", "secret": "data.cartCreate.secret"},
        ),
        Call("checkout", variables, _guest("{{secret}}"), expect='"number"'),
    ]


def _line(article: Article) -> dict[str, object]:
    return {"variant": encode_id("variant", article.id), "quantity": 1}


OPERATIONS = {
    operation.name: operation
    for operation in (
        _read("list", _list),
        _read("detail", _detail),
        _read("search", _search),
        _read("suggest", _suggest),
        _read("cart_read", _cart_read),
        Operation("cart_add", _additions, is_write=True),
        Operation("checkout", _checkouts, is_write=True),
        _read("order_history", _order_history),
        _read("entities", _entities),
    )
}
