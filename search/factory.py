from core.database import Database
from core.settings import Settings
from search.elasticsearch.engine import ElasticsearchSearch
from search.port import SearchEngine
from search.postgresql.engine import PostgresqlSearch


def open_search(settings: Settings, database: Database) -> SearchEngine:
    if settings.elasticsearch_url is None:
        return PostgresqlSearch(database)
    return ElasticsearchSearch(settings.elasticsearch_url, settings.search_index, database)
