"""The client where only registered documents are run, and the manifests that others make."""

import json
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from client import ShopClient, ShopError
from client.manifest import manifest
from core.document_store import Document
from core.settings import ROOT, Settings
from services.documents import read_manifest
from tests.client.conftest import serving
from tests.factories import Factory

pytestmark = pytest.mark.anyio

MANIFEST = ROOT / "client" / "manifest.json"
GENERATOR = ROOT / "tests" / "node" / "node_modules" / ".bin" / "generate-persisted-query-manifest"


@pytest.fixture
async def port(settings: Settings) -> AsyncIterator[int]:
    """A shop that runs only registered documents."""
    async with serving(settings.model_copy(update={"only_trusted_documents": True})) as port:
        yield port


def test_the_manifest_is_up_to_date() -> None:
    assert MANIFEST.read_text() == manifest(), "run make client"


def test_the_manifest_has_every_operation() -> None:
    names = {path.stem for path in (ROOT / "client" / "operations").glob("*.graphql")}

    assert {each.name for each in read_manifest(MANIFEST.read_bytes())} == names - {"Fragments"}


async def test_the_client_runs_where_its_manifest_is_published(port: int, factory: Factory) -> None:
    await factory.product(slug="mug")
    async with ShopClient(f"http://127.0.0.1:{port}") as client:
        with pytest.raises(ShopError) as refused:
            await client.browse_products(first=10)
        assert refused.value.code == "TRUSTED_DOCUMENT_REQUIRED"

        await factory.documents("pyshop", *read_manifest(MANIFEST.read_bytes()))

        found = await client.browse_products(first=10)
        assert [each.slug for each in found.nodes] == ["mug"]
        with pytest.raises(ShopError) as unknown:
            await anext(client.order_updated("order_0"))
        assert unknown.value.code == "BAD_USER_INPUT"


@pytest.fixture
def apollos(node: None, tmp_path: Path) -> list[Document]:  # noqa: ARG001 - It runs there.
    """What Apollo's generator makes of the same operations: each has a `__typename` more."""
    written, config = tmp_path / "manifest.json", tmp_path / "config.json"
    sources = [str(ROOT / "client" / "operations" / "*.graphql")]
    config.write_text(json.dumps({"documents": sources, "output": str(written)}))
    subprocess.run([GENERATOR, "--config", config], check=True, capture_output=True)  # noqa: S603 - our own tool.
    return read_manifest(written.read_bytes())


async def test_a_manifest_of_apollos_generator_is_run(
    port: int, factory: Factory, apollos: list[Document]
) -> None:
    await factory.product(slug="mug")
    await factory.documents("apollo", *apollos)
    (browse,) = (each for each in apollos if each.name == "BrowseProducts")
    persisted = {"persistedQuery": {"version": 1, "sha256Hash": browse.sha256.hex()}}

    async with httpx.AsyncClient() as http:
        answer = await http.post(
            f"http://127.0.0.1:{port}/graphql",
            json={"variables": {"first": 10}, "extensions": persisted},
        )

    (product,) = answer.json()["data"]["products"]["nodes"]
    assert (product["__typename"], product["slug"]) == ("Product", "mug")


def test_apollos_generator_takes_all_operations(apollos: list[Document]) -> None:
    ours = read_manifest(MANIFEST.read_bytes())

    assert {(each.name, each.kind) for each in apollos} == {(each.name, each.kind) for each in ours}
