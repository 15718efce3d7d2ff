"""Vectors in Elasticsearch: in an index of their own, with the filters of the index of words.

Not in the documents of that index: those are written with each commit, and a vector may come hours
later; their source is kept in part only, so that a field could not be added later.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import Any, Final, TypeVar

import orjson

from ontology.errors import AtlasError
from search.embeddings.client import VectorRows
from search.embeddings.protocols import Near, Vector
from search.embeddings.texts import TEXT_VERSION
from search.facets import AREA, GROUP, INDEXED, RANGES
from search.index.elastic.address import Address
from search.index.elastic.circuit import Circuit
from search.index.elastic.compile import compile_query
from search.index.elastic.connection import READ_SECONDS, SCAN_SECONDS, WRITE_SECONDS, Connection
from search.index.elastic.errors import SEARCH_REFUSED
from search.index.elastic.responses import (
    SearchResponse,
    UnreadableError,
    acknowledged,
    aliases,
    column,
    found,
    outcomes,
    part,
)
from search.index.elastic.schema import LONGEST_KEY, SCHEMA_VERSION, STAMP, identifier
from search.index.field_names import DATASET, IRI, KIND, day_field, facet_field
from search.index.fields import prepare
from search.index.model import SearchDocument
from search.index.payload import StoredDocument
from search.index.plan import Plan
from search.index.protocol import IndexView

VECTOR: Final = "vector"
MAPPING_VERSION: Final = 1
_CANDIDATES: Final = 200
"""Neighbours that the server looks at for each answer: more find better and take longer."""
_OVERSAMPLE: Final = 2.0
_PAGE: Final = 5_000

_T = TypeVar("_T")


class ElasticVectors:
    """The vectors of one model on one server; safe to share among threads.

    Both `search.embeddings.protocols.VectorReader` and `search.embeddings.protocols.VectorCopy`.
    """

    def __init__(
        self, url: str, name: str, model: str, *, read_seconds: float = READ_SECONDS
    ) -> None:
        """Use an index whose name begins with that of the catalogue's; nothing is asked yet."""
        self._connection = Connection(Address.parse(url), Circuit())
        self._family = f"{name}-near-"
        about = f"{TEXT_VERSION}\n{MAPPING_VERSION}\n{SCHEMA_VERSION}\n{model}"
        self._index = self._family + blake2b(about.encode(), digest_size=8).hexdigest()
        self._seconds = read_seconds
        self._made = False

    # -- reading ---------------------------------------------------------------------------------

    def size(self) -> int:
        """Return how many datasets have a vector."""
        count = self._connection.ask(
            lambda c: c.count(index=self._index),
            self._seconds,
            lambda body: part(body, "count", int),
        )
        return count or 0

    def dimension(self) -> int:
        """Return how many numbers a vector has; 0 where there is none yet."""
        index = self._index

        def read(body: object) -> int:
            properties = part(part(part(body, index, dict), "mappings", dict), "properties", dict)
            return part(part(properties, VECTOR, dict), "dims", int)

        dimension = self._connection.ask(
            lambda c: c.indices.get_mapping(index=index), self._seconds, read
        )
        return dimension or 0

    def cosines(self, vector: Vector, iris: Sequence[str]) -> dict[str, float]:
        """Return the exact cosines of those datasets that have a vector."""
        if not iris:
            return {}
        # No script: not every server allows them. Of as few as it may return it looks at all.
        only = {"ids": {"values": [identifier(iri) for iri in iris]}}
        return dict(self._nearest(vector, len(iris), only))

    def nearest(self, vector: Vector, plan: Plan, count: int, view: IndexView) -> list[Near]:
        """Return the datasets within a plan's filters that are nearest, the nearest first."""
        within = replace(plan, groups=None, order="modified", after=None)
        cosines = dict(self._nearest(vector, count, compile_query(within)))
        # Asked again where the words are: what is gone there, or has moved out of the filters,
        # may still be here.
        documents = view.among(list(cosines), within)
        near = [(document, cosines[iri]) for iri, document in documents.items()]
        return sorted(near, key=lambda one: (-one[1], one[0].iri))

    def _nearest(
        self, vector: Vector, count: int, within: dict[str, Any]
    ) -> tuple[tuple[str, float], ...]:
        hits = self._search(
            {
                "knn": {
                    "field": VECTOR,
                    "query_vector": vector.tolist(),
                    "k": count,
                    "num_candidates": max(_CANDIDATES, count),
                    "filter": within,
                    # Found by bytes, measured by the numbers themselves.
                    "rescore_vector": {"oversample": _OVERSAMPLE},
                },
                "size": count,
                "docvalue_fields": [IRI],
            },
            _scored,
        ).hits
        # The server's score of a cosine is (1 + cosine) / 2.
        return tuple((iri, 2 * score - 1) for iri, score in hits)

    def close(self) -> None:
        """Close all connections."""
        self._connection.close()

    # -- writing ---------------------------------------------------------------------------------

    def names(self) -> set[str]:
        """Return the IRIs of all datasets that are here."""
        names: set[str] = set()
        after: dict[str, Any] = {}
        while True:
            page = self._search(
                {
                    "query": {"term": {KIND: DATASET}},
                    "size": _PAGE,
                    "sort": [{IRI: "asc"}],
                    "docvalue_fields": [IRI],
                    **after,
                },
                lambda hit: column(hit, IRI),
                SCAN_SECONDS,
            )
            names.update(page.hits)
            if len(page.hits) < _PAGE:
                return names
            after = {"search_after": page.after}

    def missing(self, documents: Sequence[StoredDocument]) -> set[str]:
        """Return those that are not here as they are now."""
        stamps = {stamp_of(d): d.iri for d in documents}
        here = self._search(
            {
                "query": {"bool": {"filter": [{"terms": {STAMP: list(stamps)}}]}},
                "size": len(stamps),
                "docvalue_fields": [STAMP],
            },
            lambda hit: stamps.get(column(hit, STAMP), ""),
            SCAN_SECONDS,
        ).hits
        return {d.iri for d in documents}.difference(here)

    def put(self, documents: Sequence[StoredDocument], vectors: VectorRows) -> None:
        """Put datasets with their vectors in the place of their IRIs."""
        if not documents:
            return
        self._make(vectors.shape[1])
        lines: list[dict[str, Any]] = []
        for document, vector in zip(documents, vectors, strict=True):
            lines.append({"index": {"_id": identifier(document.iri)}})
            lines.append(_source(document, vector))
        self._bulk(lines, len(documents))

    def remove(self, iris: Sequence[str]) -> None:
        """Remove datasets; they need not be here."""
        if self._exists():
            self._bulk([{"delete": {"_id": identifier(iri)}} for iri in iris], len(iris))

    def _exists(self) -> bool:
        if not self._made:
            there = self._connection.insist(
                lambda c: c.indices.get(index=self._index, features="aliases"),
                WRITE_SECONDS,
                aliases,
            )
            self._made = there is not None
        return self._made

    def _make(self, dimension: int) -> None:
        """Make the index where there is none, and remove those of other models."""
        if self._exists():
            return
        others = self._connection.insist(
            lambda c: c.indices.get(index=f"{self._family}*", features="aliases"),
            WRITE_SECONDS,
            aliases,
        )
        if others:
            names = [name for name in others if name.startswith(self._family)]
            self._connection.insist(
                lambda c: c.indices.delete(index=names), WRITE_SECONDS, acknowledged
            )
        self._connection.insist(
            lambda c: c.indices.create(
                index=self._index, **_index_body(dimension), wait_for_active_shards=1
            ),
            WRITE_SECONDS,
            acknowledged,
        )
        self._made = True

    def _bulk(self, lines: list[dict[str, Any]], count: int) -> None:
        done = self._connection.insist(
            lambda c: c.bulk(
                index=self._index,
                operations=[b"".join(map(_line, lines))],  # type: ignore[list-item]
                refresh=True,
                filter_path="errors,items.*.status,items.*.error.type,items.*.error.reason",
            ),
            WRITE_SECONDS,
            outcomes(count),
        )
        if done is None:
            # Somebody removed the index: made anew with the next.
            self._made = False
            raise AtlasError(SEARCH_REFUSED, url=self._connection.address, reason="no index")
        for outcome in done:
            if outcome.error:
                reason = f"HTTP {outcome.status}: {outcome.error}: {outcome.reason}"
                raise AtlasError(SEARCH_REFUSED, url=self._connection.address, reason=reason)

    # -- requests --------------------------------------------------------------------------------

    def _search(
        self, body: dict[str, Any], row: Callable[[object], _T], seconds: float | None = None
    ) -> SearchResponse[_T]:
        answer = self._connection.ask(
            lambda c: c.search(
                index=self._index,
                allow_partial_search_results=False,
                body={"_source": False, "track_total_hits": False, **body},
            ),
            seconds or self._seconds,
            found(row),
        )
        # No index yet: no vector either.
        return answer or SearchResponse(0, (), {}, [], "")


def _scored(hit: object) -> tuple[str, float]:
    score = hit.get("_score") if isinstance(hit, dict) else None
    if not isinstance(score, int | float):
        raise UnreadableError("_score is not a number")
    return column(hit, IRI), float(score)


def stamp_of(document: StoredDocument) -> str:
    """Return what is different for a document whose text or filters are."""
    d = document
    about = (d.iri, d.title, d.description, d.fields, d.keywords, d.title_en, d.alternatives)
    kept = (*about, dict(d.facets), d.places, d.publishers, d.issued, d.modified)
    return blake2b(orjson.dumps(kept), digest_size=12).hexdigest()


def _index_body(dimension: int) -> dict[str, Any]:
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
    properties |= {day_field(name): {"type": "integer"} for name in RANGES}
    return {
        "settings": {"number_of_shards": 1, "auto_expand_replicas": "0-1"},
        "mappings": {
            "dynamic": "strict",
            # Nothing of it is ever shown.
            "_source": {"enabled": False},
            "properties": properties,
        },
    }


def _source(document: StoredDocument, vector: Vector) -> dict[str, Any]:
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


def _line(value: dict[str, Any]) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)
