"""Canonical form of triples with blank nodes: RDFC-1.0, then skolemised by content.

Two graphs that are isomorphic give the same bytes, whatever the order of their triples and the
names of their blank nodes. A blank node's IRI comes from what hangs below it, so that a change
elsewhere in the record does not rename it: a store then needs only the difference.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Iterable

import pyoxigraph as ox

from ontology.errors import RECORD_TOO_LARGE, TOO_MANY_BLANK_NODES, AtlasError
from ontology.record import Record

MAX_TRIPLES = 200_000
"""A record above this is refused: it would stall every projection (10,000 distributions fit)."""

MAX_SYMMETRIES = 5_040
"""Orders of indistinguishable blank nodes that RDFC-1.0 may have to try; more is refused, because
its worst case is exponential and a poisoned graph of ten nodes would stall the import."""

GENID = "/.well-known/genid/"
"""The path of skolem IRIs, as RDF 1.1 Concepts, section 3.5, registers it."""


def canonical_record(
    triples: Iterable[ox.Triple],
    *,
    iri: str,
    source: str,
    remote_id: str,
    focus: str | None = None,
) -> Record:
    """Build a record from any triples, blank nodes included.

    Raises `AtlasError` (``record-too-large``, ``too-many-blank-nodes``, ``empty-record``).
    """
    found = list(dict.fromkeys(triples))
    if len(found) > MAX_TRIPLES:
        raise AtlasError(RECORD_TOO_LARGE, iri=iri, count=len(found), limit=MAX_TRIPLES)
    if any(_is_blank(t.subject) or _is_blank(t.object) for t in found):
        found = _skolemise(found, iri)
    return Record.from_lines(
        [_line(t) for t in found], iri=iri, source=source, remote_id=remote_id, focus=focus
    )


def _is_blank(term: object) -> bool:
    return isinstance(term, ox.BlankNode)


def _line(triple: ox.Triple) -> str:
    # pyoxigraph writes canonical N-Triples terms; language tags are lower-cased by its parsers.
    return f"{triple.subject} {triple.predicate} {triple.object} ."


def _skolemise(triples: list[ox.Triple], record_iri: str) -> list[ox.Triple]:
    names = _unique(_content_digests(triples))
    blank = {n for t in triples for n in (t.subject, t.object) if isinstance(n, ox.BlankNode)}
    if len(names) < len(blank):
        # What content does not tell apart, its neighbours may: an equal contact under another
        # distribution. Only true symmetries are left to RDFC-1.0.
        colours = _refined_colours(triples, blank, names)
        names |= _unique({n: f"x{c}" for n, c in colours.items() if n not in names})
        left = Counter(c for n, c in colours.items() if n not in names)
        if left and math.prod(math.factorial(n) for n in left.values()) > MAX_SYMMETRIES:
            raise AtlasError(TOO_MANY_BLANK_NODES, iri=record_iri, count=left.total())
    named = _rename(triples, {node.value: name for node, name in names.items()}, record_iri)
    if len(names) == len(blank):
        return named
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in named)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    ordered = [quad.triple for quad in dataset]
    labels = {n.value for t in ordered for n in (t.subject, t.object) if _is_blank(n)}
    return _rename(ordered, {label: label for label in labels}, record_iri)


def _unique(digests: dict[ox.BlankNode, str]) -> dict[ox.BlankNode, str]:
    count = Counter(digests.values())
    return {node: digest for node, digest in digests.items() if count[digest] == 1}


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


def _content_digests(triples: list[ox.Triple]) -> dict[ox.BlankNode, str]:
    """Digest each blank node below which no cycle lies, from the leaves upwards."""
    out: dict[ox.BlankNode, list[ox.Triple]] = {}
    waiting: dict[ox.BlankNode, set[ox.BlankNode]] = {}
    parents: dict[ox.BlankNode, set[ox.BlankNode]] = defaultdict(set)
    for t in triples:
        if isinstance(t.subject, ox.BlankNode):
            out.setdefault(t.subject, []).append(t)
            waiting.setdefault(t.subject, set())
        if isinstance(t.object, ox.BlankNode):
            out.setdefault(t.object, [])
            waiting.setdefault(t.object, set())
            if isinstance(t.subject, ox.BlankNode):
                waiting[t.subject].add(t.object)
                parents[t.object].add(t.subject)
    digests: dict[ox.BlankNode, str] = {}
    ready = [node for node, below in waiting.items() if not below]
    while ready:
        node = ready.pop()
        digests[node] = _digest(
            sorted(
                f"{t.predicate} "
                + (digests[t.object] if isinstance(t.object, ox.BlankNode) else str(t.object))
                for t in out[node]
            )
        )
        for parent in parents[node]:
            waiting[parent].discard(node)
            if not waiting[parent]:
                ready.append(parent)
    return digests


def _refined_colours(
    triples: list[ox.Triple], blank: set[ox.BlankNode], names: dict[ox.BlankNode, str]
) -> dict[ox.BlankNode, str]:
    """Colour refinement: a node's colour is made of its neighbours' until no class splits."""
    edges: dict[ox.BlankNode, list[tuple[str, object]]] = defaultdict(list)
    for t in triples:
        if isinstance(t.subject, ox.BlankNode):
            edges[t.subject].append((f"> {t.predicate}", t.object))
        if isinstance(t.object, ox.BlankNode):
            edges[t.object].append((f"< {t.predicate}", t.subject))
    colours = {node: names.get(node, "") for node in blank}
    classes = 0
    while len(set(colours.values())) > classes:
        classes = len(set(colours.values()))
        colours = {
            node: _digest(
                [
                    colours[node],
                    *sorted(
                        f"{how} {colours[n] if isinstance(n, ox.BlankNode) else n}"
                        for how, n in edges[node]
                    ),
                ]
            )
            for node in blank
        }
    return colours


def _rename(triples: list[ox.Triple], names: dict[str, str], record_iri: str) -> list[ox.Triple]:
    base = record_iri.split("/id/", 1)[0]
    scope = hashlib.sha256(record_iri.encode()).hexdigest()[:16]
    terms = {own: ox.NamedNode(f"{base}{GENID}{scope}-{name}") for own, name in names.items()}
    renamed = []
    for t in triples:
        subject, obj = t.subject, t.object
        if isinstance(subject, ox.BlankNode):
            subject = terms.get(subject.value, subject)
        if isinstance(obj, ox.BlankNode):
            obj = terms.get(obj.value, obj)
        renamed.append(ox.Triple(subject, t.predicate, obj))
    return renamed
