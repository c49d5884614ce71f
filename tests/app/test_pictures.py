from xml.etree import ElementTree as ET

import httpx
import pytest

from services.demo.catalogue import demo_catalogue

pytestmark = pytest.mark.anyio


async def test_a_picture_of_the_demo_catalogue_may_be_kept_for_ever(
    api: httpx.AsyncClient,
) -> None:
    response = await api.get(next(demo_catalogue(1))["image_url"])

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert ET.fromstring(response.text).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 - drawn by ourselves.


@pytest.mark.parametrize("address", ["unicorn/red/1.svg", "mug/nocolour/1.svg", "mug/1.svg"])
async def test_an_unknown_picture_is_not_found(api: httpx.AsyncClient, address: str) -> None:
    response = await api.get(f"/pictures/{address}")

    assert response.status_code == 404
    assert "Cache-Control" not in response.headers
