"""What one query, one client and all of them together may use of public SPARQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from catalog_service.settings import Settings
from catalog_service.sparql.model import Client
from ontology.limits import MIB

MAX_QUERY_CHARACTERS: Final = 200_000

MAX_BODY: Final = 2 * MIB
"""The longest query in a form, where most characters take three bytes or more."""

MAX_CELL_CHARACTERS: Final = 2_000
"""Characters of a value in the page's table; the answer itself has all of them."""

WAIT_SECONDS: Final = 5
"""How long a query waits for a thread, and in the quick lane for a worker."""

TURN_SECONDS: Final = 30
"""How long a query waits for its turn in the slow lane."""

QUICK_SECONDS: Final = 0.3
"""Work, in processor seconds, after which a query goes on in the slow lane.

Of 26 templates over 26,571 real records 23 end before it; a killed worker is ready again after as
long, so that a shorter one would only cost more of them.
"""

SHARED: Final = 32
"""Queries inside, running and waiting, that the clients who are inside have in equal parts."""

FULL: Final = 64
"""Queries inside at most; each holds a thread of those for queries."""

WINDOW_SECONDS: Final = 60
"""Time in which a client gets its seconds of work back."""

LEAST_SECONDS: Final = 0.005
"""Work that the cheapest query is charged."""

HOLD: Final = MIB
"""Bytes of an answer that is streamed, until which it is held back: one that is no longer is whole
before its first byte."""

_SETTINGS: Final = Settings.model_fields


@dataclass(frozen=True, slots=True)
class Share:
    """What a client may use."""

    timeout: float
    """Seconds of work after which a query is stopped."""
    max_rows: int
    """Solutions or triples of one answer."""
    max_bytes: int
    """Size of one answer."""
    seconds: float
    """Work within `WINDOW_SECONDS`."""


@dataclass(frozen=True, slots=True)
class SparqlLimits:
    """What one query, and one client, may use; ``token_…`` is for those who send a token."""

    timeout: float = _SETTINGS["sparql_timeout"].default
    """Seconds after which a query is stopped."""
    memory_mb: int = _SETTINGS["sparql_memory_mb"].default
    """Address space of one worker above its start, in MiB."""
    workers: int = _SETTINGS["sparql_workers"].default
    max_rows: int = _SETTINGS["sparql_max_rows"].default
    """Solutions or triples of one answer."""
    max_bytes: int = 16 * MIB
    """Size of one answer."""
    client_seconds: float = _SETTINGS["sparql_client_seconds"].default
    """Work of one client within `WINDOW_SECONDS`."""
    token_timeout: float = _SETTINGS["sparql_token_timeout"].default
    token_max_rows: int = _SETTINGS["sparql_token_max_rows"].default
    token_max_bytes: int = 1024 * MIB
    token_seconds: float = _SETTINGS["sparql_token_seconds"].default
    cache_mb: int = _SETTINGS["sparql_cache_mb"].default
    """Answers that are kept, in MiB."""
    quick_seconds: float = QUICK_SECONDS

    @classmethod
    def from_settings(cls, settings: Settings) -> SparqlLimits:
        """Return the limits that the settings set."""
        return cls(
            timeout=settings.sparql_timeout,
            memory_mb=settings.sparql_memory_mb,
            workers=settings.sparql_workers,
            max_rows=settings.sparql_max_rows,
            client_seconds=settings.sparql_client_seconds,
            token_timeout=settings.sparql_token_timeout,
            token_max_rows=settings.sparql_token_max_rows,
            token_seconds=settings.sparql_token_seconds,
            cache_mb=settings.sparql_cache_mb,
        )

    @property
    def slow(self) -> int:
        """Workers that long queries may have: half, so that short ones always find one.

        Of a single worker it is that one.
        """
        return max(1, self.workers // 2)

    def share(self, client: Client | None) -> Share:
        """Return what a client may use; None is the operator, with the public's limits."""
        if client is None or not client.registered:
            return Share(self.timeout, self.max_rows, self.max_bytes, self.client_seconds)
        return Share(
            max(self.timeout, self.token_timeout),
            max(self.max_rows, self.token_max_rows),
            max(self.max_bytes, self.token_max_bytes),
            max(self.client_seconds, self.token_seconds),
        )
