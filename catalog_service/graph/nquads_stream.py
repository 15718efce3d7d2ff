"""Records as a stream of N-Quads or as one update, made while it is read, in bounded memory.

Every line comes in its graph and in the default graph (`catalog_service.graph.default_graph`).
"""

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


def in_graph(name: str, nquads: str) -> str:
    """Return N-Triples lines as N-Quads of the graph ``name``: no literal has a bare line end."""
    return nquads.replace(" .\n", f" {iri(name)} .\n")


def record_chunks(records: Iterable[GraphRecord]) -> Iterator[bytes]:
    """Yield the records' graphs with the notes about them, some hundred records at a time.

    Lines that many records repeat come each time: to the store they are one statement, and to look
    for them here costs more than it saves (11 µs of a record's 170).
    """
    source = iter(records)
    while batch := list(islice(source, _RECORDS_AT_ONCE)):
        parts: list[str] = []
        for record in batch:
            parts += [in_graph(record.iri, record.nquads), record.nquads]
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


def update_chunks(
    records: Iterable[GraphRecord],
    fixed: Sequence[FixedGraph],
    checkpoint: Callable[[], int],
    mark: Callable[[int], str],
) -> Iterator[str]:
    """Yield the same as one update, which holds nothing before: for servers that need it so.

    All stands in the braces of one INSERT DATA: a request that breaks off is no update.
    """
    yield "DROP ALL;\nINSERT DATA {\n"
    for record in records:
        note = "".join(f"{line}\n" for line in record_note(record))
        yield f"{_both(record.iri, record.nquads)}{_both(RECORDS_GRAPH, note)}"
    reached = checkpoint()
    state = state_lines(reached, mark(reached))
    for graph in fixed:
        state.append(fixed_line(graph))
        yield _both(graph.iri, "".join(f"{line}\n" for line in graph.lines()))
    yield _both(STATE_GRAPH, "".join(f"{line}\n" for line in state))
    yield "}\n"


def _both(name: str, lines: str) -> str:
    return f"GRAPH {iri(name)} {{\n{lines}}}\n{lines}"


def _twice(name: str, lines: Iterable[str]) -> bytes:
    text = "".join(f"{line}\n" for line in lines)
    return f"{in_graph(name, text)}{text}".encode()
