"""Canonical form of triples with blank nodes: RDFC-1.0, then skolemised by content.

Two graphs that are isomorphic give the same bytes, whatever the order of their triples and the
names of their blank nodes. A blank node's IRI comes from what hangs below it, so that a change
elsewhere in the record does not rename it: a store then needs only the difference.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from ontology.allowed_subjects import genid_prefix
from ontology.blank_nodes import name_blank_nodes
from ontology.errors import RECORD_TOO_LARGE, RECORD_TOO_LONG, TRIPLE_TERM, AtlasError
from ontology.limits import MAX_RECORD
from ontology.record import PATH, Record

MAX_TRIPLES: Final = 200_000
"""Maximum number of triples; larger records would block projections (10,000 distributions fit)."""


def canonical_record(
    triples: Iterable[ox.Triple],
    *,
    iri: str,
    source: str,
    remote_id: str,
    focus: str | None = None,
) -> Record:
    """Build a record from any triples, blank nodes included.

    Raises `AtlasError` (``record-too-large``, ``too-many-blank-nodes``, ``triple-term``,
    ``empty-record``).
    """
    statements = set()
    blank = False
    size = 0
    for t in triples:
        subject, obj = t.subject, t.object
        if isinstance(obj, ox.Triple) or isinstance(subject, ox.Triple):
            raise AtlasError(TRIPLE_TERM, iri=iri, predicate=t.predicate.value)
        blank = blank or isinstance(subject, ox.BlankNode) or isinstance(obj, ox.BlankNode)
        # pyoxigraph writes canonical N-Triples terms and lower-cases language tags.
        statement = (str(subject), str(t.predicate), str(obj))
        if statement not in statements:
            statements.add(statement)
            size += sum(map(len, statement))
            if size > MAX_RECORD:
                # Refused early; the size in bytes is even larger.
                raise AtlasError(RECORD_TOO_LONG, record=iri, limit=MAX_RECORD)
        if len(statements) > MAX_TRIPLES:
            raise AtlasError(RECORD_TOO_LARGE, iri=iri, count=len(statements), limit=MAX_TRIPLES)
    if not blank:
        lines = [f"{s} {p} {o} ." for s, p, o in statements]
    else:
        base = iri.rsplit(PATH, 1)[0]
        prefix = f"<{genid_prefix(base, iri)}"
        lines = []
        for s, p, o in name_blank_nodes(list(statements), iri):
            subject_ = f"{prefix}{s[1:]}>" if s.startswith("!") else s
            object_ = f"{prefix}{o[1:]}>" if o.startswith("!") else o
            lines.append(f"{subject_} {p} {object_} .")
    return Record.from_lines(lines, iri=iri, source=source, remote_id=remote_id, focus=focus)
