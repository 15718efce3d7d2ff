"""The data items of a record by their IRIs: what ties datasets that have the same fields.

Publishers name columns, not data items: that a dataset has one is said by this catalogue, beside
the record (`catalog_service.graph.store.RECORDS_GRAPH`) and in its document, and is no part of it.
"""

from __future__ import annotations

import re
from typing import Final

from ontology.ntriples import iri, unescape
from ontology.record import Record
from ontology.terms import CSVW, DCT
from search.relations.fields import FIELD_PATH, field_iri, field_key

REFERENCES: Final = DCT.references
"""From a record to each of its data items."""

MAX_KEY: Final = 200
"""Characters of the longest data item that has an IRI; what is longer is no name."""

_TITLE: Final = re.compile(rf'^<[^>]*> <{re.escape(CSVW.title)}> "((?:[^"\\]|\\.)*)"', re.MULTILINE)


def data_items(base: str, nquads: str) -> tuple[str, ...]:
    """Return the IRIs of the data items whose columns a canonical form describes, each once.

    None where ``base`` is empty: without it there are no IRIs.
    """
    if not base or CSVW.title not in nquads:
        return ()
    names = dict.fromkeys(unescape(title) for title in _TITLE.findall(nquads))
    return tuple(
        dict.fromkeys(
            field_iri(base, name) for name in names if 0 < len(field_key(name)) <= MAX_KEY
        )
    )


def item_lines(record: str, items: tuple[str, ...]) -> list[str]:
    """Return the N-Triples lines, without line ends, from a record to its data items."""
    return [f"{iri(record)} {iri(REFERENCES)} {iri(item)} ." for item in items]


def without_items(record: Record, base: str) -> Record:
    """Return a record without such lines: who sends a document back sends them too."""
    start = f"{iri(record.iri)} {iri(REFERENCES)} <{base}{FIELD_PATH}"
    if start not in record.nquads:
        return record
    return Record.from_lines(
        (line for line in record.lines if not line.startswith(start)),
        iri=record.iri,
        source=record.source,
        remote_id=record.remote_id,
        focus=record.focus,
    )
