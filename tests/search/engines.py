"""Runs one suite on both engines: a class of tests is inherited once with each."""

from dataclasses import replace

import pytest

from search.port import SearchEngine, SearchFilter, SearchRequest, SearchSort
from tests.search.conftest import Shop


class OnPostgresql:
    @pytest.fixture
    def engine(self, postgresql: SearchEngine) -> SearchEngine:
        return postgresql


class OnElasticsearch:
    @pytest.fixture
    def engine(self, elasticsearch: SearchEngine) -> SearchEngine:
        return elasticsearch


async def found(
    engine: SearchEngine,
    shop: Shop,
    text: str = "",
    wanted: SearchFilter | None = None,
    sort: SearchSort = SearchSort.NAME,
) -> list[str]:
    """Return all that is found, in one page."""
    request = SearchRequest(text, wanted or SearchFilter(), sort, total=True)
    result = await engine.search(request)
    assert result.total == len(result.hits)
    assert not result.has_next
    return shop.names(result)


async def pages(engine: SearchEngine, shop: Shop, request: SearchRequest) -> list[str]:
    """Return what is found page by page, following the cursor of each page's last hit."""
    found = list[str]()
    while True:
        result = await engine.search(request)
        assert result.total is None
        assert result.facets is None
        assert len(result.hits) <= request.first
        found += shop.names(result)
        if not result.has_next:
            return found
        request = replace(request, after=result.hits[-1].cursor)
