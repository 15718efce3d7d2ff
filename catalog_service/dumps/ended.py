"""Which records ceased to be public after a change, and whether a dump holds one of them.

A dump is a copy of the past, and what was closed takes its past with it: a dump that holds such a
record is offered no more from that change on, until it was made anew without it. A record that is
public again meanwhile counts too: what it said before is not offered again.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from operator import itemgetter
from threading import Lock
from typing import Final, NamedTuple, Protocol

import structlog

from catalog_service.dumps.model import Manifest
from catalog_service.dumps.shelf import Shelf
from catalog_service.journal.model import VisibilityChange

_BATCH: Final = 10_000
_log = structlog.get_logger(__name__)


class Journal(Protocol):
    """What of the journal is needed here."""

    def head(self) -> int:
        """Return the number of the last change."""
        ...

    def mark(self, seq: int) -> str:
        """Return what tells change ``seq`` of this journal from every other's."""
        ...

    def visibility_changes_after(self, seq: int, limit: int = 10_000) -> list[VisibilityChange]:
        """Return up to ``limit`` changes that decide what is public, with numbers above ``seq``."""
        ...


def digest(iri: str) -> int:
    """Return what stands for a record in the list of those that a dump holds."""
    return int.from_bytes(hashlib.blake2b(iri.encode(), digest_size=8).digest(), "big")


class Ended:
    """The ends of publicity in the journal, read once and then only what is new.

    Safe to share between threads.
    """

    def __init__(self, journal: Callable[[], Journal]) -> None:
        self._journal = journal
        self._lock = Lock()
        self._from: int | None = None
        self._at = 0
        self._ends: list[tuple[int, str]] = []

    def after(self, seq: int) -> frozenset[str]:
        """Return the records that ended after change ``seq``.

        Raises `AtlasError` where the journal cannot be read: nobody can tell then.
        """
        return self.after_and_up_to(seq)[0]

    def after_and_up_to(self, seq: int) -> tuple[frozenset[str], int]:
        """Return the records that ended after change ``seq``, and the last change looked at.

        Raises what `after` does.
        """
        journal = self._journal()
        with self._lock:
            head = journal.head()
            if self._from is None or seq < self._from or head < self._at:
                self._from = self._at = seq
                self._ends = []
            while self._at < head:
                found = journal.visibility_changes_after(self._at, _BATCH)
                self._ends += [(one.seq, one.iri) for one in found if not one.public]
                last = found[-1].seq if found else head
                # After a short batch, the changes left up to the end decide nothing.
                self._at = last if len(found) == _BATCH else max(head, last)
            first = bisect_right(self._ends, seq, key=itemgetter(0))
            return frozenset(iri for _, iri in self._ends[first:]), self._at


class _Verdict(NamedTuple):
    """Whether one revision of a dump is withheld, as of a change."""

    mark: str
    revision: int
    at: int
    withheld: bool


class Offer:
    """Tells whether a dump may be given away as of now; asked at every request.

    One look at the journal's end where nothing was written since it was asked before. Otherwise it
    looks at what has ended since then; what is withheld stays so until it was made anew.
    """

    def __init__(self, shelf: Shelf, journal: Callable[[], Journal]) -> None:
        self._shelf = shelf
        self._journal = journal
        self.ended = Ended(journal)
        """What ceased to be public."""
        self._ours: dict[tuple[int, str], bool] = {}
        self._verdicts: dict[str, _Verdict] = {}
        """By the dump's name."""

    def is_ours(self, manifest: Manifest) -> bool:
        """Tell whether a dump is of this journal, and not of one that was there before it."""
        key = manifest.journal, manifest.mark
        if key not in self._ours:
            self._ours[key] = self._journal().mark(manifest.journal) == manifest.mark
        return self._ours[key]

    def holds_ended(self, manifest: Manifest) -> frozenset[str]:
        """Return the records in a dump that ceased to be public since it was checked."""
        return self._held(manifest, self.ended.after(manifest.checked))

    def is_withheld(self, manifest: Manifest) -> bool:
        """Tell whether a record in a dump ceased to be public since it was checked.

        Raises `AtlasError` where the journal cannot be read.
        """
        known = self._verdicts.get(manifest.name)
        if known is None or known[:2] != (manifest.mark, manifest.revision):
            known = _Verdict(manifest.mark, manifest.revision, manifest.checked, withheld=False)
        head = self._journal().head()
        if head < known.at:
            known = known._replace(at=manifest.checked, withheld=False)
        if known.withheld or head == known.at:
            return known.withheld
        ended, at = self.ended.after_and_up_to(known.at)
        known = known._replace(at=at, withheld=bool(self._held(manifest, ended)))
        self._verdicts[manifest.name] = known
        return known.withheld

    def ended_since(self, manifest: Manifest) -> frozenset[str]:
        """Return the records that a dump held when it was made, and that ended since."""
        held = self._held(manifest, self.ended.after(manifest.journal))
        return held | self._shelf.withdrawn(manifest)

    def _held(self, manifest: Manifest, iris: frozenset[str]) -> frozenset[str]:
        if not iris:
            return iris
        try:
            held = self._shelf.digests(manifest)
        except (OSError, ValueError) as error:
            _log.warning("dump-not-readable", dump=manifest.name, error=str(error))
            return iris
        return frozenset(iri for iri in iris if _contains(held, digest(iri)))

    def stands(self, manifest: Manifest) -> bool:
        """Tell whether a dump may be given away."""
        return self.is_ours(manifest) and not self.is_withheld(manifest)


def _contains(held: Sequence[int], value: int) -> bool:
    place = bisect_left(held, value)
    return place < len(held) and held[place] == value
