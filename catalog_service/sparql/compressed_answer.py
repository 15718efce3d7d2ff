"""The rest of an answer, compressed as it comes."""

from __future__ import annotations

from catalog_service.http.content_encoding import Coding, compressor
from catalog_service.sparql.model import LongAnswer


class CompressedAnswer:
    """A `LongAnswer` in a coding: what was begun and what follows it.

    Where the rest is cut the compressed text has no end either.
    """

    def __init__(self, begun: bytes, rest: LongAnswer, coding: Coding) -> None:
        """``begun`` are the bytes that stand before ``rest``."""
        self._begun = begun
        self._rest = rest
        self._compressor = compressor(coding)
        self._ended = False

    def next(self) -> bytes | None:
        """Return the next part; raises what the answer itself does."""
        if self._ended:
            return None
        if self._begun:
            part: bytes | None = self._begun
            self._begun = b""
        else:
            part = self._rest.next()
        if part is None:
            self._ended = True
            return self._compressor.flush()
        return self._compressor.compress(part)

    def overdue(self) -> bool:
        """Tell whether the reader has had its time."""
        return self._rest.overdue()

    def close(self) -> None:
        """Give back what the answer holds."""
        self._rest.close()
