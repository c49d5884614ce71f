"""What answers are made of: the graph's objects under its names, with lists for connections."""

from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

ItemT = TypeVar("ItemT")

_EXAMPLE_ID = "01jdfz3v8te8sa7n7q2hd3kq6w"


class Representation(BaseModel):
    """A body; nothing is in it that it does not name, so that documents and models agree."""

    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", frozen=True, serialize_by_alias=True
    )


class Body(Representation):
    """What a client sends; a number is no text, and a text no number."""

    model_config = ConfigDict(strict=True)


def public_id(prefix: str) -> Any:  # noqa: ANN401 - what pydantic's Field returns.
    """Return what `Annotated[str, …]` takes for an id, which is the same text as in the graph."""
    return Field(
        pattern=rf"^{prefix}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$", examples=[f"{prefix}_{_EXAMPLE_ID}"]
    )


def _nodes(connection: Any) -> Any:  # noqa: ANN401 - what is no connection is left to be refused.
    return connection["nodes"] if isinstance(connection, dict) else connection


# GraphQL's integers have 32 bits.
Int = Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]

# A list that the graph gives as a connection.
Nodes = Annotated[list[ItemT], BeforeValidator(_nodes)]


class Money(Representation):
    """An amount of money."""

    amount: Decimal = Field(description="The amount in major units.", examples=["19.90"])
    currency: str = Field(description="The currency in ISO 4217.", examples=["EUR"])
    minor_units: int = Field(
        description="The same in the currency's smallest unit.", examples=[1990]
    )


class Page(Representation, Generic[ItemT]):
    """A page of a list."""

    items: list[ItemT] = Field(description="The entries, in order.")
    next: str | None = Field(
        description="Pass it as `after` for the next page, as the header `Link` does; null at the"
        " end."
    )
