"""No spelling of an address, no answer of a resolver leads to a place that was not allowed."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator

import pytest

from harvesters.platforms.address_guard import AddressGuard, forbidden_network, read_allowance
from harvesters.platforms.http import GuardedClient
from harvesters.platforms.politeness import HostTurns, Politeness
from harvesters.platforms.web_address import parse, shown
from ontology.errors import AtlasError

SPELLINGS = (
    # names and plain numbers
    *(
        "localhost",
        "127.0.0.1",
        "127.8.9.10",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
    ),
    *("192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.192"),
    *("192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "240.0.0.1"),
    *("255.255.255.255", "192.88.99.1"),
    # other spellings of 127.0.0.1 and 169.254.169.254
    *("127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001"),
    *("127.0.0.01", "00127.0.0.1", "0x7f.1", "3232235521", "0xa9fea9fe", "2852039166"),
    *("0251.0376.0251.0376", "169.254.43518", "127.0.0.1.", "localhost.", "127.0.0.256", "0"),
    *("127.0.0.0x1", "1.2.3.4.5", "127.0.0.1%00", "127%2e0%2e0%2e1", "%6cocalhost", "127.0.0.1%20"),
    # letters and digits that some resolvers map
    *("１２７.0.0.1", "127。0。0。1", "127．0．0．1", "①②⑦.⓪.⓪.①", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "ｌocalhost"),
    *("١٢٧.0.0.1", "local\u200bhost", "loc\u00adalhost", "𝟏𝟐𝟕.0.0.1"),
    # IPv6, and IPv4 inside it
    *("[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[fe80::1]", "[fe80::1%25lo]", "[fe80::1%lo]"),
    *("[fc00::1]", "[fd00:ec2::254]", "[fec0::1]", "[ff02::1]", "[2001:db8::1]", "[3fff::1]"),
    *("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:a9fe:a9fe]", "[::127.0.0.1]"),
    *("[::ffff:0:127.0.0.1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[64:ff9b::127.0.0.1]"),
    *("[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::a00:1]", "[2001:4860::5efe:10.0.0.1]", "[100::1]"),
    *("[fe80::5efe:808:808]", "[4000::1]", "[2001:2::1]", "[::ffff:0x7f.1]", "[127.0.0.1]"),
    # what only looks like another host
    *(
        "user@127.0.0.1",
        "example.com@127.0.0.1",
        "127.0.0.1\\@example.com",
        "example.com:80@localhost",
    ),
    *("127.0.0.1#@example.com", "127.0.0.1?@example.com", "example.com\\.localhost", "local host"),
    *(
        "127.0.0.1\t",
        "127.0.0.1\r\nHost: example.com",
        "127.0.0.1:",
        "127.0.0.1:0",
        "127.0.0.1:99999",
    ),
    *("", "-", ".", "..", "a..b", "[", "[]", "[::1", "::1", "[::1]x", "127.0.0.1:８０"),
)


@pytest.fixture(scope="module")
def listener() -> Iterator[socket.socket]:
    """What would be reached: the loopback interface, IPv4 and IPv6."""
    with socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as server:
        server.setblocking(False)
        yield server


def resolve(host: str, port: int) -> list[str]:
    """The system's resolver, without leaving this machine."""
    if host in ("localhost", "localhost."):
        return ["127.0.0.1", "::1"]
    # What the C library makes of numbers in whatever spelling.
    return [
        str(found[4][0]) for found in socket.getaddrinfo(host, port, flags=socket.AI_NUMERICHOST)
    ]


@pytest.fixture(scope="module")
def client() -> Iterator[GuardedClient]:
    polite = Politeness(per_second=None, attempts=1)
    connected = []

    def connect(address: str, port: int, seconds: float) -> socket.socket:
        connected.append(address)
        return socket.create_connection((address, port), seconds)

    with GuardedClient(
        "http://a.example",
        turns=HostTurns(),
        agent="t",
        politeness=polite,
        resolve=resolve,
        connect=connect,
    ) as made:
        yield made
    assert connected == []


def test_no_spelling_reaches_the_loopback(listener: socket.socket, client: GuardedClient) -> None:
    port = listener.getsockname()[1]
    assert len(SPELLINGS) >= 100
    for spelling in SPELLINGS:
        has_port = spelling.rpartition("]")[2].count(":") > 0
        for url in (f"http://{spelling}{'' if has_port else f':{port}'}/x", f"http://{spelling}"):
            with pytest.raises(AtlasError) as raised:
                client.request("GET", url)
            assert raised.value.code in ("address-forbidden", "address-not-plain"), url
    with pytest.raises(BlockingIOError):
        listener.accept()


@pytest.mark.parametrize(
    "url",
    [
        *(
            "ftp://example.com/",
            "file:///etc/passwd",
            "gopher://localhost/",
            "data:,x",
            "//a.example/",
        ),
        *(
            "javascript:1",
            "http:/a.example/",
            "http:a.example",
            "a.example",
            "",
            "http://",
            "unix:/x",
        ),
        *(
            "https+x://a.example/",
            " http://a.example/\n",
            "http://a.example/\x00",
            "HTTP//a.example",
        ),
    ],
)
def test_other_schemes_and_shapes_are_refused(url: str, client: GuardedClient) -> None:
    with pytest.raises(AtlasError) as raised:
        client.request("GET", url)
    assert raised.value.code == "address-not-plain"


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("HTTP://A.Example", "http://a.example/"),
        ("https://a.example:443/x?y#z", "https://a.example/x?y"),
        ("http://a.example:8080?q=1", "http://a.example:8080/?q=1"),
        ("http://8.8.8.8/", "http://8.8.8.8/"),
        ("http://[2001:4860:4860::8888]:81/", "http://[2001:4860:4860::8888]:81/"),
        (
            "http://数据.example/目录?名=值",
            "http://xn--vxup8b.example/%E7%9B%AE%E5%BD%95?%E5%90%8D=%E5%80%BC",
        ),
        ("http://a.example/a b/%E7?c=d e", "http://a.example/a%20b/%E7?c=d%20e"),
        ("http://a_b.example/x@y", "http://a_b.example/x@y"),
    ],
)
def test_plain_addresses_are_taken(url: str, sent: str) -> None:
    assert str(parse(url)) == sent


def test_public_addresses_pass() -> None:
    for text in ("8.8.8.8", "114.114.114.114", "2001:4860:4860::8888", "2400:3200::1"):
        assert forbidden_network(ipaddress.ip_address(text)) is None
    for text in ("::ffff:8.8.8.8", "64:ff9b::8.8.8.8"):
        assert forbidden_network(ipaddress.ip_address(text)) is None


@pytest.mark.parametrize(
    ("allowed", "host", "address", "port", "passes"),
    [
        ("10.1.2.3", "h", "10.1.2.3", 80, True),
        ("10.1.2.3", "h", "10.1.2.4", 80, False),
        ("10.0.0.0/8", "h", "10.9.9.9", 443, True),
        ("10.0.0.0/8", "h", "64:ff9b::a09:909", 443, True),
        ("10.0.0.0/8", "h", "fe80::5efe:a09:909", 443, False),
        ("10.1.2.3:8080", "h", "10.1.2.3", 8080, True),
        ("10.1.2.3:8080", "h", "10.1.2.3", 80, False),
        ("[fd00::/8]:443", "h", "fd12::1", 443, True),
        ("[fd00::/8]:443", "h", "fd12::1", 80, False),
        ("::1", "h", "::1", 80, True),
        ("inner.gov", "inner.gov", "10.1.2.3", 80, True),
        ("Node1", "node1", "10.1.2.3", 80, True),
        ("inner.gov:81", "inner.gov", "10.1.2.3", 80, False),
        ("inner.gov", "x.inner.gov", "10.1.2.3", 80, False),
        # A name opens no place where there are no platforms, whoever controls it.
        ("inner.gov", "inner.gov", "169.254.169.254", 80, False),
        ("inner.gov", "inner.gov", "100.100.100.200", 80, False),
        ("inner.gov", "inner.gov", "0.0.0.0", 80, False),
        ("inner.gov", "inner.gov", "fd00:ec2::254", 80, False),
        ("169.254.0.0/16", "h", "169.254.169.254", 80, True),
    ],
)
def test_what_was_allowed_passes_and_nothing_else(
    allowed: str, host: str, address: str, port: int, passes: bool
) -> None:
    guard = AddressGuard([allowed])
    if passes:
        guard.check(host, ipaddress.ip_address(address), port)
    else:
        with pytest.raises(AtlasError, match="address-forbidden"):
            guard.check(host, ipaddress.ip_address(address), port)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "10.1",
        "10.1.2.3/8",
        "a.example:0",
        "a.example/x",
        "http://a.example",
        "1",
        "*",
        "a#b",
        "a?b",
    ],
)
def test_what_is_no_address_cannot_be_allowed(value: str) -> None:
    with pytest.raises(AtlasError, match="allowance-not-plain"):
        read_allowance(value)


def test_addresses_are_shown_without_secrets() -> None:
    assert (
        shown("http://me:pw@a.example/x?appkey=S&page=2")
        == "http://***@a.example/x?appkey=***&page=2"
    )
    assert shown("/x?page=1&access_token=S&api_key=S") == "/x?page=1&access_token=***&api_key=***"
    assert shown("http://a.example/\x1b[2J") == "http://a.example/�[2J"
