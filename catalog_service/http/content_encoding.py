"""Compressed answers: which coding a client takes, and bodies in it (RFC 9110, 8.4 and 12.5.3)."""

from __future__ import annotations

import zlib
from typing import Final, Literal, Protocol, get_args

import zstandard

from catalog_service.preferences import weighted

Coding = Literal["zstd", "gzip"]
"""The one that stands first is chosen where the client likes both."""

WORTHWHILE: Final = 4096
"""Bytes of a body below which compressing costs more than it saves."""

_ZSTD_LEVEL: Final = 1
_GZIP_LEVEL: Final = 1
"""The fastest: every answer is compressed as it is sent, by a service that has other work."""
_GZIP_WINDOW: Final = 31
"""For zlib: the largest window, in a gzip file without name or time."""


class Compressor(Protocol):
    """Compresses a body in parts."""

    def compress(self, data: bytes, /) -> bytes:
        """Take a part; return what there is to send, which may be nothing yet."""
        ...

    def flush(self) -> bytes:
        """Return the end."""
        ...


def chosen_coding(accept_encoding: str) -> Coding | None:
    """Return the coding that a client likes best; None: as it is."""
    weights = dict(reversed(weighted(accept_encoding)))
    best: Coding | None = None
    best_weight = 0.0
    for coding in get_args(Coding):
        weight = weights.get(coding, weights.get("*", 0.0))
        if weight > best_weight:
            best, best_weight = coding, weight
    return best


def compressor(coding: Coding) -> Compressor:
    """Return a new compressor."""
    if coding == "gzip":
        return zlib.compressobj(_GZIP_LEVEL, wbits=_GZIP_WINDOW)
    return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compressobj()


def compress(body: bytes, coding: Coding) -> bytes:
    """Return a whole body in a coding; the same bytes each time."""
    if coding == "gzip":
        return zlib.compress(body, _GZIP_LEVEL, _GZIP_WINDOW)
    return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(body)
