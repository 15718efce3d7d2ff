"""The graph held against the journal: fast by the noted hashes, deep by the triples themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import pyoxigraph as ox

from catalog_service.graph.store import GraphRecord, GraphStore


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A record of which the store does not hold what it should.

    ``missing``: not held; ``surplus``: held, but not public; ``differs``: another version, or,
    in a deep compare, other triples than its hash was noted for.
    """

    iri: str
    kind: Literal["missing", "surplus", "differs"]


def compare(
    store: GraphStore, wanted: Iterable[GraphRecord], *, deep: bool = False
) -> Iterator[Mismatch]:
    """Yield what differs between the store and the public records, surplus ones last.

    The fast compare reads one triple a record. The deep one reads every graph and compares its
    triples with the canonical form, allowing for Oxigraph's keeping the value of numbers and
    times instead of their spelling.
    """
    held = dict(store.hashes())
    for record in wanted:
        noted = held.pop(record.iri, None)
        if noted is None:
            yield Mismatch(record.iri, "missing")
        elif noted != record.hash or (deep and _differs(store, record)):
            yield Mismatch(record.iri, "differs")
    for iri in held:
        yield Mismatch(iri, "surplus")


def _differs(store: GraphStore, record: GraphRecord) -> bool:
    held = store.contents(record.iri)
    return held != record.nquads and held != as_stored(record.nquads)


def as_stored(nquads: str) -> str:
    """Return a canonical form as Oxigraph gives it back, sorted: ``"01"`` as ``"1"``."""
    store = ox.Store()
    store.load(nquads, format=ox.RdfFormat.N_TRIPLES)
    return "".join(sorted(f"{q.subject} {q.predicate} {q.object} .\n" for q in store))
