"""Entries of the audit: what is told, and what is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Final

from catalog_service.acting import acting
from catalog_service.audit.events import EVENTS

GENESIS: Final = "0" * 64
"""What the first entry names as the hash before its own."""

_NOT_STORED: Final = {0: "\ufffd"}
"""Neither database keeps a NUL in a text."""


def _actor() -> str:
    return acting().actor


def _network() -> str | None:
    return truncated(acting().find_network())


def truncated(address: str | None) -> str | None:
    """Return the network of a client: /24 of IPv4, /48 of IPv6; None for what is no address.

    It tells a department's network from a foreign one, and names no household.
    """
    if address is None:
        return None
    try:
        found = ip_address(address.partition("/")[0])
    except ValueError:
        return None
    return str(ip_network((found, 24 if found.version == 4 else 48), strict=False))


@dataclass(frozen=True, slots=True)
class Entry:
    """What is told to the audit: made where it happens, so that it knows who acts there.

    Raises ``ValueError`` for an action that is not in the registry.
    """

    action: str
    """A name of `EVENTS`."""
    subject: str | None = None
    """IRI of what it was done to, or ``source:ID``, ``run:ID``, ``token:ID``, ``person:ID``."""
    source: str | None = field(default=None, kw_only=True)
    """The source that the subject belongs to, and so to its organization."""
    organization: str | None = field(default=None, kw_only=True)
    """IRI of the organization that the subject belongs to, where no source says it."""
    reason: str | None = field(default=None, kw_only=True)
    details: Mapping[str, object] = field(default_factory=dict, kw_only=True)
    """Further facts, as JSON can tell them: no secrets, persons as references only."""
    actor: str = field(default_factory=_actor, kw_only=True)
    network: str | None = field(default_factory=_network, kw_only=True)

    def __post_init__(self) -> None:
        if self.action not in EVENTS:
            raise ValueError(f"{self.action!r} is no action of catalog_service.audit.events")


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry as it stands in the chain."""

    number: int
    """From 1, without gaps, in the order of commits."""
    time: datetime
    actor: str
    action: str
    subject: str | None
    organization: str | None
    reason: str | None
    network: str | None
    details: str
    """JSON, as it was hashed."""
    previous: str
    hash: str
    """SHA-256 of all others (`catalog_service.audit.chain`), in hexadecimal."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry: kept elsewhere, it shows later whether the end was cut off."""

    number: int
    hash: str
    time: datetime | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are looked for; what is None is any, one of several where there are more."""

    actor: str | Sequence[str] | None = None
    action: str | None = None
    subject: str | Sequence[str] | None = None
    organization: str | Sequence[str] | None = None
    start: datetime | None = None
    """From this time on."""
    end: datetime | None = None
    """Before this time."""
    within: frozenset[str] | None = None
    """Of these organizations, all that the reader may read; None: all."""


def plain_text(text: str | None) -> str | None:
    """Return a text that both databases store as it is."""
    if text is None:
        return None
    return text.encode("utf-8", "replace").decode().translate(_NOT_STORED)
