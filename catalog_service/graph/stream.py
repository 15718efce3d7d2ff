"""Records as a stream of N-Quads, made while it is read: a load of any size in bounded memory.

Every line comes in its graph and in the default graph (`catalog_service.graph.default`).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from catalog_service.graph.difference import fixed_line, record_note, state_lines
from catalog_service.graph.store import RECORDS_GRAPH, STATE_GRAPH, FixedGraph, GraphRecord
from ontology.ntriples import iri

_RECORDS_AT_ONCE = 200

_REMEMBERED = 200_000
"""Lines that are remembered: some 40 MB."""


class ByteStream(io.RawIOBase):
    """A readable file over an iterator of byte strings; empty strings are passed over."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        super().__init__()
        self._chunks = iter(chunks)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill ``buffer`` as far as one chunk goes; 0 at the end."""
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


class _Shared:
    """Remembers lines that many records repeat, so that most come into the default graph once.

    A line that comes again is one statement to the store all the same: what is forgotten costs
    time, nothing else. A record's lines about itself are not remembered.
    """

    def __init__(self) -> None:
        self._seen = {""}

    def new(self, nquads: str, own: tuple[str, ...] = ()) -> str:
        """Return the lines that did not come before, or not lately."""
        seen = self._seen
        fresh: list[str] = []
        for line in nquads.split("\n"):
            if line.startswith(own):
                fresh.append(line)
            elif line not in seen:
                seen.add(line)
                fresh.append(line)
        if len(seen) > _REMEMBERED:
            self._seen = {""}
        fresh.append("")
        return "\n".join(fresh)


def in_graph(name: str, nquads: str) -> str:
    """Return N-Triples lines as N-Quads of the graph ``name``: no literal has a bare line end."""
    return nquads.replace(" .\n", f" {iri(name)} .\n")


def record_chunks(records: Iterable[GraphRecord]) -> Iterator[bytes]:
    """Yield the records' graphs with the notes about them, some hundred records at a time."""
    source = iter(records)
    shared = _Shared()
    while batch := list(islice(source, _RECORDS_AT_ONCE)):
        parts: list[str] = []
        for record in batch:
            own = (f"<{record.iri}", f"<{record.focus}")
            parts += [in_graph(record.iri, record.nquads), shared.new(record.nquads, own)]
        notes = "".join(f"{line}\n" for record in batch for line in record_note(record))
        parts += [in_graph(RECORDS_GRAPH, notes), notes]
        yield "".join(parts).encode()


def fixed_chunks(
    fixed: Sequence[FixedGraph], checkpoint: Callable[[], int], mark: Callable[[int], str]
) -> Iterator[bytes]:
    """Yield the fixed graphs, and the state graph with checkpoint and mark, asked for at last.

    A fixed graph is one chunk: its blank nodes are the same in both graphs within one load.
    """
    reached = checkpoint()
    state = state_lines(reached, mark(reached))
    for graph in fixed:
        state.append(fixed_line(graph))
        yield _twice(graph.iri, graph.lines())
    yield _twice(STATE_GRAPH, state)


def _twice(name: str, lines: Iterable[str]) -> bytes:
    text = "".join(f"{line}\n" for line in lines)
    return f"{in_graph(name, text)}{text}".encode()
