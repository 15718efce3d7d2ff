"""The requests of a walk, one page ahead of what is taken in.

While the datasets of a page are mapped, judged and stored, the next page of the list is requested,
and its datasets behind those of the page before. What is ahead is thrown away where the walk ends:
the cursor moves only with what is stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

import structlog

from catalog_service.journal import Journal
from catalog_service.sources.errors import ANSWER_UNREADABLE
from catalog_service.sources.harvests.model import HarvestRun
from catalog_service.sources.harvests.stop_watch import StopWalkError
from catalog_service.sources.harvests.store import HarvestStore
from harvesters.platforms.protocol import Entry, Page, Platform, version_in
from harvesters.protocols import Incoming, Unreadable
from ontology.errors import AtlasError

_log = structlog.get_logger(__name__)

_OF_CONTENT: Final = (ArithmeticError, LookupError, RecursionError, ValueError)
"""What reading foreign values raises where nobody has thought of them."""


@dataclass(slots=True)
class Requested:
    """A page of the list, and its datasets on their way."""

    page: Page
    entries: list[Entry] = field(default_factory=list)
    """What to fetch of it, each dataset once."""
    marks: dict[str, str | None] = field(default_factory=dict)
    """The marks of the datasets that are known and unchanged."""
    fetches: dict[str, Future[Incoming | Unreadable]] = field(default_factory=dict)
    outdated: int = 0
    """Versions that are older than what the walk has brought of their datasets."""
    passing: dict[str, AtlasError] = field(default_factory=dict)
    """Of the datasets whose request failed for what says nothing of the dataset itself."""

    def names(self) -> list[str]:
        """Return the identifiers of all datasets that the page names, or says are gone."""
        listed = [entry.remote_id for entry in self.page.entries if isinstance(entry, Entry)]
        return [*listed, *self.page.removed]


class PageRequests:
    """Requests the pages of one run, and the datasets of two pages at most ahead of the walk."""

    def __init__(
        self,
        platform: Platform,
        run: HarvestRun,
        store: HarvestStore,
        journal: Journal,
        parallel: int,
    ) -> None:
        """Request ``parallel`` datasets at once; the platform's politeness may allow fewer."""
        self._platform, self._run = platform, run
        self._store, self._journal = store, journal
        self._bookmark = None if run.full else run.bookmark
        self._lists = ThreadPoolExecutor(1, "list")
        self._datasets = ThreadPoolExecutor(parallel, "fetch")
        self._before: frozenset[str] = frozenset()
        self._unstored: dict[str, str | None] = {}

    def begin(self, cursor: str | None) -> Future[Requested]:
        """Begin to request the page at a cursor and its datasets."""
        return self._lists.submit(self._request, cursor)

    def settled(self, requested: Requested) -> Requested:
        """Decide again on a page that repeats datasets of the page before, now that it is stored.

        Every page passes here, in order, before it is taken in.
        """
        names = frozenset(requested.names())
        if not names.isdisjoint(self._before):
            self._decide(requested)
        self._before = names
        return requested

    def remember(self, marks: Mapping[str, str | None]) -> None:
        """Note what a page brought, in the place of the store: of a dry run nothing is stored."""
        self._unstored |= marks

    def is_outdated(self, versions: Mapping[str, str]) -> set[str]:
        """Return the datasets of which the walk has brought a newer version than these.

        What it has brought is known by what is stored, so that it is known, too, when a run is
        gone on with. All pages before must have been stored, or the page be `settled`.
        """
        own = self._known(list(versions))
        number = self._run.number
        newest = {
            name: version_in(mark)
            for name, (mark, seen) in own.items()
            if mark is not None and abs(seen) == number
        }
        return {name for name, version in versions.items() if version < newest.get(name, "")}

    def _known(self, remote_ids: Sequence[str]) -> dict[str, tuple[str | None, int]]:
        """Return the change marks last taken in, and the runs that saw them."""
        unstored = {one: self._unstored[one] for one in remote_ids if one in self._unstored}
        number = self._run.number
        return self._store.marks(self._run, remote_ids) | {
            one: (mark, number) for one, mark in unstored.items()
        }

    def close(self) -> None:
        """Give up what is not under way: each of many requests may take a minute."""
        self._datasets.shutdown(wait=False, cancel_futures=True)
        self._lists.shutdown(cancel_futures=True)
        self._datasets.shutdown()

    def _request(self, cursor: str | None) -> Requested:
        try:
            requested = Requested(self._platform.page(cursor, self._bookmark))
        except _OF_CONTENT as error:
            raise unreadable(self._run) from error
        self._decide(requested)
        return requested

    def _decide(self, requested: Requested) -> None:
        """Begin to fetch what is new or changed, and note the marks of the rest."""
        entries = [entry for entry in requested.page.entries if isinstance(entry, Entry)]
        versions = {one.remote_id: one.version for one in entries if one.version is not None}
        old = self.is_outdated(versions) if versions else set()
        requested.outdated = len(old)
        entries = [entry for entry in entries if entry.remote_id not in old]
        requested.entries, requested.marks = self._to_fetch(entries)
        for entry in requested.entries:
            if entry.remote_id not in requested.fetches:
                requested.fetches[entry.remote_id] = self._datasets.submit(
                    self._fetch, entry, requested.passing
                )

    def _to_fetch(self, entries: Sequence[Entry]) -> tuple[list[Entry], dict[str, str | None]]:
        """Return the entries to fetch, and the marks of those that are known and unchanged."""
        known = self._known([entry.remote_id for entry in entries])
        same = [
            entry.remote_id
            for entry in entries
            if entry.mark is not None
            and known.get(entry.remote_id, (None, 0))[0] == entry.stored_mark
        ]
        states = self._journal.states(self._run.source, same)
        # A record that had gone is listed again: it must be submitted to come back.
        there = {one for one in same if one in states and states[one].state in ("active", "held")}
        fresh: dict[str, Entry] = {}
        marks: dict[str, str | None] = {}
        for entry in entries:
            if entry.remote_id in there:
                marks[entry.remote_id] = entry.stored_mark
            else:
                fresh.setdefault(entry.remote_id, entry)
        return list(fresh.values()), marks

    def _fetch(self, entry: Entry, passing: dict[str, AtlasError]) -> Incoming | Unreadable:
        try:
            return self._platform.fetch(entry)
        except StopWalkError:
            raise
        except AtlasError as error:
            passing[entry.remote_id] = error
            return Unreadable(error)
        except Exception:
            # Whatever it is, other datasets are none the worse for it.
            return Unreadable(unreadable(self._run, entry.remote_id))


def unreadable(run: HarvestRun, remote_id: str | None = None) -> AtlasError:
    """Return the error for what a platform's answer raised, which is logged: we do not know it.

    Called where the exception is handled. The fault may be ours, and the log has where; the
    platform can mend it, too.
    """
    _log.exception("answer-unreadable", source=run.source, run=run.id, remote_id=remote_id)
    return AtlasError(ANSWER_UNREADABLE, source=run.source)
