"""Reading records from an Oxigraph database: the writer's own or a snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

import pyoxigraph as ox

from catalog_service.graph.default_graph import DIFFERENCES
from catalog_service.graph.store import (
    CHECKPOINT,
    CONTENT_HASH,
    CONTENTS,
    CONTENTS_NOW,
    RECORD_HASH,
    RECORDS_GRAPH,
    STATE_GRAPH,
)

_RECORDS: Final = ox.NamedNode(RECORDS_GRAPH)
_STATE: Final = ox.NamedNode(STATE_GRAPH)
_HASH: Final = ox.NamedNode(RECORD_HASH)
_CONTENT_HASH: Final = ox.NamedNode(CONTENT_HASH)
_CHECKPOINT: Final = ox.NamedNode(CHECKPOINT)
_DEFAULT: Final = ox.DefaultGraph()


def line(quad: ox.Quad | ox.Triple) -> str:
    """Return its triple as an N-Triples line, without the line's end."""
    return f"{quad.subject} {quad.predicate} {quad.object} ."


def text_of(quads: Iterator[ox.Quad]) -> str:
    """Return triples as sorted N-Triples lines; empty for none."""
    return "".join(sorted(f"{line(quad)}\n" for quad in quads))


def noted_hashes(store: ox.Store) -> Iterator[tuple[str, str]]:
    """Yield ``(record iri, hash)`` as noted when each record was written."""
    for quad in store.quads_for_pattern(None, _HASH, None, _RECORDS):
        yield cast("ox.NamedNode", quad.subject).value, cast("ox.Literal", quad.object).value


def state(store: ox.Store) -> dict[str, str]:
    """Return what the store notes about itself, checkpoint and mark, by predicate."""
    return {
        quad.predicate.value: cast("ox.Literal", quad.object).value
        for quad in store.quads_for_pattern(_STATE, None, None, _STATE)
    }


def fixed_hashes(store: ox.Store) -> dict[str, str]:
    """Return the noted hashes of the fixed graphs by IRI."""
    return {
        cast("ox.NamedNode", quad.subject).value: cast("ox.Literal", quad.object).value
        for quad in store.quads_for_pattern(None, _CONTENT_HASH, None, _STATE)
    }


def has_kept_default_graph(store: ox.Store) -> bool:
    """Tell whether the default graph was kept beside the named graphs, to the last change.

    The default graph repeats the checkpoint of the state graph. Earlier versions of this program
    did not keep it: then the checkpoint is missing there, or an earlier one. Nor did some of them
    note what is noted now besides the records.
    """
    find = store.quads_for_pattern
    reached = {quad.object for quad in find(_STATE, _CHECKPOINT, None, _STATE)}
    if reached != {quad.object for quad in find(_STATE, _CHECKPOINT, None, _DEFAULT)}:
        return False
    if reached and state(store).get(CONTENTS) != CONTENTS_NOW:
        return False
    empty = next(find(None, None, None, _DEFAULT), None) is None
    return not empty or is_empty(store)


def is_empty(store: ox.Store) -> bool:
    """Tell whether the store holds no statement in any graph."""
    return next(store.quads_for_pattern(None, None, None, None), None) is None


def strays(store: ox.Store) -> int:
    """Count the statements by which the default graph differs from all named graphs together."""
    count = 0
    for query in DIFFERENCES:
        row = next(iter(cast("ox.QuerySolutions", store.query(query))))
        count += int(cast("ox.Literal", row["n"]).value)
    return count


def contents(store: ox.Store, iri: str) -> str:
    """Return the triples of one named graph, as sorted N-Triples lines; empty for none."""
    return text_of(store.quads_for_pattern(None, None, None, ox.NamedNode(iri)))


def record_graphs(store: ox.Store) -> Iterator[str]:
    """Yield the IRIs of all named graphs but the fixed ones and those about the store."""
    others = {RECORDS_GRAPH, STATE_GRAPH, *fixed_hashes(store)}
    for graph in store.named_graphs():
        if isinstance(graph, ox.NamedNode) and graph.value not in others:
            yield graph.value


def same_triples(held: str, canonical: str) -> bool:
    """Tell whether a store that holds ``held`` holds a canonical form.

    Engines keep the value of numbers and times, not their spelling, or of some of them:
    ``"01"^^xsd:integer`` comes back as ``"1"^^xsd:integer``, and counts as the same.
    """
    return held == canonical or _valued(held) == _valued(canonical)


def _valued(text: str) -> str:
    store = ox.Store()
    store.load(text, format=ox.RdfFormat.N_TRIPLES)
    return text_of(store.quads_for_pattern(None, None, None))
