from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select, text

from core.database import Database
from models import SearchDocument
from search.documents import active_ids
from search.port import SearchRequest, SearchResult, Suggestion
from search.postgresql.facets import count_facets
from search.postgresql.hits import find_hits
from search.postgresql.refresh import delete_inactive, refresh
from search.postgresql.suggestions import suggest
from search.text import clean_filter, clean_text


class PostgresqlSearch:
    """Search without another server: full text with weights, and trigrams for what is misspelt."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def search(self, request: SearchRequest) -> SearchResult:
        request = replace(
            request,
            text=clean_text(request.text, "query"),
            filter=clean_filter(request.filter),
        )
        result = await find_hits(self._database, request)
        if not request.facets:
            return result
        return replace(result, facets=await count_facets(self._database, request))

    async def suggest(self, prefix: str, first: int) -> list[Suggestion]:
        return await suggest(self._database, clean_text(prefix, "prefix"), first)

    async def index(self, product_ids: Sequence[UUID]) -> None:
        async with self._database.engine.begin() as connection:
            await refresh(connection, product_ids)

    async def reindex(self, progress: Callable[[int], None]) -> int:
        """Rewrite the documents in place; each is replaced whole."""
        done = 0
        async for ids in active_ids(self._database):
            await self.index(ids)
            done += len(ids)
            progress(done)
        async with self._database.engine.begin() as connection:
            await delete_inactive(connection)
        await self._settle()
        return done

    async def _settle(self) -> None:
        """Merge what GIN keeps aside of a bulk load; until then plans prefer to read the table."""
        async with self._database.engine.connect() as connection:
            alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await alone.execute(text("VACUUM (ANALYZE) search_documents"))

    async def check(self) -> None:
        await self._database.fetch(select(SearchDocument.product_id).limit(1), {})

    async def close(self) -> None:
        """Leave the database open, which belongs to who opened it."""
