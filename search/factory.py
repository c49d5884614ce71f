from core.database import Database
from core.settings import Settings
from search.port import SearchEngine
from search.postgresql.engine import PostgresqlSearch


def open_search(settings: Settings, database: Database) -> SearchEngine:
    if settings.elasticsearch_url is None:
        return PostgresqlSearch(database)
    # Its client is a tenth of what a process has to load before it can answer, and most need none.
    from search.elasticsearch.engine import ElasticsearchSearch  # noqa: PLC0415 - as told.

    return ElasticsearchSearch(settings.elasticsearch_url, settings.search_index, database)
