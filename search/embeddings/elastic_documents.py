"""What Elasticsearch holds of a dataset beside its vector: what its filters and its age need."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any, Final

import orjson

from search.embeddings.protocols import Vector
from search.facets import AREA, DAYS, GROUP, INDEXED
from search.index.elastic.schema import LONGEST_KEY, STAMP
from search.index.field_names import DATASET, IRI, KIND, day_field, facet_field
from search.index.fields import prepare
from search.index.model import SearchDocument
from search.index.payload import StoredDocument

VECTOR: Final = "vector"


def stamp_of(document: StoredDocument) -> str:
    """Return what is different for a document whose text or filters are."""
    d = document
    about = (d.iri, d.title, d.description, d.fields, d.keywords, d.title_en, d.alternatives)
    kept = (*about, dict(d.facets), d.places, d.publishers, d.issued, d.modified, d.period)
    return blake2b(orjson.dumps(kept), digest_size=12).hexdigest()


def index_body(dimension: int) -> dict[str, Any]:
    """Return settings and fields of the index, for vectors of so many numbers."""
    key = {"type": "keyword", "ignore_above": LONGEST_KEY}
    properties: dict[str, Any] = {
        KIND: {"type": "keyword"},
        IRI: key,
        STAMP: {"type": "keyword"},
        VECTOR: {
            "type": "dense_vector",
            "dims": dimension,
            "similarity": "cosine",
            "index": True,
            # A byte for a number, in a graph of neighbours; the numbers themselves stay on disk.
            "index_options": {"type": "int8_hnsw"},
        },
    }
    properties |= {facet_field(name): key for name in (*INDEXED, AREA)}
    properties[facet_field(GROUP)] = {**key, "doc_values": False}
    properties |= {day_field(name): {"type": "integer"} for name in DAYS}
    return {
        "settings": {"number_of_shards": 1, "auto_expand_replicas": "0-1"},
        "mappings": {
            "dynamic": "strict",
            # Nothing of it is ever shown.
            "_source": {"enabled": False},
            "properties": properties,
        },
    }


def source_of(document: StoredDocument, vector: Vector) -> dict[str, Any]:
    """Return what is written of a dataset."""
    d = document
    prepared = prepare(
        SearchDocument(
            iri=d.iri,
            source=d.source,
            remote_id=d.remote_id,
            hash=d.hash,
            title=d.title,
            publishers=d.publishers,
            places=d.places,
            issued=d.issued,
            modified=d.modified,
            facets=d.facets,
            period=d.period,
        )
    )
    source: dict[str, Any] = {
        KIND: DATASET,
        IRI: d.iri,
        STAMP: stamp_of(d),
        VECTOR: vector.tolist(),
        facet_field(GROUP): prepared.group,
    }
    for name, values in prepared.facets.items():
        source[facet_field(name)] = values
    for name, day in prepared.days.items():
        source[day_field(name)] = day
    return source
