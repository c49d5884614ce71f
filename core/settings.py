from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Every setting of the shop, read from the environment with the prefix `PYSHOP_`."""

    model_config = SettingsConfigDict(env_prefix="PYSHOP_", frozen=True)

    database_url: str | None = Field(
        default=None,
        description="PostgreSQL, as postgresql://…; unset, the embedded server is used.",
    )
    redis_url: str | None = Field(
        default=None,
        description="Redis or Valkey, as redis://…; unset, the embedded server is used.",
    )
    elasticsearch_url: str | None = Field(
        default=None,
        description="Elasticsearch, as http://…; unset, search runs on PostgreSQL.",
    )
    state_dir: Path = Field(
        default=ROOT / ".pyshop",
        description="Where the embedded servers keep their data.",
    )
    host: str = Field(
        default="127.0.0.1",
        description="The address that the API listens on; 0.0.0.0 in a container.",
    )
    public_url: str = Field(
        default="http://127.0.0.1:8000",
        description="How clients reach the API; relative media paths are made absolute with it.",
    )
    database_pool_size: int = Field(
        default=10, ge=1, description="Connections that one process keeps to PostgreSQL."
    )
    search_index: str = Field(
        default="pyshop-products", description="The Elasticsearch alias that searches go through."
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="Readable lines for a terminal, or JSON for a collector."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    otlp_endpoint: str | None = Field(
        default=None, description="An OTLP/HTTP endpoint; unset, no spans are recorded."
    )
