import socket
from collections.abc import Iterator

import pytest

from app.server import claim_port
from core.errors import SetupError
from core.settings import Settings


@pytest.fixture
def used_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_used_port_is_refused_with_a_way_out(used_port: int) -> None:
    with pytest.raises(SetupError) as refused:
        claim_port(Settings(), used_port)

    assert str(refused.value) == (
        f"Port {used_port} cannot be used (Address already in use): choose another, such as"
        f" PORT={used_port + 1}."
    )


def test_a_free_port_is_left_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    claim_port(Settings(), port)
    claim_port(Settings(), port)
