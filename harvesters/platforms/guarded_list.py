"""Guards against lists that repeat themselves, end too early, or forget where they were left off.

Platforms serve the same page for every page number, skip datasets while the list shifts under the
walk, declare totals that they do not serve, and let cursors expire. `GuardedList` stands around a
platform whose list names each dataset once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import astuple, dataclass, replace
from typing import Final

import orjson

from harvesters.errors import (
    CURSOR_EXPIRED,
    DUPLICATE_IDENTIFIER,
    IDENTIFIER_TOO_LONG,
    LIST_INCOMPLETE,
    LIST_UNREADABLE,
    PAGE_LOOP,
    PERSONAL_IDENTIFIER,
)
from harvesters.platforms.answers import shown_address
from harvesters.platforms.protocol import Entry, LookUp, Page, Platform, look_up_of
from harvesters.protocols import Incoming, Unreadable
from ontology.errors import AtlasError

_DIGITS: Final = 12
"""Hexadecimal digits of a page's digest in a cursor."""
_MAX_PAGES: Final = 500
"""Number of last pages whose digests a cursor keeps."""
_MAX_RESTARTS: Final = 2
_NAMED: Final = frozenset(
    kind.code for kind in (DUPLICATE_IDENTIFIER, IDENTIFIER_TOO_LONG, PERSONAL_IDENTIFIER)
)


@dataclass(frozen=True, slots=True)
class _Walk:
    """What a cursor says of the walk so far."""

    at: str | None = None
    """The platform's own cursor."""
    count: int = 0
    """Number of datasets named so far, each counted once within one process."""
    pages: str = ""
    """Digests of the pages so far."""
    restarts: int = 0
    last: str = ""
    """The name with which the page before ended."""
    doubled: int = 0
    """Number of entries that repeated one of their own page: the list names files, not datasets."""
    unreadable: int = 0
    """Number of entries that were nothing that could be named."""
    joined: int = 0
    """Number of entries at a page's beginning that repeated the end of the page before."""

    @classmethod
    def read(cls, cursor: str | None) -> _Walk:
        return cls() if cursor is None else cls(*orjson.loads(cursor))

    def written(self) -> str:
        return orjson.dumps(astuple(self)).decode()


class GuardedList:
    """A platform whose list is checked while it is walked.

    Raises ``page-loop`` for a page that names only what was named before, and says with the last
    page (`Page.incomplete`) where fewer datasets were named than are declared. Where the platform
    no longer knows a cursor, the walk begins anew. Pages are compared by digests in the cursor, so
    that a loop is found after a restart too; single identifiers within one process only.
    """

    def __init__(self, platform: Platform, url: str, *, trusts_total: bool = True) -> None:
        """Guard a platform; without ``trusts_total`` a declared number is only shown."""
        self._platform = platform
        self._url = shown_address(url)
        self._trusts_total = trusts_total
        self._seen: set[str] = set()

    def page(self, cursor: str | None, bookmark: str | None) -> Page:
        """Return a page; raises `AtlasError` (``page-loop``) and what the platform raises."""
        walk = _Walk.read(cursor)
        if cursor is None:
            self._seen = set()
        try:
            page = self._platform.page(walk.at, bookmark)
        except AtlasError as error:
            if error.code != CURSOR_EXPIRED.code or walk.restarts >= _MAX_RESTARTS:
                raise
            walk = _Walk(restarts=walk.restarts + 1)
            self._seen = set()
            page = self._platform.page(None, bookmark)
        names = [entry.remote_id for entry in page.entries if isinstance(entry, Entry)]
        digest = page_digest(names)
        earlier = {walk.pages[i : i + _DIGITS] for i in range(0, len(walk.pages), _DIGITS)}
        repeats = bool(names) and (digest in earlier or self._seen.issuperset(names))
        if repeats or (page.next is not None and page.next == walk.at):
            raise AtlasError(PAGE_LOOP, url=self._url, first=", ".join(names[:3]))
        fresh = self._fresh(page)
        walk = replace(
            walk,
            at=page.next,
            count=walk.count + len(fresh) + len(page.removed),
            pages=(walk.pages + digest)[-_MAX_PAGES * _DIGITS :] if names else walk.pages,
            last=names[-1] if names else walk.last,
            doubled=walk.doubled + len(names) - len(set(names)),
            unreadable=walk.unreadable + len(unnamed(page.entries)),
            joined=walk.joined + (bool(names) and names[0] == walk.last),
        )
        page = replace(page, entries=fresh)
        if page.next is not None:
            return replace(page, next=walk.written())
        if bookmark is not None or page.incomplete is not None:
            return page
        if walk.unreadable:
            return replace(page, incomplete=list_unreadable(self._url, walk.unreadable))
        if self._is_short(page, walk):
            short = AtlasError(
                LIST_INCOMPLETE, url=self._url, received=walk.count, declared=page.total
            )
            return replace(page, incomplete=short)
        return page

    def _fresh(self, page: Page) -> tuple[Entry | Unreadable, ...]:
        """Return the entries of a page that were not named before."""
        fresh: list[Entry | Unreadable] = []
        for entry in page.entries:
            if isinstance(entry, Entry):
                if entry.remote_id in self._seen:
                    continue
                self._seen.add(entry.remote_id)
            fresh.append(entry)
        return tuple(fresh)

    def _is_short(self, page: Page, walk: _Walk) -> bool:
        """Tell whether fewer entries came than are declared.

        Datasets that a portal lists once for each of their files count as often; where no page
        repeats itself, a repetition is a sign that the list shifted under the walk.
        """
        if page.total is None or not self._trusts_total:
            return False
        repeated = walk.doubled + walk.joined if walk.doubled else 0
        return walk.count + repeated < page.total

    def fetch(self, entry: Entry) -> Incoming | Unreadable:
        """Return the dataset of an entry."""
        return self._platform.fetch(entry)

    def look_up(self) -> LookUp | None:
        """Return how one dataset is asked for (`SingleRequests.look_up`)."""
        return look_up_of(self._platform)


def unnamed(entries: Iterable[Entry | Unreadable]) -> list[Unreadable]:
    """Return the entries that could not be read, and may be any dataset of the catalogue.

    One that is refused for its identifier never was in the catalogue under it, or stays so.
    """
    return [
        entry
        for entry in entries
        if isinstance(entry, Unreadable) and entry.error.code not in _NAMED
    ]


def list_unreadable(url: str, count: int) -> AtlasError:
    """Return the reason why a list with entries that cannot be read is not whole."""
    return AtlasError(LIST_UNREADABLE, url=shown_address(url), count=count)


def page_digest(names: Iterable[str]) -> str:
    """Return a digest of what a page names, in its order."""
    text = "\0".join(names).encode("utf-8", "replace")
    return hashlib.blake2b(text, digest_size=_DIGITS // 2).hexdigest()
