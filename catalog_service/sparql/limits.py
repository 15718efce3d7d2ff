"""What one query, one client and all of them together may use of public SPARQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from catalog_service.settings import Settings
from ontology.limits import MIB

MAX_QUERY_CHARACTERS: Final = 200_000

MAX_BODY: Final = 2 * MIB
"""The longest query in a form, where most characters take three bytes or more."""

MAX_CELL_CHARACTERS: Final = 2_000
"""Characters of a value in the page's table; the answer itself has all of them."""

WAIT_SECONDS: Final = 5
"""How long a query waits for a thread, for its client's other queries, and for a worker."""

CROWDED: Final = 12
"""Queries inside, running and waiting, from which a client may have but one of them."""

FULL: Final = 24
"""Queries inside at most. Each holds one of the 40 threads that answer everybody else, too."""

LEAST_SECONDS: Final = 0.02
"""Worker time that the cheapest query is charged."""

_SETTINGS: Final = Settings.model_fields


@dataclass(frozen=True, slots=True)
class SparqlLimits:
    """What one query, and one client, may use."""

    timeout: float = _SETTINGS["sparql_timeout"].default
    """Seconds after which a query is stopped."""
    memory_mb: int = _SETTINGS["sparql_memory_mb"].default
    """Address space of one worker above its start, in MiB."""
    workers: int = _SETTINGS["sparql_workers"].default
    max_rows: int = _SETTINGS["sparql_max_rows"].default
    """Solutions or triples of one answer."""
    max_bytes: int = 16 * 1024 * 1024
    """Size of one answer."""
    client_running: int = 1
    """Queries of one client that run at a time; more wait."""
    client_waiting: int = 8
    """Queries of one client that may wait."""
    client_seconds: float = 60.0
    """Worker time that a client may use at once."""
    client_refill: float = 0.5
    """Worker time that a client gets back each second."""

    @classmethod
    def from_settings(cls, settings: Settings) -> SparqlLimits:
        """Return the limits that the settings set; one worker is always left to other clients."""
        return cls(
            timeout=settings.sparql_timeout,
            memory_mb=settings.sparql_memory_mb,
            workers=settings.sparql_workers,
            max_rows=settings.sparql_max_rows,
            client_running=max(1, settings.sparql_workers - 1),
            client_refill=settings.sparql_workers / 4,
        )
