"""Look-ups: what one thing's statements are. Bounded whoever asks, so that no worker is needed.

A single triple pattern whose subject is an IRI reads one range of an index. It is run in the web
process, whose pages read the same way, and stopped at `MOST_BYTES`; whatever else is asked goes to
the workers.
"""

from __future__ import annotations

import io
import re
from threading import Thread
from typing import Any, Final, cast

import pyoxigraph as ox

from catalog_service.graph import Snapshot

MOST_BYTES: Final = 64 * 1024
"""Of an answer; a longer one is a worker's."""

_LONGEST: Final = 2_500
"""Characters of a look-up."""

# Possessive, since this is matched before anything is parsed: no character is read twice. Two
# variables that differ, so that each statement is a row of the answer, by which it is bounded.
_LOOKUP: Final = re.compile(
    r"\s*+SELECT\s*+(?:\*|[?$]\w++(?:\s*+[?$]\w++)*+)\s*+(?:WHERE\s*+)?+"
    r"\{\s*+<[A-Za-z][A-Za-z0-9+.-]*+:[^<>\"{}|^`\\\x00-\x20]{1,2000}+>"
    r"\s*+[?$](\w++)\s*+[?$](?!\1\b)\w++\s*+(?:\.\s*+)?+\}\s*+",
    re.ASCII | re.IGNORECASE,
)


class _TooLongError(Exception):
    """The answer is longer than a look-up's."""


class _Bounded(io.RawIOBase):
    def __init__(self) -> None:
        super().__init__()
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.data += data
        if len(self.data) > MOST_BYTES:
            raise _TooLongError
        return len(data)


def is_lookup(text: str) -> bool:
    """Tell whether a query asks for the statements of one thing, and nothing else."""
    return len(text) <= _LONGEST and _LOOKUP.fullmatch(text) is not None


def look_up(snapshot: Snapshot, text: str) -> bytes | None:
    """Return the result of a look-up in JSON; None where a worker has to answer.

    A snapshot that is not open yet is opened meanwhile, in a thread.
    """
    if not snapshot.is_open:
        Thread(target=_open, args=(snapshot,), daemon=True).start()
        return None
    out = _Bounded()
    try:
        found = snapshot.store.query(text)
        cast("ox.QuerySolutions", found).serialize(cast("Any", out), ox.QueryResultsFormat.JSON)
    except (_TooLongError, SyntaxError, OSError, ValueError, RuntimeError):
        return None  # the worker has the words for it
    return bytes(out.data)


def _open(snapshot: Snapshot) -> None:
    assert snapshot.store is not None
