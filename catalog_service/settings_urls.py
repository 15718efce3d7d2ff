"""Addresses in the settings: which can be one, and how they are shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

_NO_IRI: Final = re.compile(r"[\x00-\x20\x7f<>\"{}|\\^`]")


def check_http(address: str) -> None:
    """Raise `ValueError` for what is not an absolute http(s) address without query or fragment."""
    if _NO_IRI.search(address) or "?" in address or "#" in address:
        raise ValueError("an address without spaces, query or fragment is needed")
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError("an absolute address is needed, http://… or https://…")


def without_user(address: str) -> str:
    """Return an address for messages and logs, without user name and password."""
    return re.sub(r"^([a-z][a-z0-9+.-]*://)[^/]*@", r"\1***@", address, flags=re.IGNORECASE)


MAIL_ADDRESS: Final = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$"
"""The address of HTML's ``<input type=email>``: one line, ASCII, without comments and quotes."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server that takes e-mail (SMTP)."""

    host: str
    port: int
    tls: Literal["implicit", "starttls", "off"]
    user: str = ""
    password: str = field(default="", repr=False)


def check_mail_address(address: str) -> None:
    """Raise `ValueError` for what is no e-mail address."""
    if not re.fullmatch(MAIL_ADDRESS, address):
        raise ValueError("an e-mail address is needed, such as atlas@example.org")


def mail_server(address: str) -> MailServer:
    """Read the address of a mail server; raises `ValueError`, whose text does not quote it."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        # Not chained: the cause may quote the password.
        raise ValueError("host and port cannot be told; escape what is special (%40)") from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path.strip("/"):
        raise ValueError("smtp://host:port or smtps://host:port is needed")
    if parts.query not in ("", "starttls=off") or parts.fragment:
        raise ValueError("nothing but ?starttls=off can follow")
    tls: Literal["implicit", "starttls", "off"] = "starttls"
    if parts.scheme == "smtps":
        tls = "implicit"
    elif parts.query:
        tls = "off"
    if tls == "off" and parts.username:
        raise ValueError("a password is sent over TLS alone; leave ?starttls=off out")
    return MailServer(
        parts.hostname,
        port or (465 if tls == "implicit" else 25 if tls == "off" else 587),
        tls,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )
