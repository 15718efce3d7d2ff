"""The log of one web process: counts in memory, merged into the database now and then.

Nothing that fewer networks than ``ATLAS_SEARCH_LOG_LEAST`` did leaves the memory. A process that is
killed loses what it had not merged, and begins anew with another key.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from threading import Event, Lock, Thread
from typing import Final

import structlog

from catalog_service.clock import SHANGHAI
from catalog_service.context import Service
from catalog_service.links import dataset_path
from catalog_service.search_log.model import (
    Click,
    ClickEntry,
    Entry,
    NextEntry,
    Reformulation,
    band_of,
)
from catalog_service.search_log.network_sketch import NetworkSketch
from catalog_service.search_log.personal_texts import countable
from catalog_service.search_log.store import SearchLogStore
from ontology.errors import AtlasError
from search.model import Query

MERGE_EVERY: Final = 60.0
"""Seconds between two merges."""

PAGE: Final = 20
"""Hits of a page of results, as `/datasets` shows them."""

MOST_OF_A_DAY: Final = 5_000
"""Rows that one process keeps of a day: those of most networks."""

_LONGEST_IRI: Final = 1_000
"""Bytes: databases bound what an index holds of a row."""

_log = structlog.get_logger(__name__)


class SearchLog:
    """Counts what pages of results led to; safe to share between threads."""

    def __init__(self, atlas: Service) -> None:
        self._atlas = atlas
        self._store = SearchLogStore(atlas.journal)
        self._least = atlas.settings.search_log_least
        self._lock = Lock()
        self._merging = Lock()
        self._day = self._today()
        self._sketch: NetworkSketch[Entry] = NetworkSketch(self._least)
        self._merged: dict[Entry, int] = {}
        self._ended: list[tuple[date, dict[Entry, int]]] = []

    def _today(self) -> date:
        # The real day: ``ATLAS_TODAY`` would have one key and one count for ever.
        return self._atlas.clock.now().astimezone(SHANGHAI).date()

    def note_click(self, text: str, path: str, offset: int, address: str) -> None:
        """Count that a dataset's page was opened from the results of a search."""
        if self._may_count(address) and (query := countable(text)) is not None:
            self._count(ClickEntry(query, path, offset), address)

    def note_next(self, text: str, following: str, address: str) -> None:
        """Count that another search was asked from the results of one."""
        if not self._may_count(address):
            return
        query, after = countable(text), countable(following)
        if query is not None and after is not None and query != after:
            self._count(NextEntry(query, after), address)

    def _may_count(self, address: str) -> bool:
        with self._lock:
            self._begin_day()
            return self._sketch.may_count(address)

    def _count(self, entry: Entry, address: str) -> None:
        with self._lock:
            self._begin_day()
            self._sketch.count(entry, address)

    def _begin_day(self) -> None:
        """After midnight in Shanghai: what the day before reached stays, its key and hashes go."""
        today = self._today()
        if today != self._day:
            self._ended.append((self._day, self._news()))
            self._day, self._sketch, self._merged = today, NetworkSketch(self._least), {}

    def _news(self) -> dict[Entry, int]:
        kept = self._sketch.kept()
        if len(kept) > MOST_OF_A_DAY:
            most = sorted(kept, key=lambda entry: -kept[entry])[:MOST_OF_A_DAY]
            kept = {entry: kept[entry] for entry in most}
        return {e: count for e, count in kept.items() if self._merged.get(e, 0) < count}

    def merge(self) -> None:
        """Write what is new since the last merge; raises what search and journal raise."""
        with self._merging:
            with self._lock:
                self._begin_day()
                ended, day, news = list(self._ended), self._day, self._news()
            rows = [row for of, counts in (*ended, (day, news)) for row in self._rows(of, counts)]
            if rows:
                self._store.merge(rows)
            with self._lock:
                del self._ended[: len(ended)]
                if self._day == day:
                    self._merged |= news

    def _rows(self, day: date, counts: dict[Entry, int]) -> Iterator[Click | Reformulation]:
        for entry, networks in counts.items():
            if isinstance(entry, NextEntry):
                yield Reformulation(day, entry.query, entry.next, networks)
            elif (found := self._found(entry)) is not None:
                iri, rank = found
                yield Click(day, entry.query, iri, band_of(rank), networks)

    def _found(self, entry: ClickEntry) -> tuple[str, int] | None:
        """Return IRI and rank of what was clicked; None where the search does not show it.

        Whoever writes requests by hand can say that any page led to any other: what the results
        do not show was not clicked there.
        """
        query = Query(entry.query, limit=PAGE, offset=entry.offset, grouped=True, facets=False)
        result = self._atlas.search.search(query)
        for hits in (result.hits, result.similar):
            for rank, hit in enumerate(hits, entry.offset + 1):
                short = len(hit.iri.encode()) <= _LONGEST_IRI
                if short and dataset_path(hit.source, hit.remote_id) == entry.path:
                    return hit.iri, rank
        return None

    @contextmanager
    def running(self, merge_every: float = MERGE_EVERY) -> Iterator[None]:
        """Merge now and then in a thread while the block runs, and at its end."""
        stop = Event()
        thread = Thread(target=self._run, args=(stop, merge_every), name="search-log", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def _run(self, stop: Event, merge_every: float) -> None:
        countable("数据")  # what it reads is read here, and not by the first request
        while True:
            ended = stop.wait(merge_every)
            try:
                self.merge()
            except AtlasError as error:
                # Journal or index cannot be asked now: the counts wait.
                _log.warning("search-log-not-merged", error=error.code)
            if ended:
                return
