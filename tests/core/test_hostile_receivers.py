"""A receiver can be anything, and harms nobody but itself."""

import asyncio
import gzip
from time import monotonic

import pytest

from core.sender import BODY_BYTES, Answer, SendingFailed, open_sender
from tests.core.receiver import ANYWHERE, BODY, dripping, post, receiver, saying

pytestmark = pytest.mark.anyio

LATE = "There was no whole answer in time."


@pytest.mark.parametrize(
    "beginning",
    [b"", b"HTTP/1.1 200 OK\r\nx: ", b"HTTP/1.1 200 OK\r\ncontent-length: 9000\r\n\r\n"],
    ids=["status", "headers", "body"],
)
async def test_a_slow_answer_has_its_end(beginning: bytes) -> None:
    began = monotonic()
    async with receiver(dripping(beginning)) as there, open_sender(ANYWHERE, seconds=0.3) as sender:
        with pytest.raises(SendingFailed) as failed:
            await sender.post(there.url(), {}, BODY)

    assert str(failed.value) == LATE
    assert 0.3 <= monotonic() - began < 5


async def test_an_endless_body_is_read_as_far_as_it_is_kept() -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
        while True:
            writer.write(b"a" * 65536)
            await writer.drain()

    async with receiver(endless) as there:
        answer = await post(there.url())

    assert answer == Answer(200, "a" * BODY_BYTES)


async def test_a_packed_body_stays_packed() -> None:
    bomb = gzip.compress(bytes(10_000_000), mtime=0)
    head = f"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {len(bomb)}\r\n\r\n"
    async with receiver(saying(head.encode() + bomb)) as there:
        answer = await post(there.url())

    assert answer.body == bomb[:BODY_BYTES].decode(errors="replace").replace("\0", "�")
    assert len(answer.body) <= len(bomb) < BODY_BYTES


async def test_a_body_is_text_that_the_database_takes() -> None:
    body = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\na\0\xffb"
    async with receiver(saying(body)) as there:
        answer = await post(there.url())

    assert answer.body == "a��b"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"220 mail.example " + b"ESMTP " * 100 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort",
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx: " + b"a" * 200_000 + b"\r\n\r\n",
    ],
    ids=["nothing", "mail", "negative", "short", "switch", "long"],
)
async def test_what_is_no_http_is_a_failure(answer: bytes) -> None:
    async with receiver(saying(answer)) as there:
        with pytest.raises(SendingFailed) as failed:
            await post(there.url())

    assert str(failed.value) not in {"", LATE}
    assert len(str(failed.value)) <= 200
