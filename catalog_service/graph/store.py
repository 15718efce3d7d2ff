"""The interface of a graph store, and what crosses it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Protocol

import pyoxigraph as ox

from ontology.terms import OWL, SHD

RECORDS_GRAPH: Final = "https://w3id.org/shdata/graph/records"
"""The graph about the records: ``<record> shd:recordHash "…"`` (SHA-256 of the canonical form),
``<record> foaf:primaryTopic <focus>`` where the dataset's IRI is another than the record's, and
``<record> dct:references <item>`` for each of its data items."""

STATE_GRAPH: Final = "https://w3id.org/shdata/graph/state"
"""The graph about the store: the journal number it stands at, the hashes of its fixed graphs."""

RECORD_HASH: Final = SHD.recordHash
CHECKPOINT: Final = SHD.checkpoint
MARK: Final = SHD.journalMark
CONTENT_HASH: Final = SHD.contentHash
CONTENTS: Final = OWL.versionInfo
CONTENTS_NOW: Final = "2"
"""What is noted besides the records, told by the state graph: 2 since data items are. A store that
an earlier version of this program filled says nothing, and is filled anew."""


REACHED: Final = (
    f"SELECT ?n ?m {{ {{ GRAPH <{STATE_GRAPH}> {{ <{STATE_GRAPH}> <{CHECKPOINT}> ?n }} }}"
    f" UNION {{ <{STATE_GRAPH}> <{CHECKPOINT}> ?m }} }}"
)
"""Asks a server for its checkpoint, and as which the default graph states it. A default graph that
is kept states the same one once; a union that the engine makes may state it more than once."""


@dataclass(frozen=True, slots=True)
class GraphRecord:
    """A public record as the graph holds it: one named graph, ``iri``, of canonical N-Triples."""

    iri: str
    focus: str
    hash: str
    nquads: str
    items: tuple[str, ...] = ()
    """IRIs of its data items, which `RECORDS_GRAPH` ties to it."""


@dataclass(frozen=True)
class FixedGraph:
    """A named graph that does not come from the journal: the ontology, a vocabulary, the shapes."""

    iri: str
    data: str
    format: ox.RdfFormat = ox.RdfFormat.TURTLE

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the text, hexadecimal: tells whether the store holds this very version."""
        return hashlib.sha256(self.data.encode()).hexdigest()

    def lines(self) -> list[str]:
        """Return its triples as N-Triples lines; blank nodes are named apart from all others.

        Raises `SyntaxError` where the text is not in its format.
        """
        quads = ox.parse(self.data, format=self.format, base_iri=self.iri, rename_blank_nodes=True)
        return [f"{q.subject} {q.predicate} {q.object} ." for q in quads]


class KeptGraphs(Protocol):
    """Named graphs of what a room keeps in the journal's database."""

    def mark(self) -> object:
        """Return what changes where a graph does; asked some times a second."""
        ...

    def graphs(self) -> list[FixedGraph]:
        """Return them as they are now."""
        ...


def unmarked(_checkpoint: int) -> str:
    """Return the mark of stores that keep none: the empty one."""
    return ""


class GraphStore(Protocol):
    """The public records as named graphs. One process writes it; readers see what is published.

    The default graph holds every statement of the named graphs once
    (`catalog_service.graph.default_graph`), after every write, withdrawal and rebuild.

    Errors are `AtlasError` of the kinds in `catalog_service.graph.errors`.
    """

    def checkpoint(self) -> int:
        """Return the journal number the store stands at; 0 for an empty store."""
        ...

    def renew_fixed(self, fixed: Sequence[FixedGraph]) -> None:
        """Hold these graphs beside those of the records from now on."""
        ...

    def write(
        self,
        put: Sequence[GraphRecord],
        remove: Sequence[str],
        checkpoint: int,
        *,
        mark: str = "",
        trusting: bool = True,
    ) -> None:
        """Replace records, remove others and move the checkpoint, all or nothing.

        ``mark`` is kept beside the checkpoint: it tells which journal's change the number is.
        Only the difference is written; repeating a write changes nothing. The store's note about a
        record tells whether it changed; without ``trusting`` the record itself is compared.
        """
        ...

    def withdraw(self, iris: Sequence[str]) -> None:
        """Remove records from what readers see now; checkpoint and mark stay as they are.

        May be called by another thread while `rebuild` runs, and then removes them from what is
        live until it is done.
        """
        ...

    def mark(self) -> str:
        """Return the mark beside the checkpoint; empty where there is none."""
        ...

    def rebuild(
        self,
        records: Iterable[GraphRecord],
        checkpoint: Callable[[], int],
        *,
        mark: Callable[[int], str] = unmarked,
    ) -> None:
        """Hold exactly ``records`` and the fixed graphs; what is live stays until it is done.

        ``checkpoint`` is asked once, after the last record, and ``mark`` then for what is kept
        beside it. No record may come twice. Works whatever state the live store is in.
        """
        ...

    def inspect(self, *, thorough: bool) -> bool:
        """Check that what is held and published still exists: a folder or a file may be deleted.

        Returns False where it must be published again. ``thorough`` also opens it as a reader
        would (some 15 ms). Raises `AtlasError` (``graph-broken``) where it must be built anew.
        """
        ...

    def publish(self) -> int:
        """Make what was written visible to readers; return the number of what they see."""
        ...

    def begin_compaction(self) -> None:
        """Begin to order what is held for its readers, where that is worth its time.

        Goes on beside writes and publications.
        """
        ...

    def end_compaction(self) -> bool | None:
        """Publish what was ordered; None as long as that goes on, False where it was not begun.

        What readers see has another number then, and the same contents. Raises `AtlasError` where
        the files could not be written.
        """
        ...

    def size(self) -> int:
        """Return how many records are held."""
        ...

    def hashes(self) -> Iterator[tuple[str, str]]:
        """Yield ``(record iri, hash)`` as noted when each record was written: the fast compare."""
        ...

    def contents(self, iri: str) -> str:
        """Return the triples held of one record, as sorted N-Triples lines; empty for none.

        Oxigraph keeps the value of numbers and times, not their spelling: ``"01"^^xsd:integer``
        comes back as ``"1"^^xsd:integer`` (`catalog_service.graph.reading.same_triples`).
        """
        ...

    def strays(self) -> int:
        """Count the statements by which the default graph differs from all named graphs together.

        Looks at everything: some seconds for half a million triples.
        """
        ...

    def repair_default_graph(self) -> None:
        """Make the default graph hold each statement of the named graphs once, and no others."""
        ...

    def record_graphs(self) -> Iterator[str]:
        """Yield the IRIs of all named graphs that can only be records', noted or not."""
        ...

    def close(self) -> None:
        """Give up the store and its lock."""
        ...
