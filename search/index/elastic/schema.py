"""The mapping, and a document in it."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any, Final

import orjson

from search.facets import AREA, DAYS, GROUP, INDEXED
from search.index.field_names import (
    BY_MODIFIED,
    BY_TITLE,
    CHECKPOINT,
    DATASET,
    IRI,
    KIND,
    MARK,
    PAYLOAD,
    day_field,
    facet_field,
    text_field,
)
from search.index.fields import CANDIDATE_WEIGHTS, PREPARED_VERSION, prepare
from search.index.model import SearchDocument
from search.limits import MAX_WINDOW

SCHEMA_VERSION: Final = PREPARED_VERSION
"""Part of the index's name; another one means that the index is built anew."""

HASH: Final = "hash"
STAMP: Final = "stamp"
"""A checksum of the payload: what is known by its stamp need not be fetched again."""

K1: Final = 1.2
B: Final = 0.75
"""As in the embedded index."""

LONGEST_KEY: Final = 8_191
"""Characters of a keyword; Lucene takes 32,766 bytes. Longer values are not found, nor refused."""


def index_body() -> dict[str, Any]:
    """Return settings and mapping of a new index.

    One shard: scores then rest on the same statistics for every document, counts are exact, and
    a refresh shows a commit as one. A shard holds millions of descriptions.
    """
    key = {"type": "keyword", "ignore_above": LONGEST_KEY}
    kept = {"type": "keyword", "index": False, "doc_values": False}
    text = {
        "type": "text",
        "analyzer": "whitespace",
        "similarity": "prepared",
        # No phrase is ever asked for.
        "index_options": "freqs",
    }
    properties: dict[str, Any] = {
        KIND: {"type": "keyword"},
        IRI: key,
        HASH: {"type": "keyword", "index": False},
        STAMP: {"type": "keyword"},
        PAYLOAD: kept,
        BY_TITLE: key,
        BY_MODIFIED: {"type": "long"},
        CHECKPOINT: {"type": "long", "index": False, "doc_values": False},
        MARK: kept,
    }
    properties |= {text_field(name): text for name in CANDIDATE_WEIGHTS}
    properties |= {facet_field(name): key for name in (*INDEXED, AREA)}
    properties[facet_field(GROUP)] = {**key, "doc_values": False}
    properties |= {day_field(name): {"type": "integer"} for name in DAYS}
    return {
        "settings": {
            "number_of_shards": 1,
            "auto_expand_replicas": "0-1",
            # Only a commit makes anything visible.
            "refresh_interval": "-1",
            # A page may begin behind the window that is put into its fine order.
            "max_result_window": 2 * MAX_WINDOW,
            "similarity": {"prepared": {"type": "BM25", "k1": K1, "b": B}},
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": {"schema": SCHEMA_VERSION},
            # The rest is in the index and never shown.
            "_source": {"includes": [PAYLOAD, CHECKPOINT, MARK]},
            "properties": properties,
        },
    }


def identifier(iri: str) -> str:
    """Return the id of a record's document: an IRI may be longer than the 512 bytes of an id."""
    return blake2b(iri.encode("utf-8", "replace"), digest_size=16).hexdigest()


def put_dataset(document: SearchDocument) -> bytes:
    """Return the two lines of ``_bulk`` that put a dataset in the place of its IRI."""
    prepared = prepare(document)
    source: dict[str, Any] = {
        KIND: DATASET,
        IRI: document.iri,
        HASH: document.hash,
        STAMP: blake2b(prepared.payload.encode(), digest_size=12).hexdigest(),
        PAYLOAD: prepared.payload,
        BY_TITLE: prepared.by_title,
        BY_MODIFIED: prepared.by_modified,
        facet_field(GROUP): prepared.group,
    }
    for name, tokens in prepared.text.items():
        if tokens:
            source[text_field(name)] = tokens
    for name, values in prepared.facets.items():
        source[facet_field(name)] = values
    for name, day in prepared.days.items():
        source[day_field(name)] = day
    return _line({"index": {"_id": identifier(document.iri)}}) + _line(source)


def remove_dataset(iri: str) -> bytes:
    """Return the line of ``_bulk`` that removes a dataset."""
    return _line({"delete": {"_id": identifier(iri)}})


def put_checkpoint(checkpoint: int, mark: str) -> bytes:
    """Return the two lines of ``_bulk`` that move the checkpoint."""
    return _line({"index": {"_id": CHECKPOINT}}) + _line(
        {KIND: CHECKPOINT, CHECKPOINT: checkpoint, MARK: mark}
    )


def _line(value: dict[str, Any]) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)
