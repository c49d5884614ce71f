"""The whole shop as a user meets it: found, put into a cart, bought, followed and received."""

import email
import email.policy
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4

import anyio
import httpx
import pytest

from client import ShopClient
from client.generated import (
    AddressInput,
    CartContent,
    CartLineInput,
    OrderContent,
    PaymentInput,
)
from core.redis import open_redis
from core.settings import Settings
from tests.e2e.conftest import import_icecat, pyshop, served
from tests.tasks.log import until
from tests.tasks.processes import worker

pytestmark = pytest.mark.anyio

BUYER = "ada@example.com"
ADMIN = "admin@example.com"
PASSWORD = "a long enough password"  # noqa: S105 - it opens accounts of this test.
ADDRESS = AddressInput(
    recipient="Ada Example",
    line_1="High Street 1",
    postal_code="12345",
    city="Springfield",
    country_code="DE",
)
# What REST shows of an order as the graph does.
SAME = ("number", "status", "version", "placedAt", "subtotal", "shipping", "total")
PATIENCE = 60


@pytest.fixture
async def settings(settings: Settings, tmp_path: Path) -> Settings:
    """Settings with an empty queue of the test's own, and a folder for its mails."""
    redis_url = (settings.redis_url or "").removesuffix("/0") + "/8"
    own = settings.model_copy(update={"redis_url": redis_url, "state_dir": tmp_path})
    async with open_redis(own) as redis:
        await redis.flushdb()
    return own


@pytest.fixture
def url(settings: Settings, icecat: Path, tmp_path: Path) -> Iterator[str]:
    """The shop with the real catalogue and an admin, and a worker beside it."""
    import_icecat(settings, icecat, tmp_path)
    arguments = ("users", "create", "--email", ADMIN, "--role", "admin")
    pyshop(settings, *arguments, given=f"{PASSWORD}\n")
    with (
        worker(settings, tmp_path / "worker.log"),
        served(settings, tmp_path / "server.log") as address,
    ):
        yield address


@pytest.fixture
async def buyer(url: str) -> AsyncIterator[ShopClient]:
    async with ShopClient(url) as client:
        yield client


@pytest.fixture
async def admin(url: str) -> AsyncIterator[ShopClient]:
    async with ShopClient(url) as client:
        assert (await client.account_log_in(ADMIN, PASSWORD)).errors == []
        yield client


async def test_a_shopper_finds_buys_and_receives(
    buyer: ShopClient, admin: ShopClient, url: str, tmp_path: Path
) -> None:
    with anyio.fail_after(PATIENCE):
        variants = [await in_stock(buyer, words) for words in ("laptop", "monitor", "cable")]
        await register_elsewhere(url, variants[0])
        await fill(buyer, variants)
        cart = await log_in(buyer, dict.fromkeys(variants, 1) | {variants[0]: 2})
        order = await buy(buyer, cart)
        assert await follow_to_the_end(buyer, admin, order.id) == ["SHIPPED", "DELIVERED"]
        await assert_mails_tell(tmp_path / "mail", order)
        delivered = await delivered_order(buyer, order)
        await assert_rest_shows(url, buyer, delivered)


async def in_stock(buyer: ShopClient, words: str) -> str:
    """Search as a shopper does and choose an article of the best hit that can be bought."""
    found = await buyer.search(words)
    slug = next(edge.node.slug for edge in found.edges if edge.node.in_stock)
    product = await buyer.product_detail(slug)
    assert product is not None
    return next(variant.id for variant in product.variants.nodes if variant.in_stock)


async def register_elsewhere(url: str, variant: str) -> None:
    """Make the buyer's account on another device, and leave something in its cart."""
    async with ShopClient(url) as other:
        assert (await other.account_register(BUYER, PASSWORD)).errors == []
        added = await other.cart_lines_add([CartLineInput(variant=variant)])
        assert added.errors == []


async def fill(buyer: ShopClient, variants: list[str]) -> None:
    """Fill a cart as nobody: two lines at once, then another."""
    *some, last = [CartLineInput(variant=variant) for variant in variants]
    created = await buyer.cart_create(some)
    assert created.errors == []
    added = await buyer.cart_lines_add([last])
    assert added.errors == []
    assert added.cart is not None
    assert quantities(added.cart) == dict.fromkeys(variants, 1)


async def log_in(buyer: ShopClient, expected: dict[str, int]) -> CartContent:
    """Log in, whereby the cart joins what the account had in its own."""
    assert (await buyer.account_log_in(BUYER, PASSWORD)).errors == []
    cart = await buyer.cart()
    assert cart is not None
    assert quantities(cart) == expected
    return cart


async def buy(buyer: ShopClient, cart: CartContent) -> OrderContent:
    """Check out, and once more as after an answer that was lost."""
    assert cart.subtotal is not None
    method = (await buyer.shipping_methods(cart.subtotal.currency)).nodes[0]
    key = str(uuid4())
    orders = []
    for _ in range(2):
        done = await buyer.checkout_complete(
            cart.id,
            method.code,
            PaymentInput(token="success"),  # noqa: S106 - a word that the sandbox knows.
            shipping_address=ADDRESS,
            expected_version=cart.version,
            idempotency_key=key,
        )
        assert done.errors == []
        orders.append(done.order)
    order, again = orders
    assert order is not None
    assert order == again
    assert order.status == "CONFIRMED"
    assert order.total.minor_units == cart.subtotal.minor_units + method.price.minor_units
    assert await buyer.cart() is None
    return order


async def follow_to_the_end(buyer: ShopClient, admin: ShopClient, order_id: str) -> list[str]:
    """Follow an order while staff move it, and return the states that it came to."""
    states = []
    async with aclosing(buyer.follow_order(order_id)) as updates:
        async for update in updates:
            assert update.order is not None
            status = update.order.status
            if update.event_id is None:
                assert status == "CONFIRMED"
                shipped = await admin.order_ship(order_id)
                assert shipped is not None
                assert shipped.errors == []
            elif update.event_type == "order.shipped":
                states.append(status.value)
                delivered = await admin.order_deliver(order_id)
                assert delivered is not None
                assert delivered.errors == []
            elif update.event_type == "order.delivered":
                return [*states, status.value]
    raise AssertionError(states)


async def assert_mails_tell(folder: Path, order: OrderContent) -> None:
    """Wait for the mails of an order, which tell its number and what is in it."""

    async def both_are_there() -> bool:
        return len(mails_in(folder)) == 2

    await until(both_are_there)
    for mail in mails_in(folder):
        assert mail["To"] == BUYER
        assert str(order.number) in mail["Subject"]
        plain = mail.get_body(("plain",))
        assert plain is not None
        assert all(line.name in plain.get_content() for line in order.lines.nodes)


def mails_in(folder: Path) -> list[EmailMessage]:
    policy = email.policy.default
    return [
        email.message_from_bytes(path.read_bytes(), policy=policy)
        for path in sorted(folder.glob("*.eml"))
    ]


async def delivered_order(buyer: ShopClient, order: OrderContent) -> OrderContent:
    """Return the order from the buyer's history, which is otherwise as it was bought."""
    history = await buyer.order_history()
    assert history is not None
    assert history.orders is not None
    (listed,) = history.orders.nodes
    delivered = await buyer.order(listed.id)
    assert delivered is not None
    assert delivered.status == "DELIVERED"
    moved = ("status", "version", "available_transitions")
    assert delivered.model_copy(update={name: getattr(order, name) for name in moved}) == order
    return delivered


async def assert_rest_shows(url: str, buyer: ShopClient, order: OrderContent) -> None:
    """Read the same order through REST, whose lists are no connections."""
    async with httpx.AsyncClient(base_url=url, headers=buyer.credentials.headers()) as rest:
        response = await rest.get(f"/v1/orders/{order.id}")
    assert response.status_code == 200
    shown = response.json()
    ours = order.model_dump(mode="json", by_alias=True)
    assert shown["id"] == order.id
    assert {name: shown[name] for name in SAME} == {name: ours[name] for name in SAME}
    assert [line["sku"] for line in shown["lines"]] == [line.sku for line in order.lines.nodes]


def quantities(cart: CartContent) -> dict[str, int]:
    """Return how many of each variant a cart has."""
    assert all(line.variant is not None for line in cart.lines.nodes)
    return {line.variant.id: line.quantity for line in cart.lines.nodes if line.variant}
