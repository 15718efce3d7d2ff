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
from search.embeddings.elastic_documents import VECTOR, index_body, source_of, stamp_of
from search.embeddings.protocols import Near, Vector, VectorRows
from search.embeddings.texts import TEXT_VERSION
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
from search.index.elastic.schema import SCHEMA_VERSION, STAMP, identifier
from search.index.field_names import DATASET, IRI, KIND
from search.index.payload import StoredDocument
from search.index.plan import Plan
from search.index.protocol import IndexView

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
            lines.append(source_of(document, vector))
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
                index=self._index, **index_body(dimension), wait_for_active_shards=1
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


def _line(value: dict[str, Any]) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)
