"""Hosts that an operator names in a setting, each with a port or without."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_NAME: Final = re.compile(r"\*|[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")
_WITH_PORT: Final = re.compile(r"(?P<host>\[[^\]]*\]|[^:]*):(?P<port>[0-9]{1,5})")
_PORTS: Final = {"http": 80, "https": 443}
ALL_HOSTS: Final = "*"


@dataclass(frozen=True, slots=True)
class NamedHost:
    """A name with all below it, an IP address, or `ALL_HOSTS`; ``port`` None: the scheme's own."""

    host: str
    port: int | None

    def covers(self, scheme: str, host: str, port: int) -> bool:
        """Tell whether an address is at this host and port; ``host`` without brackets."""
        if port != (_PORTS[scheme] if self.port is None else self.port):
            return False
        is_below = host.endswith(f".{self.host}") and not self.host[-1].isdecimal()
        return is_below or self.host in (ALL_HOSTS, host)


@lru_cache(maxsize=16)
def named_hosts(value: str) -> tuple[NamedHost, ...]:
    """Read ``HOST``, ``HOST:PORT``, ``IPv6`` or ``[IPv6]:PORT``, separated by commas.

    Raises ValueError, which names the one that is none.
    """
    return tuple(_named(one) for one in value.split(",") if one)


def _named(value: str) -> NamedHost:
    with_port = None if _is_ipv6(value) else _WITH_PORT.fullmatch(value)
    host = with_port["host"] if with_port else value
    port = int(with_port["port"]) if with_port else None
    plain = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    is_host = _is_ipv6(plain) or (plain == host and _NAME.fullmatch(host))
    if not is_host or (port is not None and not 0 < port < 65_536):
        raise ValueError(f"{value} is no host name, no IP address and not *, with a port or not")
    return NamedHost(str(ipaddress.IPv6Address(plain)) if _is_ipv6(plain) else plain, port)


def _is_ipv6(value: str) -> bool:
    try:
        ipaddress.IPv6Address(value)
    except ValueError:
        return False
    return "%" not in value
