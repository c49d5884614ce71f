import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent

# A key of HS256 has at least the 32 bytes of its hash (RFC 7518, section 3.2).
Key = Annotated[SecretStr, Field(min_length=32)]

# As browsers send it: without a path, nor a port where it is the usual one.
Origin = Annotated[str, Field(pattern=r"^https?://[\w.-]+(:\d+)?$")]


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
    redis_namespace: str = Field(
        default="pyshop",
        min_length=1,
        description="What the names of budgets in Redis begin with; several shops may share one.",
    )
    broker_url: str | None = Field(
        default=None,
        description="Where workers hand each other what is to be done: redis://… or Amazon's sqs://,"
        " whose account and region are found as by Amazon's tools; unset, redis_url.",
    )
    elasticsearch_url: str | None = Field(
        default=None,
        description="Elasticsearch, as http://…; unset, search runs on PostgreSQL.",
    )
    state_dir: Path = Field(
        default=ROOT / ".pyshop",
        description="Where the embedded servers keep their data.",
    )
    secret_key: Key | None = Field(
        default=None,
        description="Signs access tokens; unset beside the embedded server, one is made and kept.",
    )
    previous_secret_keys: list[Key] = Field(
        default=[],
        description="A JSON list of earlier keys: their tokens are taken until they expire, and"
        " webhooks are signed under them too.",
    )
    access_token_minutes: int = Field(
        default=15, ge=1, description="How long an access token is good for."
    )
    refresh_token_days: int = Field(
        default=30, ge=1, description="How long a session lasts that is not refreshed."
    )
    subgraph: str | None = Field(
        default=None,
        description="The part of the graph that is served: accounts, catalog, carts or orders;"
        " unset, the whole.",
    )
    host: str = Field(
        default="127.0.0.1",
        description="The address that the API listens on; 0.0.0.0 in a container.",
    )
    public_url: str = Field(
        default="http://127.0.0.1:8000",
        description="How clients reach the API; relative media paths are made absolute with it.",
    )
    websocket_origins: list[Origin] = Field(
        default=[],
        description="A JSON list of the sites whose pages may open sockets, as https://…, besides"
        " the API's own.",
    )
    live_connections: int = Field(
        default=100,
        ge=1,
        description="Sockets and event streams that one viewer keeps open at a time: an account,"
        " or all without one at the same address. Each process counts its own; behind a proxy,"
        " FORWARDED_ALLOW_IPS has to name it, or all come from its address.",
    )
    socket_operations: int = Field(
        default=100, ge=1, description="Operations that run on one socket at a time."
    )
    socket_idle_seconds: float = Field(
        default=300, gt=0, description="How long a socket stays open on which no operation runs."
    )
    incremental_delivery: bool = Field(
        default=False, description="Whether parts of an answer can be deferred (experimental)."
    )
    only_trusted_documents: bool = Field(
        default=False,
        description="Whether only documents are run that clients have registered; REST goes on.",
    )
    automatic_persisted_queries: bool = Field(
        default=True,
        description="Whether a document that a client sends with its hash is remembered for a day,"
        " so that the hash is enough. Partners' keys and closed endpoints take registered ones.",
    )
    maximum_cost: int = Field(
        default=50_000,
        ge=1,
        description="The cost over which an operation is refused; an object costs 1, and `@cost`"
        " and `@listSize` in the schema say the rest.",
    )
    staff_maximum_cost: int = Field(
        default=200_000, ge=1, description="The same, for merchants and admins."
    )
    budget_per_minute: int = Field(
        default=600_000,
        ge=1,
        description="What all operations together may cost in a minute: of one account, or of all"
        " without one at the same address. Partners' keys may have their own figures.",
    )
    staff_budget_per_minute: int = Field(
        default=2_400_000, ge=1, description="The same, for a merchant or an admin."
    )
    maximum_depth: int = Field(
        default=20,
        ge=10,
        description="How many fields may stand below each other in an operation; the introspection"
        " of common tools needs 15, and REST 7.",
    )
    maximum_tokens: int = Field(
        default=1000,
        ge=300,
        description="The names, values and marks that a document may have, and in characters 15"
        " times as many.",
    )
    maximum_fields: int = Field(
        default=400,
        ge=250,
        description="The fields that an operation may have, those of a fragment wherever it is"
        " spread; validating takes four times as long for twice as many.",
    )
    public_schema: bool = Field(
        default=True,
        description="Whether clients are told the schema: by introspection, by `_service`, and by"
        " errors that suggest other names. Gateways that join the graph at run time need it.",
    )
    database_pool_size: int = Field(
        default=10,
        ge=2,
        description="Connections that one process keeps to PostgreSQL: half of them for single"
        " reads, the others for transactions.",
    )
    search_index: str = Field(
        default="pyshop-products", description="The Elasticsearch alias that searches go through."
    )
    sandbox_payment_seconds: float = Field(
        default=2.0, ge=0, description="How long the sandbox takes to charge the token `slow`."
    )
    smtp_url: str | None = Field(
        default=None,
        pattern=r"^(smtp|smtp\+starttls|smtps)://[^/]+$",
        description="The mail server, as smtp://, smtp+starttls:// or smtps://user:password@host;"
        " unset, mails become files in the folder `mail` of state_dir.",
    )
    mail_from: str = Field(
        default="PyShop <shop@pyshop.example>", description="The sender of every mail."
    )
    event_days: int = Field(
        default=90,
        ge=1,
        description="How long events are kept; those of orders, their timeline, are kept for ever.",
    )
    webhook_private_targets: bool = Field(
        default=False,
        description="Whether webhooks may go to http:// and to addresses outside of the public"
        " internet; for a laptop, and never where others can make endpoints.",
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="Readable lines for a terminal, or JSON for a collector."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    otlp_endpoint: str | None = Field(
        default=None, description="An OTLP/HTTP endpoint; unset, no spans are recorded."
    )

    def environment(self) -> dict[str, str]:
        """Return the variables that give a process these settings, secrets included."""
        return {
            f"PYSHOP_{name.upper()}": _written(value) for name, value in self if value is not None
        }


def _written(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, list):
        return json.dumps([_written(each) for each in value])
    return str(value)
