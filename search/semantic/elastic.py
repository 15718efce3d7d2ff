"""Vectors in Elasticsearch: an index of their own beside that of the words, with its filters.

Not in the documents of the words: those are written with each commit, and a vector may come hours
later; the server keeps of them only what is shown, so that none could be added to one.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, Final

import orjson

from ontology.errors import AtlasError
from search.elastic.address import Address
from search.elastic.circuit import Circuit
from search.elastic.compile import compile_query
from search.elastic.connection import READ_SECONDS, SCAN_SECONDS, WRITE_SECONDS, Connection
from search.elastic.errors import SEARCH_REFUSED
from search.elastic.schema import (
    DATASET,
    IRI,
    KIND,
    LONGEST_KEY,
    SCHEMA_VERSION,
    STAMP,
    day_field,
    facet_field,
    identifier,
)
from search.engine import AREA, FACETS, GROUP, RANGES, SearchDocument
from search.matching import Plan, View
from search.prepared import prepare
from search.semantic.near import Near, Vector
from search.semantic.server import Vectors
from search.semantic.texts import TEXT_VERSION
from search.stored import Stored

VECTOR: Final = "vector"
MAPPING_VERSION: Final = 1
_CANDIDATES: Final = 200
"""Neighbours that the server looks at for each answer: more find better and take longer."""
_PAGE: Final = 5_000


class ElasticVectors:
    """The vectors of one model on one server; safe to share among threads.

    Both `search.semantic.near.Vectors` and `search.semantic.near.Copy`.
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
        found: Any = self._connection.ask(lambda c: c.count(index=self._index), self._seconds)
        return 0 if found is None else int(found["count"])

    def dimension(self) -> int:
        """Return how many numbers a vector has; 0 where there is none yet."""
        found: Any = self._connection.ask(
            lambda c: c.indices.get_mapping(index=self._index), self._seconds
        )
        if not found:
            return 0
        (one,) = found.values()
        return int(one["mappings"]["properties"][VECTOR]["dims"])

    def likeness(self, vector: Vector, iris: Sequence[str]) -> dict[str, float]:
        """Return the exact cosines of those datasets that have a vector."""
        ids = {identifier(iri): iri for iri in iris}
        script = {
            # A score may not be negative.
            "source": "cosineSimilarity(params.wanted, 'vector') + 1.0",
            "params": {"wanted": vector.tolist()},
        }
        found = self._search(
            {
                "query": {
                    "script_score": {"query": {"ids": {"values": list(ids)}}, "script": script}
                },
                "size": len(ids),
            }
        )
        return {ids[hit["_id"]]: hit["_score"] - 1.0 for hit in found if hit["_id"] in ids}

    def nearest(self, vector: Vector, plan: Plan, count: int, view: View) -> list[Near]:
        """Return the datasets within a plan's filters that are nearest, the nearest first."""
        within = Plan(filters=plan.filters, ranges=plan.ranges)
        found = self._search(
            {
                "knn": {
                    "field": VECTOR,
                    "query_vector": vector.tolist(),
                    "k": count,
                    "num_candidates": max(_CANDIDATES, count),
                    "filter": compile_query(within),
                },
                "size": count,
                "docvalue_fields": [IRI],
            }
        )
        # The server's score of a cosine is (1 + cosine) / 2.
        cosines = {hit["fields"][IRI][0]: 2 * hit["_score"] - 1 for hit in found}
        # Asked again where the words are: what is gone there, or has moved out of the filters,
        # may still be here.
        documents = view.among(list(cosines), within)
        exact = self.likeness(vector, list(documents))
        near = [(documents[iri], exact.get(iri, cosines[iri])) for iri in documents]
        return sorted(near, key=lambda one: (-one[1], one[0].iri))

    def close(self) -> None:
        """Close all connections."""
        self._connection.close()

    # -- writing ---------------------------------------------------------------------------------

    def names(self) -> set[str]:
        """Return the IRIs of all datasets that are here."""
        return {hit["fields"][IRI][0] for hit in self._each()}

    def missing(self, documents: Sequence[Stored]) -> set[str]:
        """Return those that are not here as they are now."""
        stamps = {stamp_of(d): d.iri for d in documents}
        found = self._search(
            {
                "query": {"bool": {"filter": [{"terms": {STAMP: list(stamps)}}]}},
                "size": len(stamps),
                "docvalue_fields": [STAMP],
            },
            SCAN_SECONDS,
        )
        here = {stamps[hit["fields"][STAMP][0]] for hit in found}
        return {d.iri for d in documents} - here

    def put(self, documents: Sequence[Stored], vectors: Vectors) -> None:
        """Put datasets with their vectors in the place of their IRIs."""
        if not documents:
            return
        self._make(vectors.shape[1])
        lines: list[dict[str, Any]] = []
        for document, vector in zip(documents, vectors, strict=True):
            lines.append({"index": {"_id": identifier(document.iri)}})
            lines.append(_source(document, vector))
        self._bulk(lines)

    def remove(self, iris: Sequence[str]) -> None:
        """Remove datasets; they need not be here."""
        if self._exists():
            self._bulk([{"delete": {"_id": identifier(iri)}} for iri in iris])

    def _exists(self) -> bool:
        if not self._made:
            found: Any = self._connection.insist(
                lambda c: c.indices.get(index=self._index), WRITE_SECONDS
            )
            self._made = found is not None
        return self._made

    def _make(self, dimension: int) -> None:
        """Make the index where there is none, and remove those of other models."""
        if self._exists():
            return
        found: Any = self._connection.insist(
            lambda c: c.indices.get(index=f"{self._family}*", features="aliases"), WRITE_SECONDS
        )
        if found:
            others = list(found)
            self._connection.insist(lambda c: c.indices.delete(index=others), WRITE_SECONDS)
        self._connection.insist(
            lambda c: c.indices.create(
                index=self._index, **_index_body(dimension), wait_for_active_shards=1
            ),
            WRITE_SECONDS,
        )
        self._made = True

    def _bulk(self, lines: list[dict[str, Any]]) -> None:
        body: Any = self._connection.insist(
            lambda c: c.bulk(
                index=self._index,
                operations=[b"".join(map(_line, lines))],  # type: ignore[list-item]
                refresh=True,
                filter_path="errors,items.*.status,items.*.error.type,items.*.error.reason",
            ),
            WRITE_SECONDS,
        )
        if body is None:
            # Somebody removed the index: made anew with the next.
            self._made = False
            raise AtlasError(SEARCH_REFUSED, url=self._connection.address, reason="no index")
        for item in body.get("items", ()):
            (outcome,) = item.values()
            if "error" in outcome:
                raise self._connection.refused(outcome, outcome["status"])

    # -- requests --------------------------------------------------------------------------------

    def _search(self, body: dict[str, Any], seconds: float | None = None) -> list[dict[str, Any]]:
        answer: Any = self._connection.ask(
            lambda c: c.search(
                index=self._index,
                allow_partial_search_results=False,
                body={"_source": False, "track_total_hits": False, **body},
            ),
            seconds or self._seconds,
        )
        found: list[dict[str, Any]] = [] if answer is None else answer["hits"]["hits"]
        return found

    def _each(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
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
                SCAN_SECONDS,
            )
            found += page
            if len(page) < _PAGE:
                return found
            after = {"search_after": page[-1]["sort"]}


def stamp_of(document: Stored) -> str:
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
    properties |= {facet_field(name): key for name in (*FACETS, AREA)}
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


def _source(document: Stored, vector: Vector) -> dict[str, Any]:
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
