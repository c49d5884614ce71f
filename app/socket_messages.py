"""What a client may send over graphql-transport-ws.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

Id = Annotated[str, Field(min_length=1)]


class ConnectionInit(BaseModel):
    type: Literal["connection_init"]
    payload: dict[str, Any] = {}


class Heartbeat(BaseModel):
    type: Literal["ping", "pong"]
    payload: dict[str, Any] = {}


class Operation(BaseModel):
    query: str
    operation_name: Annotated[str | None, Field(alias="operationName")] = None
    variables: dict[str, Any] | None = None
    extensions: dict[str, Any] | None = None


class Subscribe(BaseModel):
    type: Literal["subscribe"]
    id: Id
    payload: Operation


class Complete(BaseModel):
    type: Literal["complete"]
    id: Id


_MESSAGE: TypeAdapter[object] = TypeAdapter(
    Annotated[ConnectionInit | Heartbeat | Subscribe | Complete, Field(discriminator="type")]
)


def fault_of(message: object) -> str | None:
    """Say what is wrong with a message, or None where it is one of the protocol's."""
    try:
        _MESSAGE.validate_python(message)
    except ValidationError as error:
        first = error.errors()[0]
        # The first name is that of the kind of message.
        place = ".".join(map(str, first["loc"][1:]))
        return f"{place}: {first['msg']}" if place else first["msg"]
    return None
