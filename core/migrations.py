"""Runs Alembic in process, on a connection of ours."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from core.database import Database
from core.settings import ROOT

# Two processes that start at once must not migrate at once.
_MIGRATION_LOCK = 7_110_231


def alembic_config(connection: Connection) -> Config:
    config = Config(toml_file=ROOT / "pyproject.toml")
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _MIGRATION_LOCK})
    connection.commit()
    try:
        command.upgrade(alembic_config(connection), "head")
    finally:
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _MIGRATION_LOCK})
        connection.commit()


async def migrate(database: Database) -> None:
    """Bring the database to the newest revision; safe to run from several processes at once."""
    async with database.engine.connect() as connection:
        await connection.run_sync(_upgrade)
