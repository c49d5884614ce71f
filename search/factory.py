from core.database import Database
from core.settings import Settings
from search.port import SearchEngine
from search.postgresql.engine import PostgresqlSearch


def open_search(settings: Settings, database: Database) -> SearchEngine:
    return PostgresqlSearch(database)
