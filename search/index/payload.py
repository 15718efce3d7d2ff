"""What an index keeps of a document to show and to rank it: one text, given back as it is.

Every index stores `Prepared.payload` verbatim, so that ranking sees the same everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from ontology.truncation import clip
from search.index.model import SearchDocument

MAX_DESCRIPTION = 500
"""Characters of a description that are kept to be shown and highlighted."""

MAX_LABELS = 100
"""Publishers, places, themes and other names of a document that are kept to be shown."""

MAX_KEYWORDS = 500

_USUAL = 20_000
"""Bytes of a kept document up to which it is not checked for long texts: nearly none has any."""


@dataclass(frozen=True, slots=True)
class StoredDocument(SearchDocument):
    """A document as the index keeps it: long texts are clipped, long lists cut."""


def payload_of(document: SearchDocument) -> str:
    """Return the text that an index keeps of ``document``."""
    d = document
    return orjson.dumps(
        (
            d.iri,
            d.source,
            d.remote_id,
            d.hash,
            clip(d.title),
            clip(d.title_en),
            clip(d.description, MAX_DESCRIPTION),
            _clipped(d.publishers, MAX_LABELS),
            _clipped(d.keywords, MAX_KEYWORDS),
            _clipped(d.fields),
            _clipped(d.places, MAX_LABELS),
            _clipped(d.themes, MAX_LABELS),
            d.issued,
            d.modified,
            d.facets,
            _clipped(d.alternatives, MAX_LABELS),
            d.popularity,
            d.quality,
            d.description_en[:MAX_DESCRIPTION],
            d.period,
        )
    ).decode()


def _clipped(names: Sequence[str], most: int | None = None) -> list[str]:
    """Return names as long as they are shown, the first of them where there are very many."""
    return [clip(name) for name in names[:most]]


def identity(payload: str | bytes) -> tuple[str, str]:
    """Return IRI and hash of a kept document."""
    row: list[Any] = orjson.loads(payload)
    return row[0], row[3]


def stored(payload: str | bytes) -> StoredDocument:
    """Return a document as it was kept."""
    row: list[Any] = orjson.loads(payload)
    if len(payload) > _USUAL:
        # An index made before there was a bound holds texts as they came.
        row[4:6] = _clipped(row[4:6])
        row[7:12] = (_clipped(names) for names in row[7:12])
        row[15] = _clipped(row[15])
    # In the order of the fields.
    row[7:12] = map(tuple, row[7:12])
    row[14] = {name: tuple(values) for name, values in row[14].items()}
    row[15] = tuple(row[15])
    row[19] = tuple(row[19])
    return StoredDocument(*row)
