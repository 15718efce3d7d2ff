"""Answers unpacked piece by piece, so that a small answer cannot fill the memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Final

from harvesters.platforms.limits import RequestLimits
from ontology.errors import Phrase
from ontology.limits import MIB

ACCEPTED: Final = "gzip"
"""The value of ``Accept-Encoding``. ``deflate`` has two meanings on the Web; others need more
libraries and save little."""

_PIECE: Final = MIB
_UNRATED: Final = 8 * MIB
"""What may unpack at any ratio: lists are repetitive."""


class TooLargeError(Exception):
    """An answer is over a limit; ``what`` names the measure and ``limit`` the value."""

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(what)
        self.what = what
        self.limit = limit


class UnpackingError(Exception):
    """An answer is not what its ``Content-Encoding`` says, or ends too early; holds a `Phrase`."""


def unpacked(pieces: Iterable[bytes], encoding: str, limits: RequestLimits) -> bytes:
    """Return a whole body, unpacked if ``encoding`` (of ``Content-Encoding``) says so.

    Never holds more than the limit and 1 MiB. Raises `TooLargeError` and `UnpackingError`.
    """
    body = bytearray()
    for piece in unpacked_pieces(pieces, encoding, limits):
        body += piece
    return bytes(body)


def unpacked_pieces(
    pieces: Iterable[bytes], encoding: str, limits: RequestLimits
) -> Iterator[bytes]:
    """Yield a body piece by piece, at most 1 MiB unpacked at once; raises as `unpacked`."""
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return _bounded(pieces, limits)
    if name not in ("gzip", "x-gzip"):
        raise UnpackingError(
            Phrase("it is packed as {name}, which was not asked for", {"name": ascii(name[:40])})
        )
    return _gunzipped(pieces, limits)


def _bounded(pieces: Iterable[bytes], limits: RequestLimits) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limits.body:
            raise TooLargeError("body", limits.body)
        yield piece


def _gunzipped(pieces: Iterable[bytes], limits: RequestLimits) -> Iterator[bytes]:
    size = packed = 0
    member = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        for piece in pieces:
            packed += len(piece)
            rest = piece
            while rest:
                if member.eof:  # a gzip body may have several members
                    member = zlib.decompressobj(zlib.MAX_WBITS | 16)
                new = member.decompress(rest, _PIECE)
                rest = member.unused_data if member.eof else member.unconsumed_tail
                size += len(new)
                if size > limits.body:
                    raise TooLargeError("unpacked body", limits.body)
                if size > max(_UNRATED, limits.ratio * packed):
                    raise TooLargeError("unpacked to packed size", limits.ratio)
                yield new
    except zlib.error:
        raise UnpackingError(Phrase("its gzip body is not valid")) from None
    if packed and not member.eof:
        raise UnpackingError(Phrase("its gzip body ends too early"))
