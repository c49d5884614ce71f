import pytest

from core.viewer import Viewer


@pytest.mark.parametrize(
    ("address", "network"),
    [
        (None, ""),
        ("a socket of this machine", "a socket of this machine"),
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_of_ipv6_the_network_tells_senders_apart(address: str | None, network: str) -> None:
    assert Viewer(address=address).network == network
