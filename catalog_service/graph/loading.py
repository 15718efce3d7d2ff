"""Filling an empty database from a stream: parallel bulk loads, while the stream is still produced.

Oxigraph's bulk load parses as it reads, but sorts and writes a million quads at the end: for a
catalogue of some ten thousand records nearly all of its time comes after the last record. Several
loads, small ones first, do that work on both cores and while an import still appends (measured
at 374,000 quads: 3.0 s against 5.2 s with one load, for the same processor time).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from threading import Lock, Thread
from typing import Final

import pyoxigraph as ox

_LOADERS: Final = 2
_FIRST_LINES: Final = 200_000
"""Lines of the first load, about half of them the default graph's; each is twice as long as the
one before. Four loads make RocksDB merge their files at once: a catalogue of some ten thousand
records needs three."""

_MAX_LINES: Final = 800_000
"""Lines of one load: some 130 MB of text, and as much again five times while it is sorted."""

OPTIMIZE_FROM: Final = 2_000_000
"""Lines from which the database is worth compacting before it is first read: below it, RocksDB
does so by itself within seconds; at a million records, writes would wait two minutes for it."""


class _Shared:
    """The stream, shared by the loaders, which take one load after the other from it."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._lock = Lock()
        self._turn = Lock()
        """Held by the loader that takes its text: the first load is whole as soon as can be, and
        is written while the next one is still produced."""
        self._next = _FIRST_LINES
        self._done = False
        self.lines = 0
        self.error: BaseException | None = None

    def load(self) -> bytes | None:
        """Return the text of the next load; None at the end."""
        with self._turn:
            with self._lock:
                if self._done:
                    return None
                quota, self._next = self._next, min(_MAX_LINES, self._next * 2)
            return b"".join(self._take(quota))

    def _take(self, quota: int) -> Iterator[bytes]:
        taken = 0
        while taken < quota:
            with self._lock:
                chunk = None if self._done else next(self._chunks, None)
                if chunk is None:
                    self._done = True
                    return
                lines = chunk.count(b"\n")
                self.lines += lines
            taken += lines
            yield chunk

    def fail(self, error: BaseException) -> None:
        """Note the first failure and end the stream for all."""
        with self._lock:
            self._done = True
            self.error = self.error or error


def bulk_load(store: ox.Store, chunks: Iterable[bytes]) -> None:
    """Load N-Quads, cut between lines, into an empty database; compact a large one.

    The iterator is advanced in this function's threads, by one at a time. Errors of the iterator
    and of the store are raised here; the database cannot be used then.
    """
    shared = _Shared(chunks)

    def run() -> None:
        try:
            while (text := shared.load()) is not None:
                # Whole, not as a stream: each small read would have to wait for the interpreter,
                # five milliseconds at a time while an import keeps it busy.
                store.bulk_load(text, format=ox.RdfFormat.N_QUADS, lenient=True)
        except BaseException as error:
            shared.fail(error)

    threads = [Thread(target=run, name=f"graph-load-{n}") for n in range(_LOADERS)]
    started = []
    try:
        for thread in threads:
            thread.start()
            started.append(thread)
    except RuntimeError as error:  # no more threads: those that run end before it is told
        shared.fail(error)
    for thread in started:
        thread.join()
    if shared.error is not None:
        raise shared.error
    if shared.lines >= OPTIMIZE_FROM:
        store.optimize()
    store.flush()
