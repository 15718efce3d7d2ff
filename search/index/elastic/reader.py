"""Reading through one alias: the last commit, searches, documents, scans of all documents."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, TypeVar

from ontology.errors import AtlasError
from search.bounded_cache import BoundedCache
from search.errors import INDEX_MISSING
from search.index.elastic.compile import SORTS, Json
from search.index.elastic.connection import READ_SECONDS, SCAN_SECONDS, Connection
from search.index.elastic.responses import (
    NEWEST,
    Read,
    SearchResponse,
    anything,
    checkpoint,
    column,
    document,
    each_of,
    examples,
    found,
    opened,
)
from search.index.elastic.schema import STAMP
from search.index.field_names import CHECKPOINT, PAYLOAD, facet_field
from search.index.payload import StoredDocument
from search.limits import CACHED_DOCUMENTS, CACHED_QUERIES

_SCANNED: Final = 2_000
"""Documents in one page of a walk over all."""
_KEEP_ALIVE: Final = "2m"
_CACHED_COMMITS: Final = 3
"""Copies of an index show a commit one after the other."""

_WHOLE: Final[Json] = {"_source": [PAYLOAD], "docvalue_fields": [STAMP]}

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that readers see, and what was asked of it."""

    state: tuple[str, int, int]
    """Index, term and sequence number of the document of the checkpoint, which each commit
    replaces."""
    checkpoint: int
    mark: str
    found: BoundedCache[Hashable, Any] = field(
        default_factory=partial(BoundedCache, CACHED_QUERIES), compare=False
    )
    counts: BoundedCache[Hashable, Mapping[str, Mapping[str, int]]] = field(
        default_factory=partial(BoundedCache, CACHED_QUERIES), compare=False
    )
    names: dict[Hashable, Any] = field(default_factory=dict, compare=False)


class Reader:
    """Follows the commits of one alias; safe to share among threads.

    An index may have several copies, of which each shows a commit a little earlier or later and
    scores a little differently. ``chain`` names what belongs together: requests of one chain are
    answered by one copy, from whichever machine they come.
    """

    def __init__(self, connection: Connection, alias: str, seconds: float = READ_SECONDS) -> None:
        """Read through ``alias``; a request may take ``seconds``."""
        self._connection = connection
        self._seconds = seconds
        self.alias = alias
        self._commits: dict[tuple[str, int, int], Commit] = {}
        self._documents: dict[str, StoredDocument] = {}
        self._lock = threading.Lock()

    def commit(self, chain: str = "") -> Commit | None:
        """Return the last commit, or None where there is no index.

        Raises `AtlasError` (``search-unreachable``, ``search-refused``).
        """
        told = self._connection.ask(
            lambda c: c.get(
                index=self.alias,
                id=CHECKPOINT,
                # Not in real time: as of the last refresh, as searches see it.
                realtime=False,
                preference=self._copy(chain),
            ),
            self._seconds,
            checkpoint,
        )
        if told is None:
            return None
        commit = self._commits.get(told.state)
        if commit is None:
            commit = Commit(told.state, told.number, told.mark)
            with self._lock:
                while len(self._commits) >= _CACHED_COMMITS:
                    del self._commits[next(iter(self._commits))]
                self._commits[told.state] = commit
        return commit

    def search(
        self, body: Json, row: Callable[[object], _T], chain: str = ""
    ) -> SearchResponse[_T]:
        """Send one search whose hits ``row`` reads; raises `AtlasError` (``index-missing`` …)."""
        return self._search(body, found(row, body.get("aggs", ())), chain)

    def _search(self, body: Json, read: Read[_T], chain: str) -> _T:
        return self._there(
            self._connection.ask(
                lambda c: c.search(
                    index=self.alias,
                    allow_partial_search_results=False,
                    preference=self._copy(chain),
                    body=body,
                ),
                self._seconds,
                read,
            )
        )

    def search_several(
        self, asked: Sequence[tuple[Json, Callable[[object], _T]]], chain: str = ""
    ) -> list[SearchResponse[_T]]:
        """Send several searches in one request."""
        head = {"allow_partial_search_results": False, "preference": self._copy(chain)}
        lines = [line for body, _ in asked for line in (head, body)]
        readers = [found(row, body.get("aggs", ())) for body, row in asked]
        answer = self._connection.ask(
            lambda c: c.msearch(index=self.alias, searches=lines), self._seconds, each_of(readers)
        )
        return self._there(answer)

    def examples(
        self, facet: str, values: Sequence[str], query: Json, chain: str = ""
    ) -> dict[str, tuple[int, str]]:
        """Return how many documents carry each value, and the stamp of the newest of them."""
        field = facet_field(facet)
        newest = {"top_hits": {**_WHOLE, "size": 1, "sort": SORTS["modified"]}}
        body: Json = {
            "query": {"bool": {"filter": [query, {"terms": {field: values}}]}},
            "size": 0,
            "track_total_hits": False,
            "aggs": {
                facet: {
                    "terms": {"field": field, "include": values, "size": len(values)},
                    "aggs": {NEWEST: newest},
                }
            },
        }
        read = examples(facet, lambda hit: (column(hit, STAMP), document(hit)))
        found = self._search(body, read, chain)
        self.remember({stamp: there for _, (stamp, there) in found.values()})
        return {value: (count, stamp) for value, (count, (stamp, _)) in found.items()}

    def scan(self, body: Json, row: Callable[[object], _T]) -> Iterator[_T]:
        """Yield every hit of a search, as of now: commits meanwhile do not show."""
        pit = self._connection.ask(
            lambda c: c.open_point_in_time(
                index=self.alias, keep_alive=_KEEP_ALIVE, preference=self._copy("")
            ),
            SCAN_SECONDS,
            opened,
        )
        if pit is None:
            return
        try:
            after: Json = {}
            while True:
                page = {
                    **body,
                    **after,
                    "pit": {"id": pit, "keep_alive": _KEEP_ALIVE},
                    "size": _SCANNED,
                    "sort": [{"_shard_doc": "asc"}],
                    "track_total_hits": False,
                }
                answer = self._there(
                    self._connection.ask(
                        # That no part may be missing was requested when the point was opened.
                        lambda c, page=page: c.search(body=page),  # type: ignore[misc]
                        SCAN_SECONDS,
                        found(row),
                    )
                )
                pit = answer.pit or pit
                yield from answer.hits
                if len(answer.hits) < _SCANNED:
                    return
                after = {"search_after": answer.after}
        finally:
            self._forget(pit)

    def documents(self, stamps: Sequence[str], chain: str = "") -> Mapping[str, StoredDocument]:
        """Return documents by their stamps, of which only unknown ones are fetched.

        One that was replaced since is not among them.
        """
        known = self._documents
        wanted = {stamp: known.get(stamp) for stamp in stamps}
        missing = [stamp for stamp, there in wanted.items() if there is None]
        if missing:
            body: Json = {
                "query": {"bool": {"filter": [{"terms": {STAMP: missing}}]}},
                "size": len(missing),
                **_WHOLE,
                "track_total_hits": False,
            }
            fetched = dict(
                self.search(body, lambda hit: (column(hit, STAMP), document(hit)), chain).hits
            )
            self.remember(fetched)
            wanted.update(fetched)
        return {stamp: there for stamp, there in wanted.items() if there is not None}

    def remember(self, documents: Mapping[str, StoredDocument]) -> None:
        """Keep documents by their stamps."""
        with self._lock:
            if len(self._documents) + len(documents) > CACHED_DOCUMENTS:
                self._documents.clear()
            self._documents.update(documents)

    def _copy(self, chain: str) -> str:
        """What chooses the copy: any text without a leading underscore."""
        return chain or self.alias

    def _there(self, answer: _T | None) -> _T:
        if answer is None:
            raise AtlasError(INDEX_MISSING, path=self.alias)
        return answer

    def _forget(self, pit: str) -> None:
        try:
            self._connection.ask(lambda c: c.close_point_in_time(id=pit), SCAN_SECONDS, anything)
        except AtlasError:
            # It ends by itself after the time it is kept alive.
            return
