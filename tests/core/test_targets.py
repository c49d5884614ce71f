"""Requests for others go to the public internet only, however a URL is written."""

from collections.abc import Mapping
from ipaddress import ip_address

import pytest

from core.settings import Settings
from core.targets import Resolve, TargetRefused, Targets, is_public

pytestmark = pytest.mark.anyio

PUBLIC = "93.184.215.14"
PUBLIC_6 = "2606:2800:21f:cb07:6820:80da:af6b:8b2c"


def names(known: Mapping[str, list[str]]) -> Resolve:
    """Stand in for the name servers."""

    async def resolve(host: str, _port: int) -> list[str]:
        if host not in known:
            raise OSError("Name or service not known")
        return known[host]

    return resolve


OPEN = Targets(private=False, resolve=names({"shop.example": [PUBLIC, PUBLIC_6]}))


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 - nothing listens on it.
        *["10.1.2.3", "127.0.0.1", "127.9.9.9", "169.254.169.254", "172.16.0.1"],
        *["192.168.0.1", "100.64.0.1", "100.100.100.200", "192.0.0.192", "192.0.2.1", "198.18.0.1"],
        *["192.88.99.1", "168.63.129.16", "224.0.0.1", "239.255.255.250", "240.0.0.1"],
        "255.255.255.255",
        *["::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1"],
        *["::ffff:127.0.0.1", f"::ffff:{PUBLIC}", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1"],
        *["2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1", "3fff::1", "100::1", "4000::1"],
    ],
)
def test_an_address_outside_of_the_public_internet(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", [PUBLIC, PUBLIC_6, "1.1.1.1", "100.63.0.1", "192.0.1.1", "2001:4860:4860::8888"]
)
def test_a_public_address(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host",
    [
        *["127.0.0.1", "127.1", "0", "2130706433", "0x7f.1", "0x7f000001", "017700000001"],
        *[
            "127。0。0。1",
            "169.254.169.254",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::127.0.0.1]",
        ],
        *["[fe80::1%lo]", "[64:ff9b::127.0.0.1]", "localhost", "localhost."],
        *["LOCALHOST", ".localhost", "localhost..", "a" * 70 + ".example"],
    ],
)
async def test_a_name_of_this_machine_is_refused_as_the_system_reads_it(host: str) -> None:
    with pytest.raises(TargetRefused, match="has no address, or one outside of the public"):
        await Targets(private=False).check(f"https://{host}/hook")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://shop.example/", "The URL has to begin with https://."),
        ("ftp://shop.example/", "The URL has to begin with https://."),
        ("//shop.example/", "The URL has to begin with https://."),
        ("shop.example", "The URL has to begin with https://."),
        ("https:///hook", "The URL names no host."),
        ("https://user:password@shop.example/", "The URL must not hold a user or a password."),
        (r"https://shop.example\@127.0.0.1/", "The URL must not hold a user or a password."),
        ("https://shop.example:25/", "The port has to be 443, or from 1024 to 65535."),
        ("https://shop.example:0/", "The port has to be 443, or from 1024 to 65535."),
        ("https://shop.example:66000/", "The port has to be 443, or from 1024 to 65535."),
        ("https://[::1/", "This is not a URL."),
        ("https://shop.example\n/", "This is not a URL."),
        ("https://①②⑦.0.0.1/", "This is not a URL."),
        ("https://0177.0.0.1/", "This is not a URL."),
    ],
)
async def test_a_url_is_refused_for_its_form(url: str, reason: str) -> None:
    with pytest.raises(TargetRefused) as refused:
        await OPEN.check(url)

    assert str(refused.value) == reason


@pytest.mark.parametrize("url", ["https://shop.example", "HTTPS://Shop.Example:443/a?b#c"])
async def test_a_name_with_public_addresses_is_taken(url: str) -> None:
    await OPEN.check(url)


@pytest.mark.parametrize("private", ["127.0.0.1", "10.0.0.1", "::1"])
async def test_one_private_address_among_public_ones_is_enough(private: str) -> None:
    resolve = names({"shop.example": [PUBLIC, private, PUBLIC_6]})

    with pytest.raises(TargetRefused):
        await Targets(private=False, resolve=resolve).addresses("shop.example", 443)


async def test_nobody_learns_which_names_there_are_within() -> None:
    resolve = names({"vault.internal": ["10.0.0.1"]})
    reasons = []
    for name in ("vault.internal", "vaults.internal"):
        with pytest.raises(TargetRefused) as refused:
            await Targets(private=False, resolve=resolve).check(f"https://{name}/")
        reasons.append(str(refused.value).removeprefix(name))

    assert reasons[0] == reasons[1]


async def test_a_laptop_may_allow_itself() -> None:
    assert not Targets.of(Settings()).private
    allowed = Targets.of(Settings(webhook_private_targets=True))

    await allowed.check("http://127.0.0.1:8000/hook")
    await allowed.check("http://localhost/hook")
    with pytest.raises(TargetRefused, match="begin with https"):
        await allowed.check("ftp://127.0.0.1/")
