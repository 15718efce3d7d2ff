"""Another atlas: its event stream, or its paged catalogue where it has no stream.

A record's home is the catalogue that first had it. What comes back from here is recognized by the
IRIs under this catalogue's own base and passed over, so that two catalogues that harvest each other
do not echo. A record keeps its dataset's IRI, by which its home is known wherever it goes next; its
identifier here is the peer's source and identifier (``pudong/AG9102015009``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from harvesters.platforms.dcat import DcatPlatform
from harvesters.platforms.errors import PLATFORM_REFUSED
from harvesters.platforms.guarded_list import GuardedList
from harvesters.platforms.ldes import LdesPlatform
from harvesters.platforms.options import choice
from harvesters.platforms.peers import Peer
from harvesters.platforms.protocol import Connection, Entry, Page, Platform
from harvesters.protocols import Incoming, Unreadable
from ontology.errors import AtlasError

STREAM: Final = "/ldes"
CATALOG: Final = "/catalog.ttl"
_GONE: Final = (404, 410)


class AtlasPlatform:
    """One peer (`harvesters.platforms.protocol.Platform`)."""

    def __init__(self, connection: Connection) -> None:
        root = connection.url.rstrip("/")
        peer = Peer(root, connection.base_iri)
        feed = choice(connection, "feed", ("auto", "ldes", "catalog"), "auto")
        self._feeds: dict[str, Platform] = {}
        if feed != "catalog":
            self._feeds["ldes"] = LdesPlatform(
                replace(connection, url=root + STREAM, options={}), peer
            )
        if feed != "ldes":
            catalog = replace(connection, url=root + CATALOG, options={})
            self._feeds["catalog"] = GuardedList(
                DcatPlatform(catalog, peer),
                catalog.url,
                # It counts what came from here, too.
                trusts_total=False,
            )

    def page(self, cursor: str | None, bookmark: str | None) -> Page:
        """Return a page of the feed that the peer has (`Platform.page`)."""
        if cursor is not None:
            name, _, own = cursor.partition(" ")
            return self._named(name, self._feeds[name].page(own, _of(name, bookmark)))
        first, *others = self._feeds
        try:
            return self._named(first, self._feeds[first].page(None, _of(first, bookmark)))
        except AtlasError as error:
            is_gone = error.params.get("status") in _GONE and error.code == PLATFORM_REFUSED.code
            if not others or not is_gone:
                raise
        return self._named(others[0], self._feeds[others[0]].page(None, _of(others[0], bookmark)))

    def fetch(self, entry: Entry) -> Incoming | Unreadable:
        """Return the dataset of an entry; its page has brought it (`Platform.fetch`)."""
        assert entry.item is not None
        return entry.item

    @staticmethod
    def _named(name: str, page: Page) -> Page:
        """Return a page whose cursor and bookmark say which feed they are of."""
        following = None if page.next is None else f"{name} {page.next}"
        bookmark = None if page.bookmark is None else f"{name} {page.bookmark}"
        return replace(page, next=following, bookmark=bookmark, ends_at_once=name == "ldes")


def _of(name: str, bookmark: str | None) -> str | None:
    """Return the bookmark of a feed; None where it is of the other one."""
    feed, _, own = (bookmark or "").partition(" ")
    return own if feed == name else None
