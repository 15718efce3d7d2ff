"""What a harvest asks of a platform: pages of a list, and one dataset at a time.

A platform knows the wire format of one kind of server. It keeps nothing between calls: where a walk
stands is a *cursor*, and where the last complete walk ended is a *bookmark*. Both are short texts
that only the platform understands and that the harvest stores, so that a walk goes on after a
restart, in another process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol, runtime_checkable

from harvesters.platforms.http import Client
from harvesters.protocols import Incoming, Unreadable
from ontology.errors import AtlasError
from ontology.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Entry:
    """A dataset as a list names it."""

    remote_id: str
    mark: str | None = None
    """Changes whenever the dataset does (a date of change, a version, an ETag); None: the list
    does not tell, and the dataset must be read to know."""
    content: bytes | None = None
    """The whole description, where the list carries it; None: `Platform.fetch` requests it."""
    address: str | None = None
    """Where the dataset is requested, if its identifier does not say."""
    item: Incoming | None = None
    """The dataset itself, where it was read together with its page; `Platform.fetch` returns it."""
    version: str | None = None
    """Of a list of versions: orders those of one dataset, as texts, for they may come in any order.
    One that is older than what the same walk has brought is passed over."""

    @property
    def stored_mark(self) -> str | None:
        """The change mark as it is kept, together with the version."""
        return self.mark if self.version is None else kept_version(self.version, self.mark or "")


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a list."""

    entries: tuple[Entry | Unreadable, ...] = ()
    next: str | None = None
    """Cursor of the following page; None: this is the last."""
    total: int | None = None
    """Number of datasets in the whole list, as the platform declares it."""
    removed: tuple[str, ...] = ()
    """Identifiers of datasets that the platform says are gone (OAI-PMH, LDES)."""
    removed_versions: Mapping[str, str] = field(default_factory=dict)
    """Of a list of versions: what orders the ends of `removed` among the versions of each."""
    bookmark: str | None = None
    """With the last page: where the next increment begins; None: this platform has no increments.
    """
    unchanged: bool = False
    """Nothing changed since the bookmark: there are no entries, and nothing is missing."""
    whole: bool = False
    """With the last page: everything was listed although there was a bookmark, so that what was not
    named is missing as after a walk without one."""
    incomplete: AtlasError | None = None
    """With the last page: why the list is not whole although it ended (``list-incomplete``); what
    was not named must then not be taken as missing."""
    ends_at_once: bool = False
    """With the last page: `removed` are taken at once however many they are. Another atlas tells
    each end from its journal, and datasets that were closed (非开放) are among them."""


class Platform(Protocol):
    """One kind of server that datasets are harvested from.

    Every method raises `AtlasError` for an answer that cannot be used: the walk then fails, and a
    later one begins at the first page. Only a walk that was stopped, or whose process died, goes on
    at its cursor. A dataset that cannot be read is `Unreadable` in its place: it was named, so that
    it is not missing.
    """

    def page(self, cursor: str | None, bookmark: str | None) -> Page:
        """Return the page at a cursor (None: the first).

        With a ``bookmark``, only what changed since may be listed; without one, everything is, so
        that what a complete walk does not name is no longer there.
        """
        ...

    def fetch(self, entry: Entry) -> Incoming | Unreadable:
        """Return the dataset of an entry, ready to submit; requests it where needed.

        May be called by several threads at once, and while the following page is requested.
        """
        ...


def kept_version(version: str, mark: str = "") -> str:
    """Return a version as it is kept in the place of a change mark."""
    return f"{version} {mark}"


def version_in(kept: str) -> str:
    """Return the version in what `kept_version` returned."""
    return kept.partition(" ")[0]


LookUp = Callable[[str], "Incoming | Unreadable | None"]
"""Asks a platform for one dataset by its identifier, beside the list.

Returns the dataset, `Unreadable` where it is there and cannot be read, and None where the platform
says that it has no such dataset. Raises `AtlasError` where neither can be told. May be called by
several threads at once.
"""


@runtime_checkable
class SingleRequests(Protocol):
    """What a platform has besides, whose datasets can be asked for one by one."""

    def look_up(self) -> LookUp | None:
        """Return how that is done; None where it cannot be, with the options of the source."""
        ...


def look_up_of(platform: Platform) -> LookUp | None:
    """Return how one dataset is asked for; None where the platform has no such request."""
    return platform.look_up() if isinstance(platform, SingleRequests) else None


@dataclass(frozen=True, slots=True)
class Connection:
    """How one source is reached, and what its records become."""

    source: str
    url: str
    client: Client
    base_iri: str
    vocabulary: Vocabulary
    options: Mapping[str, str] = field(default_factory=dict)
    """Settings of one platform type, as `registry` documents them; unknown names are refused."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    """This catalogue's clock, with its zone."""
