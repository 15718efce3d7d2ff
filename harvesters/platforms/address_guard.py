"""Which addresses a source may be at: public ones, and those that were allowed for it.

The networks are those of IANA's registries of special-purpose addresses (RFC 6890) that are not
globally reachable, and every IPv6 network that carries an IPv4 address inside.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from harvesters.platforms.errors import ADDRESS_FORBIDDEN, ALLOWANCE_NOT_PLAIN
from harvesters.platforms.web_address import parse
from ontology.errors import AtlasError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_FORBIDDEN_4: Final = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT; some clouds' metadata
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # the host agent of Azure
        "169.254.0.0/16",  # link-local, metadata of clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # IETF protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_FORBIDDEN_6: Final = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "::/128",  # unspecified
        "::1/128",  # loopback
        "::/96",  # IPv4-compatible
        "64:ff9b:1::/48",  # NAT64 of local use
        "100::/64",  # discard
        "2001::/23",  # Teredo, benchmarks, ORCHID and other protocols
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which no resolver should give since RFC 7526
        "2620:4f:8000::/48",  # AS112
        "3ffe::/16",  # 6bone, returned
        "3fff::/20",  # documentation
        "fc00::/7",  # private
        "fe80::/10",  # link-local
        "fec0::/10",  # site-local
        "ff00::/8",  # multicast
        # All else that is not in 2000::/3, from which alone addresses are given out.
        "::/3",
        "4000::/2",
        "8000::/1",
    )
)
_MAPPED: Final = ipaddress.IPv6Network("::ffff:0:0/96")
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_ISATAP: Final = frozenset({0x00005EFE, 0x02005EFE})
"""Bits 64 to 95 of an address that tunnels to the IPv4 address in its last 32 bits (RFC 5214)."""
_BY_NUMBER_ONLY: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        *("::/128", "fe80::/10", "ff00::/8"),
        *("100.100.100.200/32", "fd00:ec2::/32"),  # metadata of Alibaba Cloud and of AWS
        "168.63.129.16/32",
    )
)
"""Where no platform is: an allowed *name* does not open these, only an allowed number does. Who
controls the name could otherwise lead the client to the metadata of a cloud."""
_WITH_PORT: Final = re.compile(r"(?:\[(?P<bracketed>[^\]]+)\]|(?P<plain>[^:\[\]]+)):(?P<port>\d+)")


@dataclass(frozen=True, slots=True)
class Allowance:
    """One address that was allowed: a host name or a network, on one port or on all."""

    host: str | None
    network: Network | None
    port: int | None

    def covers(self, host: str, address: Address, port: int) -> bool:
        """Tell whether it lets the client reach an address, asked for by a host's name."""
        if self.port is not None and self.port != port:
            return False
        if self.network is not None:
            return _within(address, self.network)
        return host == self.host and not any(_within(address, net) for net in _BY_NUMBER_ONLY)


def read_allowance(value: str) -> Allowance:
    """Read ``HOST``, ``IP`` or ``NETWORK``, with ``:PORT`` or without.

    Raises `AtlasError` (``allowance-not-plain``).
    """
    found = _WITH_PORT.fullmatch(value)
    place = (found["bracketed"] or found["plain"]) if found else value.strip("[]")
    port = int(found["port"]) if found else None
    if port is not None and not 0 < port < 65_536:
        raise AtlasError(ALLOWANCE_NOT_PLAIN, value=value)
    try:
        return Allowance(None, ipaddress.ip_network(place), port)
    except ValueError:
        pass
    try:
        address = parse(f"http://{place}")
    except AtlasError:
        raise AtlasError(ALLOWANCE_NOT_PLAIN, value=value) from None
    if str(address) != f"http://{address.host}/" or "#" in place:
        raise AtlasError(ALLOWANCE_NOT_PLAIN, value=value)
    return Allowance(address.host, None, port)


class AddressGuard:
    """Judges addresses for one source."""

    def __init__(self, allow: Iterable[str] = ()) -> None:
        """Read what is allowed beside public addresses; raises as `read_allowance` does."""
        self._allowances = tuple(read_allowance(value) for value in allow)

    def check(self, host: str, address: Address, port: int) -> None:
        """Raise `AtlasError` (``address-forbidden``) where the address may not be connected to."""
        network = forbidden_network(address)
        if network is None:
            return
        # An allowed IPv4 network covers its addresses as IPv6 translates them, too.
        reached = [address]
        if isinstance(address, ipaddress.IPv6Address) and _is_translated(address):
            reached.append(_carried(address))
        if any(rule.covers(host, one, port) for rule in self._allowances for one in reached):
            return
        raise AtlasError(ADDRESS_FORBIDDEN, host=host, address=str(address), network=str(network))


def forbidden_network(address: Address) -> Network | None:
    """Return the network for which an address is not public; None for a public address."""
    if isinstance(address, ipaddress.IPv4Address):
        return next((network for network in _FORBIDDEN_4 if address in network), None)
    is_tunnel = (int(address) >> 32) & 0xFFFFFFFF in _ISATAP
    if _is_translated(address) or is_tunnel:
        found = forbidden_network(_carried(address))
        if found is not None or not is_tunnel:
            return found
    return next((network for network in _FORBIDDEN_6 if address in network), None)


def _is_translated(address: ipaddress.IPv6Address) -> bool:
    return address in _MAPPED or address in _NAT64


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address:
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


def _within(address: Address, network: Network) -> bool:
    return address.version == network.version and address in network
