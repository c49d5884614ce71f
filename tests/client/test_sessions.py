"""Who the client is: the tokens and the secret that it keeps, and when it renews them."""

import asyncio
from uuid import UUID

import pytest

from client import ShopClient, ShopError
from client.generated import CartLineInput
from core.ids import decode_id, encode_id
from core.settings import Settings
from core.tokens import AccessTokens
from tests.buying import Shop
from tests.client.conftest import Line

pytestmark = pytest.mark.anyio

EMAIL = "ada@example.com"
PASSWORD = "a long enough password"  # noqa: S105 - it opens an account of this test.


async def registered(client: ShopClient) -> UUID:
    payload = await client.account_register(EMAIL, PASSWORD, name="Ada")
    assert payload.errors == []
    assert payload.account is not None
    return decode_id(payload.account.id)[1]


def expired(settings: Settings, account: UUID) -> str:
    past = settings.model_copy(update={"access_token_minutes": -1})
    return AccessTokens.of(past).issue(account, "customer").text


async def email(client: ShopClient) -> str | None:
    viewer = await client.viewer()
    return None if viewer is None else viewer.email


async def test_a_client_is_nobody_until_it_registers(client: ShopClient) -> None:
    assert await email(client) is None
    await registered(client)

    assert await email(client) == EMAIL


async def test_another_client_logs_in_and_out(client: ShopClient, line: Line) -> None:
    await registered(client)
    async with ShopClient(line.url) as other:
        await other.account_log_in(EMAIL, PASSWORD)
        assert await email(other) == EMAIL
        refresh_token = other.credentials.refresh_token
        assert refresh_token is not None
        await other.log_out()

        assert await email(other) is None
        (refused,) = (await other.account_refresh(refresh_token)).errors
        assert refused.code == "INVALID_REFRESH_TOKEN"
        assert other.credentials.headers() == {}


async def test_a_wrong_password_is_returned_and_changes_nothing(client: ShopClient) -> None:
    await registered(client)
    before = client.credentials.access_token
    payload = await client.account_log_in(EMAIL, "not the password")

    assert [(each.typename__, each.code) for each in payload.errors] == [
        ("WrongCredentials", "WRONG_CREDENTIALS")
    ]
    assert client.credentials.access_token == before


async def test_an_expired_token_is_renewed_once_for_all_that_wait(
    client: ShopClient, settings: Settings
) -> None:
    client.credentials.access_token = expired(settings, await registered(client))
    used = client.credentials.refresh_token
    answers = await asyncio.gather(*(email(client) for _ in range(5)))

    assert answers == [EMAIL] * 5
    assert client.credentials.refresh_token not in {None, used}


async def test_a_token_that_cannot_be_renewed_is_told(line: Line, settings: Settings) -> None:
    async with ShopClient(line.url, expired(settings, UUID(int=7))) as client:
        with pytest.raises(ShopError) as refused:
            await client.viewer()

    assert refused.value.code == "UNAUTHENTICATED"


async def test_an_ended_session_is_told_as_it_is(client: ShopClient, settings: Settings) -> None:
    token = expired(settings, await registered(client))
    await client.account_log_out(client.credentials.refresh_token or "")
    client.credentials.access_token = token
    with pytest.raises(ShopError) as refused:
        await client.viewer()

    assert refused.value.code == "UNAUTHENTICATED"


async def test_the_secret_of_a_cart_is_kept_and_the_cart_joins_the_account(
    client: ShopClient, line: Line, shop: Shop
) -> None:
    variant = encode_id("variant", await shop.variant())
    created = await client.cart_create([CartLineInput(variant=variant, quantity=2)])
    assert created.secret == client.credentials.cart_secret
    anonymous = await client.cart()
    assert anonymous is not None
    assert anonymous.item_count == 2

    async with ShopClient(line.url, cart_secret=created.secret) as other:
        assert await other.cart() == anonymous
    async with ShopClient(line.url) as stranger:
        assert await stranger.cart(anonymous.id) is None

    await registered(client)
    owned = await client.cart()
    assert owned is not None
    assert [(each.variant and each.variant.id, each.quantity) for each in owned.lines.nodes] == [
        (variant, 2)
    ]


async def test_an_error_at_the_top_is_raised_with_its_code(client: ShopClient) -> None:
    with pytest.raises(ShopError) as refused:
        await client.browse_products(first=1000)

    assert refused.value.code == "BAD_USER_INPUT"
    assert refused.value.errors[0]["path"] == ["products"]
    assert str(refused.value) == f"BAD_USER_INPUT: {refused.value.message}"


async def test_a_shop_that_is_not_there_is_told() -> None:
    async with ShopClient("http://127.0.0.1:1") as client:
        with pytest.raises(ShopError) as refused:
            await client.viewer()

    assert (refused.value.code, refused.value.errors) == ("UNREACHABLE", [])


async def test_a_client_is_used_in_a_context() -> None:
    with pytest.raises(RuntimeError):
        await ShopClient("http://127.0.0.1:1").viewer()
