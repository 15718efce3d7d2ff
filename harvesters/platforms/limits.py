"""How much of an answer is taken in before the request is given up."""

from __future__ import annotations

from dataclasses import dataclass

from ontology.limits import MIB


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """Bounds of one request, its redirects included; what is said in bytes holds per answer."""

    seconds: float = 60.0
    """From connecting to the last byte, however the bytes are spread over it. Waiting for the
    host's turn and pauses between repetitions do not count."""
    connect_seconds: float = 10.0
    """For one address of a host; a host with several is tried within ``seconds``."""
    head: int = 64 * 1024
    """Status line and header fields, interim answers (1xx) included."""
    body: int = 64 * MIB
    """Unpacked."""
    ratio: int = 200
    """Unpacked to packed size, looked at after the first 8 MiB."""
    redirects: int = 5
