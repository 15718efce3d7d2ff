"""Records as a stream of TriG, made while it is read: a load of any size in bounded memory."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from catalog_service.graph.difference import fixed_line, record_note, state_lines
from catalog_service.graph.store import RECORDS_GRAPH, STATE_GRAPH, FixedGraph, GraphRecord
from ontology.ntriples import iri

_RECORDS_AT_ONCE = 200


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


def block(name: str, lines: str) -> str:
    """Return one TriG graph block around N-Triples lines; a name may come in many blocks."""
    return f"{iri(name)} {{\n{lines}}}\n"


def record_chunks(records: Iterable[GraphRecord]) -> Iterator[bytes]:
    """Yield the records' graphs with the notes about them, some hundred records at a time."""
    source = iter(records)
    while batch := list(islice(source, _RECORDS_AT_ONCE)):
        parts = [block(record.iri, record.nquads) for record in batch]
        notes = "".join(f"{line}\n" for record in batch for line in record_note(record))
        parts.append(block(RECORDS_GRAPH, notes))
        yield "".join(parts).encode()


def fixed_chunks(
    fixed: Sequence[FixedGraph], checkpoint: Callable[[], int], mark: Callable[[int], str]
) -> Iterator[bytes]:
    """Yield the fixed graphs, and the state graph with checkpoint and mark, asked for at last."""
    reached = checkpoint()
    state = state_lines(reached, mark(reached))
    for graph in fixed:
        state.append(fixed_line(graph))
        yield block(graph.iri, "".join(f"{line}\n" for line in graph.lines())).encode()
    yield block(STATE_GRAPH, "".join(f"{line}\n" for line in state)).encode()
