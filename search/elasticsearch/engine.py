from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any
from uuid import UUID

from elastic_transport import TransportError
from elasticsearch import ApiError, AsyncElasticsearch

from core.database import Database
from core.errors import SetupError
from search.documents import BATCH_SIZE, active_ids, read_documents
from search.elasticsearch.facets import count_facets
from search.elasticsearch.hits import hits_request, read_hits
from search.elasticsearch.query import Query
from search.elasticsearch.suggestions import read_brands, read_products, suggestion_request
from search.elasticsearch.writing import (
    AliasMissingError,
    begin_rebuild,
    building,
    finish_rebuild,
    write,
)
from search.port import SearchRequest, SearchResult, SearchUnavailable, Suggestion
from search.suggestions import share, suggest_categories
from search.text import clean_filter, clean_text

# Too many requests, and what proxies answer for a server that does not.
_PASSING = {429, 502, 503, 504}


@contextmanager
def _availability() -> Iterator[None]:
    try:
        yield
    except TransportError as error:
        raise SearchUnavailable("The search does not answer at the moment.") from error
    except ApiError as error:
        if error.status_code in _PASSING:
            raise SearchUnavailable("The search is too busy at the moment.") from error
        raise


class ElasticsearchSearch:
    """Search in an Elasticsearch index, which is filled from PostgreSQL."""

    def __init__(self, url: str, alias: str, database: Database) -> None:
        self._client = AsyncElasticsearch(url)
        self._alias = alias
        self._database = database

    async def search(self, request: SearchRequest) -> SearchResult:
        request = replace(
            request,
            text=clean_text(request.text, "query"),
            filter=clean_filter(request.filter),
        )
        arguments = hits_request(request)
        with _availability():
            answer = await self._client.search(index=self._alias, **arguments)
            result = read_hits(request, answer.body)
            if not request.facets:
                return result
            return replace(result, facets=await count_facets(self._aggregate, request))

    async def _aggregate(self, query: Query, aggregations: Query) -> Mapping[str, Any]:
        answer = await self._client.search(
            index=self._alias, query=query, aggs=aggregations, size=0, track_total_hits=False
        )
        aggregated: Mapping[str, Any] = answer["aggregations"]
        return aggregated

    async def suggest(self, prefix: str, first: int) -> list[Suggestion]:
        prefix = clean_text(prefix, "prefix")
        if not prefix:
            return []
        with _availability():
            answer = await self._client.search(
                index=self._alias, **suggestion_request(prefix, first)
            )
        categories = await suggest_categories(self._database, prefix, share(first))
        return [*read_brands(answer.body), *categories, *read_products(answer.body)][:first]

    async def index(self, product_ids: Sequence[UUID]) -> None:
        """Write these products; where there is no index yet, build it whole."""
        with _availability():
            for start in range(0, len(product_ids), BATCH_SIZE):
                await self._index(product_ids[start : start + BATCH_SIZE])

    async def _index(self, product_ids: Sequence[UUID]) -> None:
        snapshot = await read_documents(self._database, product_ids)
        # First the index that is being built: if it takes over now, the second write finds it.
        with suppress(AliasMissingError):
            await write(self._client, building(self._alias), product_ids, snapshot)
        try:
            await write(self._client, self._alias, product_ids, snapshot, wait=True)
        except AliasMissingError:
            await self._rebuild(lambda _: None)

    async def reindex(self, progress: Callable[[int], None]) -> int:
        with _availability():
            return await self._rebuild(progress)

    async def _rebuild(self, progress: Callable[[int], None]) -> int:
        index = await begin_rebuild(self._client, self._alias)
        done = 0
        async for ids in active_ids(self._database):
            snapshot = await read_documents(self._database, ids)
            await write(self._client, building(self._alias), ids, snapshot)
            done += len(ids)
            progress(done)
        await finish_rebuild(self._client, self._alias, index)
        return done

    async def check(self) -> None:
        with _availability():
            if not await self._client.indices.exists_alias(name=self._alias):
                raise SetupError(
                    f"The search index {self._alias} does not exist; `bin/pyshop search reindex`"
                    " builds it."
                )

    async def close(self) -> None:
        await self._client.close()
