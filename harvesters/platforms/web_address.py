"""Web addresses as the client sends them: parsed once, strictly, and shown without secrets.

One parser for checking, connecting and sending: where two parsers read an address differently, one
host is checked and another one is asked. What is not plain is refused instead of being mended.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote, urlencode, urljoin

from harvesters.platforms.errors import ADDRESS_NOT_PLAIN
from ontology.errors import AtlasError

Origin = tuple[str, str, int]
"""Scheme, host and port."""

_PORTS: Final = {"http": 80, "https": 443}
_MAX_LENGTH: Final = 8_192
_SHOWN_LENGTH: Final = 300
_ADDRESS: Final = re.compile(
    r"(?P<scheme>https?)://"
    r"(?P<host>\[[0-9a-f:.]+\]|[^/?#@:\[\]\\%]+)"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[^?#]*)?"
    r"(?:\?(?P<query>[^#]*))?"
    r"(?:\#.*)?",
    re.IGNORECASE | re.ASCII,
)
_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.ASCII)
_NUMERIC: Final = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
_UNSEEN: Final = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]")
_KEPT: Final = "/?:@!$&'()*+,;=-._~%"
"""What stands for itself in a path or a query; an escape stays as it is."""
_SECRET_NAMES: Final = re.compile(
    r"(?:^|[_-])(?:key|token|secret|password|passwd|pwd|signature|sign|sig)$|apikey$|appkey$",
    re.IGNORECASE,
)
_PARAMETER: Final = re.compile(r"([^=&]*)=([^&]*)")
_USER: Final = re.compile(r"(?<=://)[^/?#]*@")


@dataclass(frozen=True, slots=True)
class WebAddress:
    """An absolute http or https address."""

    scheme: str
    host: str
    """In lower case and ASCII: a name, or an IP address without brackets."""
    port: int
    path: str
    query: str | None = None

    @property
    def origin(self) -> Origin:
        """Whom credentials and pauses belong to."""
        return self.scheme, self.host, self.port

    @property
    def authority(self) -> str:
        """Host and port as in the ``Host`` field; the port only where it is not the scheme's."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def target(self) -> str:
        """Path and query, as in the first line of a request."""
        return self.path if self.query is None else f"{self.path}?{self.query}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"

    def shown(self) -> str:
        """Return the address for messages and logs: shortened, values of secrets cut out."""
        return shown(str(self))

    def with_parameters(self, params: Mapping[str, str] | None) -> WebAddress:
        """Return the address with parameters added to its query."""
        if not params:
            return self
        added = urlencode(params)
        return replace(self, query=f"{self.query}&{added}" if self.query else added)

    def without_parameter(self, name: str) -> WebAddress:
        """Return the address without any parameter of that (encoded or plain) name."""
        if self.query is None:
            return self
        names = {name, urlencode({name: ""})[:-1], quote(name)}
        kept = [part for part in self.query.split("&") if part.partition("=")[0] not in names]
        return replace(self, query="&".join(kept) or None)

    def joined(self, reference: str) -> WebAddress:
        """Return the address that a ``Location`` field names; raises as `parse` does.

        The error shows no query: a server may repeat a key there, under any name.
        """
        # urljoin drops line ends and tabs; browsers read a backslash as a slash, it does not.
        if _UNSEEN.search(reference) or "\\" in reference:
            raise _not_plain(reference)
        try:
            return parse(urljoin(str(self), reference))
        except (ValueError, AtlasError):
            raise _not_plain(reference) from None


def parse(address: str) -> WebAddress:
    """Read an address; raises `AtlasError` (``address-not-plain``).

    Letters beyond ASCII in path and query are escaped (UTF-8), in a host name encoded (IDNA).
    """
    found = _ADDRESS.fullmatch(address.replace(" ", "%20")) if _is_sane(address) else None
    host = _plain_host(found["host"]) if found else None
    if found is None or host is None:
        raise AtlasError(ADDRESS_NOT_PLAIN, url=shown(address))
    scheme = found["scheme"].lower()
    port = int(found["port"]) if found["port"] else _PORTS[scheme]
    if not 0 < port < 65_536:
        raise AtlasError(ADDRESS_NOT_PLAIN, url=shown(address))
    query = found["query"]
    return WebAddress(
        scheme,
        host,
        port,
        quote(found["path"] or "/", safe=_KEPT),
        None if query is None else quote(query, safe=_KEPT),
    )


def shown(address: str) -> str:
    """Return what may be an address for messages: without user, secrets and control codes."""
    text = _USER.sub("***@", address[:_MAX_LENGTH])
    text = _PARAMETER.sub(_masked, text) if "=" in text else text
    text = _UNSEEN.sub("�", text)
    return text if len(text) <= _SHOWN_LENGTH else f"{text[:_SHOWN_LENGTH]}…"


def _not_plain(reference: str) -> AtlasError:
    return AtlasError(ADDRESS_NOT_PLAIN, url=shown(reference.partition("?")[0]))


def _masked(parameter: re.Match[str]) -> str:
    before, _, name = parameter[1].rpartition("?")
    if not _SECRET_NAMES.search(name):
        return parameter[0]
    return f"{before}?{name}=***" if before else f"{name}=***"


def _is_sane(address: str) -> bool:
    if len(address) > _MAX_LENGTH or not address.isprintable():
        return False
    # A space is common in paths that people typed; nowhere else does one belong.
    return not re.match(r"[^/]*//[^/?#]* ", address)


def _plain_host(host: str) -> str | None:
    """Return a host as it is resolved; None for what is not written plainly."""
    host = host.lower()
    if host.startswith("["):
        try:
            return str(ipaddress.IPv6Address(host[1:-1]))
        except ValueError:
            return None
    if not host.isascii():
        encoded = _international(host)
        if encoded is None:
            return None
        host = encoded
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    if _NUMERIC.fullmatch(labels[-1]):
        # An IPv4 address, or one of the spellings of it that resolvers understand: octal,
        # hexadecimal, fewer than four numbers.
        try:
            return host if str(ipaddress.IPv4Address(host)) == host else None
        except ValueError:
            return None
    return host


def _international(host: str) -> str | None:
    """Return a host name with other letters in IDNA; None where a mapping would change it.

    Full-width and enclosed digits, ligatures and ideographic dots become ASCII in some resolvers:
    they are refused, as are digits of other scripts.
    """
    if unicodedata.normalize("NFKC", host) != host:
        return None
    if any(not c.isascii() and unicodedata.category(c)[0] not in "LM" for c in host):
        return None
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return None
