"""A body reaches who it is for, at addresses that were checked, and nobody else."""

from pathlib import Path

import pytest

from core.embedded.ports import free_port
from core.sender import Answer, SendingFailed, open_sender
from core.targets import TargetRefused, Targets
from tests.core.certificates import certified
from tests.core.receiver import ANYWHERE, BODY, OK, post, receiver, saying

pytestmark = pytest.mark.anyio

PUBLIC = "93.184.215.14"


class Names:
    """Stands in for the name servers, whose answers follow each other; the last one stays."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, int]] = []

    async def resolve(self, host: str, port: int) -> list[str]:
        self.asked.append((host, port))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


async def test_a_body_is_posted_with_its_headers() -> None:
    async with receiver(OK) as there:
        answer = await post(there.url())

    assert (answer, answer.is_success) == (Answer(200, "fine"), True)
    head = [
        "POST /hook?a=b HTTP/1.1",
        f"Host: 127.0.0.1:{there.port}",
        "User-Agent: PyShop",
        "Accept-Encoding: identity",
        "content-type: application/json",
        "Content-Length: 16",
    ]
    assert [(head.splitlines(), body) for head, body in there.requests] == [([*head, ""], BODY)]


async def test_each_request_has_a_connection_of_its_own() -> None:
    async with receiver(OK) as there, open_sender(ANYWHERE) as sender:
        answers = [await sender.post(there.url(), {}, BODY) for _ in range(3)]

    assert [each.is_success for each in answers] == [True] * 3
    assert there.connections == 3


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 410, 500])
async def test_another_answer_is_no_success_and_no_redirect_is_followed(status: int) -> None:
    head = f"HTTP/1.1 {status} No\r\nlocation: /other\r\ncontent-length: 0\r\n\r\n"
    async with receiver(saying(head.encode())) as there:
        answer = await post(there.url())

    assert (answer, answer.is_success) == (Answer(status, ""), False)
    assert there.connections == len(there.requests) == 1


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_nothing_is_connected_to_that_is_not_public(scheme: str) -> None:
    async with receiver(OK) as there:
        with pytest.raises(TargetRefused):
            await post(there.url("127.0.0.1", scheme), Targets(private=False))

    assert there.connections == 0


async def test_a_name_that_has_become_private_is_refused_at_connect() -> None:
    names = Names([PUBLIC], ["127.0.0.1"])
    targets = Targets(private=False, resolve=names.resolve)
    async with receiver(OK) as there:
        await targets.check(there.url("shop.example", "https"))
        with pytest.raises(TargetRefused):
            await post(there.url("shop.example", "https"), targets)

    assert names.asked == [("shop.example", there.port)] * 2
    assert there.connections == 0


async def test_the_address_that_was_checked_is_the_one_connected_to() -> None:
    names = Names(["127.0.0.1"], ["::1"])
    async with receiver(OK) as there:
        answer = await post(there.url("shop.example"), Targets(private=True, resolve=names.resolve))

    assert answer.is_success
    assert names.asked == [("shop.example", there.port)]
    assert f"Host: shop.example:{there.port}" in there.requests[0][0]


@pytest.mark.parametrize("addresses", [["::1", "127.0.0.1"], ["127.0.0.1", "::1"]])
async def test_every_address_is_tried_until_somebody_listens(addresses: list[str]) -> None:
    targets = Targets(private=True, resolve=Names(addresses).resolve)
    async with receiver(OK) as there:
        answer = await post(there.url("shop.example"), targets)

    assert answer.is_success


async def test_nobody_listens() -> None:
    with pytest.raises(SendingFailed, match="All connection attempts failed"):
        await post(f"http://127.0.0.1:{free_port()}/")


async def test_a_name_that_is_not_known_may_be_known_later() -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        raise OSError("Temporary failure in name resolution")

    with pytest.raises(SendingFailed, match="Temporary failure in name resolution"):
        await post("https://shop.example/", Targets(private=False, resolve=resolve))


async def test_tls_verifies_the_name_and_not_the_address(tmp_path: Path) -> None:
    tls, trust = certified("shop.example", tmp_path)
    targets = Targets(private=True, resolve=Names(["127.0.0.1"]).resolve)
    async with receiver(OK, tls) as there:
        answer = await post(there.url("shop.example", "https"), targets, trust)
        with pytest.raises(SendingFailed, match="Hostname mismatch"):
            await post(there.url("other.example", "https"), targets, trust)
        with pytest.raises(SendingFailed, match="self-signed certificate"):
            await post(there.url("shop.example", "https"), targets)

    assert answer.is_success
    assert len(there.requests) == 1


async def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    async with receiver(OK) as there:
        assert (await post(there.url())).is_success
