"""What caches are told of answers, and that they never give one viewer's to another."""

import json
from collections.abc import Mapping
from itertools import product

import httpx
import pytest
from sqlalchemy import update

from app.authentication import API_KEY, CART_SECRET
from core.database import Database
from core.document_store import Document
from core.entity_tags import entity_tag
from core.settings import Settings
from models import Product
from services.api_keys import PUBLISH
from tests.conftest import AsAccount, serving
from tests.factories import Factory

pytestmark = pytest.mark.anyio

URL = "/graphql"
VARY = "Accept, Authorization, X-API-Key, X-Cart-Secret"
KEPT = {60: "public, max-age=60, stale-while-revalidate=60"} | {
    5: "public, max-age=5, stale-while-revalidate=5"
}


def document(name: str, fields: str) -> Document:
    body = f"query {name}($slug: String!) {{ product(slug: $slug) {{ {fields} }} }}"
    return Document(name, "query", body)


NAMED = document("Named", "name")
PRICED = document("Priced", "name priceRange { lowest { amount } }")
STATUS = document("Status", "name status")
MERCHANT = document("Merchant", "name merchant { email }")
VIEWER = Document("Viewer", "query", "query Viewer { viewer { email } }")
CART = Document("Cart", "query", "query Cart { cart { itemCount } }")
NEITHER = Document("Neither", "query", "query Neither { product { name } }")
ADD = Document("Add", "mutation", "mutation Add { cartCreate { cart { itemCount } } }")
DOCUMENTS = [NAMED, PRICED, STATUS, MERCHANT, VIEWER, CART, NEITHER, ADD]


@pytest.fixture(autouse=True)
async def published(factory: Factory) -> None:
    await factory.documents("acme", *DOCUMENTS)
    mug = await factory.product(slug="mug", name="Mug")
    await factory.variant(product=mug, price_minor=1990)


@pytest.fixture
async def viewers(as_account: AsAccount, factory: Factory) -> dict[str, dict[str, str]]:
    """The headers of every kind of viewer; the merchant has a draft that others do not see."""
    merchant = await factory.account(role="merchant")
    await factory.product(slug="draft", name="Draft", merchant_id=merchant, status="draft")
    return {
        "anonymous": {},
        "partner": {API_KEY: await factory.api_key("acme")},
        "publisher": {API_KEY: await factory.api_key("acme", PUBLISH)},
        "guest": {CART_SECRET: "a secret"},
        "customer": (await as_account("customer")).headers,
        "merchant": (await as_account("merchant", id=merchant)).headers,
        "admin": (await as_account("admin")).headers,
    }


def address(named: Document, slug: str = "mug") -> dict[str, str]:
    return {"documentId": named.sha256.hex(), "variables": json.dumps({"slug": slug})}


async def get(
    api: httpx.AsyncClient, named: Document, headers: Mapping[str, str] | None = None
) -> httpx.Response:
    return await api.get(URL, params=address(named), headers=headers)


def told(response: httpx.Response) -> tuple[str | None, ...]:
    return tuple(response.headers.get(name) for name in ("Cache-Control", "ETag", "Vary"))


NOT_KEPT = ("no-store", None, VARY)


@pytest.mark.parametrize(("named", "seconds"), [(NAMED, 60), (PRICED, 5)])
async def test_what_everybody_sees_of_the_catalogue_may_be_kept(
    api: httpx.AsyncClient, named: Document, seconds: int
) -> None:
    response = await get(api, named)

    tag = entity_tag(response.headers["Content-Type"].encode() + response.content)
    assert response.json()["data"]["product"]["name"] == "Mug"
    assert told(response) == (KEPT[seconds], tag, VARY)


@pytest.mark.parametrize("named", [STATUS, MERCHANT, VIEWER, CART])
async def test_what_is_not_for_everybody_is_not_kept(
    api: httpx.AsyncClient, named: Document, viewers: dict[str, dict[str, str]]
) -> None:
    for headers in viewers.values():
        response = await get(api, named, headers)

        assert response.status_code == 200
        assert told(response) == NOT_KEPT


async def test_what_a_viewer_may_see_more_of_is_not_kept(
    api: httpx.AsyncClient, viewers: dict[str, dict[str, str]]
) -> None:
    found = {name: (await get(api, NAMED, headers)) for name, headers in viewers.items()}

    assert {response.content for response in found.values()} == {
        b'{"data":{"product":{"name":"Mug"}}}'
    }
    kept = {name for name, response in found.items() if told(response)[0] == KEPT[60]}
    assert kept == {"anonymous", "partner", "publisher"}
    assert {told(found[name]) for name in found.keys() - kept} == {NOT_KEPT}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_an_answer_with_errors_is_not_kept(api: httpx.AsyncClient, method: str) -> None:
    unknown = {"documentId": "0" * 64}
    invalid = {"documentId": NAMED.sha256.hex()}

    for params in (address(NEITHER), unknown, invalid):
        response = await api.request(method, URL, params=params)
        assert told(response) == NOT_KEPT


async def test_a_refused_request_is_not_kept(api: httpx.AsyncClient) -> None:
    named = address(NAMED)
    refused = [
        await api.get(URL, params=named, headers={"Authorization": "Bearer nobody"}),
        await api.get(URL, params=named, headers={API_KEY: "pyshop_key_of_nobody"}),
        await api.get(URL, params=named, headers={"Accept": "image/png"}),
        await api.get(URL, params=address(ADD)),
        await api.put(URL, params=named),
    ]

    assert [response.status_code for response in refused] == [401, 401, 406, 405, 405]
    assert {response.headers["Cache-Control"] for response in refused} == {"no-store"}


async def test_what_is_sent_by_post_is_not_kept(api: httpx.AsyncClient) -> None:
    variables = {"slug": "mug"}

    for named in (NAMED, ADD):
        body = {"documentId": named.sha256.hex(), "variables": variables}
        response = await api.post(URL, json=body)
        assert "errors" not in response.json()
        assert told(response) == NOT_KEPT


async def test_a_document_that_is_not_registered_is_not_kept(api: httpx.AsyncClient) -> None:
    # The text of a registered one is not looked up, where any text is run.
    for query in ('{ product(slug: "mug") { name } }', NAMED.body):
        response = await api.get(URL, params={**address(NAMED), "query": query, "documentId": ""})
        assert response.json() == {"data": {"product": {"name": "Mug"}}}
        assert told(response) == NOT_KEPT


async def test_where_only_registered_documents_are_run_their_text_will_do(
    settings: Settings,
) -> None:
    closed = settings.model_copy(update={"only_trusted_documents": True})
    async with serving(closed) as api:
        params = {"query": NAMED.body, "variables": address(NAMED)["variables"]}
        response = await api.get(URL, params=params)

    assert told(response)[0] == KEPT[60]


async def test_a_stream_is_not_kept(api: httpx.AsyncClient) -> None:
    response = await get(api, NAMED, {"Accept": "text/event-stream"})

    assert '"name":"Mug"' in response.text
    assert told(response) == ("no-cache, no-transform", None, VARY)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("known", ["{}", "W/{}", '"other", W/"more",{}', "*"])
async def test_a_known_body_is_not_sent_again(
    api: httpx.AsyncClient, method: str, known: str
) -> None:
    first = await get(api, NAMED)

    headers = {"If-None-Match": known.format(first.headers["ETag"])}
    again = await api.request(method, URL, params=address(NAMED), headers=headers)

    assert (again.status_code, again.content) == (304, b"")
    assert told(again) == told(first)
    assert "Content-Type" not in again.headers


async def test_another_body_is_sent(api: httpx.AsyncClient, database: Database) -> None:
    first = await get(api, PRICED)
    known = {"If-None-Match": first.headers["ETag"]}
    async with database.session.begin() as session:
        await session.execute(update(Product).values(price_from_minor=1800))

    again = await get(api, PRICED, known)

    assert again.status_code == 200
    assert again.json()["data"]["product"]["priceRange"] == {"lowest": {"amount": "18.00"}}
    assert again.headers["ETag"] != first.headers["ETag"]


async def test_each_media_type_has_a_tag_of_its_own(api: httpx.AsyncClient) -> None:
    plain, graphql = [
        await get(api, NAMED, {"Accept": accept})
        for accept in ("application/json", "application/graphql-response+json")
    ]

    assert plain.content == graphql.content
    assert plain.headers["ETag"] != graphql.headers["ETag"]


async def test_what_is_not_kept_is_sent_whatever_is_known(api: httpx.AsyncClient) -> None:
    response = await get(api, STATUS, {"If-None-Match": "*"})

    assert response.status_code == 200
    assert response.json() == {"data": {"product": {"name": "Mug", "status": "ACTIVE"}}}


class SharedCache:
    """Keeps for all what a cache that is shared may (RFC 9111); for it no time goes by."""

    def __init__(self, api: httpx.AsyncClient) -> None:
        self.api = api
        self.kept: dict[str, list[tuple[Mapping[str, str], httpx.Response]]] = {}
        self.given: list[httpx.Response] = []

    async def get(self, params: dict[str, str], headers: Mapping[str, str]) -> httpx.Response:
        kept = self.kept.setdefault(str(httpx.QueryParams(params)), [])
        for asked, response in kept:
            selecting = response.headers["Vary"].split(", ")
            if all(asked.get(name) == headers.get(name) for name in selecting):
                self.given.append(response)
                return response
        response = await self.api.get(URL, params=params, headers=headers)
        if response.headers["Cache-Control"].startswith("public"):
            kept.append((headers, response))
        return response


async def test_a_shared_cache_gives_nobody_the_answer_of_another(
    api: httpx.AsyncClient, viewers: dict[str, dict[str, str]]
) -> None:
    cache = SharedCache(api)
    queries = [each for each in DOCUMENTS if each.kind == "query"]
    # Those who see more come first, so that what they see would be there for the others; and then
    # last, so that what the others see would be there for them.
    asking = [*reversed(viewers.values()), *viewers.values()]

    for headers, named, slug in product(asking, queries, ("mug", "draft")):
        params = address(named, slug)
        cached = await cache.get(params, headers)
        direct = await api.get(URL, params=params, headers=headers)
        assert (cached.status_code, cached.json()) == (direct.status_code, direct.json())

    # Who is anonymous and both keys are given again what is named and what is priced.
    assert len(cache.given) == 3 * 2 * 2


async def test_nothing_is_kept_but_what_everybody_sees(
    api: httpx.AsyncClient, viewers: dict[str, dict[str, str]]
) -> None:
    # There are caches that look at no `Vary`.
    for headers, named, slug in product(viewers.values(), DOCUMENTS, ("mug", "draft")):
        response = await api.get(URL, params=address(named, slug), headers=headers)
        if response.headers["Cache-Control"] != "no-store":
            anonymous = await api.get(URL, params=address(named, slug))
            assert response.content == anonymous.content


async def test_what_a_sender_may_spend_is_told_to_nobody_else(api: httpx.AsyncClient) -> None:
    asked = {**address(NAMED), "extensions": json.dumps({"cost": True})}

    told_of_cost = await api.get(URL, params=asked)
    public = await get(api, NAMED)

    assert "remaining" in told_of_cost.json()["extensions"]["cost"]
    assert told(told_of_cost) == NOT_KEPT
    assert public.headers["Cache-Control"] == KEPT[60]
    assert not {"ratelimit", "ratelimit-policy"} & public.headers.keys()
