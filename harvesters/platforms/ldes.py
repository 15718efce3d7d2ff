"""Linked Data Event Streams: versions of datasets in fragments that TREE relations join.

https://w3id.org/ldes/specification, https://w3id.org/tree/specification. Of each dataset the
newest version counts, by the stream's ``ldes:versionOfPath`` and ``ldes:timestampPath``: each comes
with its time, and so does word that a dataset is deleted, for fragments come in any order. A cursor
holds no datasets, but the fragments that were found and are to be visited: so many at most.

An increment begins at the fragments that could change, and requests none again that was immutable
(``Cache-Control: immutable``); members older than the bookmark are passed over. A walk without a
bookmark visits all fragments; a stream that keeps the versions of some time only is never whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC
from typing import Final

import orjson

from harvesters.errors import STREAM_FORGETS, STREAM_TOO_WIDE
from harvesters.platforms.answers import is_of_one_record, shown_address
from harvesters.platforms.event_streams import (
    Fragment,
    Member,
    is_dataset,
    members,
    page_of,
    relations,
    version_graph,
)
from harvesters.platforms.guarded_list import list_unreadable, page_digest
from harvesters.platforms.options import choice
from harvesters.platforms.peers import Peer
from harvesters.platforms.protocol import Connection, Entry, Page
from harvesters.platforms.rdf_pages import read_datasets, remote_name, request_document
from harvesters.platforms.stream_context import NO_PATHS, Paths
from harvesters.protocols import Incoming, Unreadable
from ontology.errors import AtlasError
from ontology.limits import MIB

ACCEPT: Final = (
    "application/n-quads, application/trig, text/turtle;q=0.9, application/n-triples;q=0.8, "
    "application/ld+json;q=0.7, application/rdf+xml;q=0.6, */*;q=0.1"
)
"""Named graphs keep the versions of a page apart, and N-Quads is read the fastest."""
_DIGITS: Final = 12
_MAX_KEPT: Final = 5_000
"""Number of immutable fragments that a bookmark knows."""
_MAX_FRAGMENTS: Final = 20_000
"""Fragments that are found in one walk: at 250 versions in each, five million."""
_MAX_CURSOR: Final = 4 * MIB
"""Of a cursor, which is stored with each fragment: addresses may be long."""


@dataclass(frozen=True, slots=True)
class _Walk:
    """What a cursor says."""

    queue: list[tuple[str, str]] = field(default_factory=list)
    """Fragments to visit: the value of the relation that leads there, and the address."""
    known: str = ""
    """Digests of fragments that were found in this walk, or need no visit."""
    fixed: str = ""
    """Digests of those that were immutable."""
    open: list[str] = field(default_factory=list)
    """Visited fragments that may change."""
    since: str = ""
    """Members before it were seen by earlier walks."""
    newest: str = ""
    gone: dict[str, str] = field(default_factory=dict)
    """Deleted datasets by identifier, with the time of the deletion, in cursors of an earlier
    version: they are told with the next page."""
    paths: Paths = NO_PATHS
    """What the stream says of its members."""
    faults: int = 0
    forgets: bool = False
    began: str = ""
    """When the walk began, by our clock: the next increment begins no later."""

    @classmethod
    def begun(cls, url: str, bookmark: str | None) -> _Walk:
        if bookmark is None:
            return cls(queue=[("", url)], known=_digest(url))
        since, opened, fixed, paths = orjson.loads(bookmark)
        queue = [("", one) for one in opened or [url]]
        known = fixed + "".join(_digest(one) for _, one in queue)
        walk = cls(queue=queue, known=known, fixed=fixed)
        return replace(walk, since=since, newest=since, paths=_padded(paths))

    @classmethod
    def read(cls, cursor: str) -> _Walk:
        given = orjson.loads(cursor)
        return cls(**given | {"paths": _padded(given["paths"])})

    def written(self, url: str) -> str:
        """Return the walk as a cursor; raises ``stream-too-wide``."""
        cursor = orjson.dumps(asdict(self)).decode()
        if len(self.known) > _MAX_FRAGMENTS * _DIGITS or len(cursor) > _MAX_CURSOR:
            raise AtlasError(
                STREAM_TOO_WIDE,
                url=shown_address(url),
                limit=_MAX_FRAGMENTS,
                megabytes=_MAX_CURSOR // MIB,
            )
        return cursor

    def bookmark(self) -> str:
        since = self.since if self.faults else min(self.newest, self.began or self.newest)
        fixed = self.fixed[-_MAX_KEPT * _DIGITS :]
        return orjson.dumps([since, self.open, fixed, self.paths]).decode()

    def reaching(self, found: Iterable[tuple[str, str]]) -> _Walk:
        """Return the walk with more fragments to visit, the oldest first."""
        queue, known = list(self.queue), self.known
        digests = {known[i : i + _DIGITS] for i in range(0, len(known), _DIGITS)}
        for value, url in found:
            if (digest := _digest(url)) not in digests:
                digests.add(digest)
                known += digest
                queue.append((value, url))
        return replace(self, queue=sorted(queue, key=lambda one: one[0]), known=known)


class LdesPlatform:
    """One event stream (`harvesters.platforms.protocol.Platform`)."""

    def __init__(self, connection: Connection, peer: Peer | None = None) -> None:
        self._connection = connection
        self._peer = peer
        self._identity = choice(connection, "identity", ("last", "iri"), "last")

    def page(self, cursor: str | None, bookmark: str | None) -> Page:
        """Return the newest versions of one fragment (`Platform.page`)."""
        if cursor is None:
            began = self._connection.now().astimezone(UTC).isoformat(timespec="microseconds")
            walk = replace(_Walk.begun(self._connection.url, bookmark), began=began)
        else:
            walk = _Walk.read(cursor)
        (_, url), walk = walk.queue[0], replace(walk, queue=walk.queue[1:])
        fragment = self._visited(url, first=cursor is None)
        entries: list[Entry | Unreadable] = []
        brought: dict[str, list[Entry | Unreadable]] = {}
        gone, walk = dict(walk.gone), replace(walk, gone={})
        if fragment is not None:
            walk = self._advanced(walk, fragment, url)
            is_own = self._peer.own(fragment.document.graph) if self._peer is not None else None
            for member in members(fragment, walk.paths):
                if is_own is not None and (is_own(member.entity) or is_own(member.node.value)):
                    continue
                if member.time and member.time > walk.newest:
                    walk = replace(walk, newest=member.time)
                if not (walk.since and member.time and member.time < walk.since):
                    self._take(fragment, member, brought, gone)
            entries += (entry for some in brought.values() for entry in some)
            faults = fragment.document.graph.faults
            entries += (Unreadable(fault.error) for fault in faults)
            walk = replace(walk, faults=walk.faults + len(faults))
        if walk.queue:
            return Page(
                tuple(entries),
                walk.written(self._connection.url),
                removed=tuple(gone),
                removed_versions=gone,
            )
        return Page(
            tuple(entries),
            removed=tuple(gone),
            removed_versions=gone,
            bookmark=walk.bookmark(),
            incomplete=None if bookmark is not None else self._incomplete(walk),
        )

    def fetch(self, entry: Entry) -> Incoming | Unreadable:
        """Return the dataset of an entry; its fragment has brought it (`Platform.fetch`)."""
        assert entry.item is not None
        return entry.item

    def _visited(self, url: str, *, first: bool) -> Fragment | None:
        """Return a fragment; None for one that is no longer there."""
        try:
            return page_of(request_document(self._connection.client, url, accept=ACCEPT))
        except AtlasError as error:
            if first or not is_of_one_record(error) or error.params.get("status") not in (404, 410):
                raise
            return None

    @staticmethod
    def _advanced(walk: _Walk, fragment: Fragment, url: str) -> _Walk:
        """Return the walk with what a fragment says of the stream and of other fragments."""
        paths = _padded([new or old for new, old in zip(fragment.paths, walk.paths, strict=True)])
        walk = replace(walk, paths=paths, forgets=walk.forgets or fragment.forgets)
        if fragment.immutable:
            walk = replace(walk, fixed=walk.fixed + _digest(url))
        else:
            walk = replace(walk, open=[*walk.open, url])
        return walk.reaching(
            (one.value, one.url)
            for one in relations(fragment, paths)
            if not (walk.since and one.ends and one.ends < walk.since)
        )

    def _take(
        self,
        fragment: Fragment,
        member: Member,
        brought: dict[str, list[Entry | Unreadable]],
        gone: dict[str, str],
    ) -> None:
        """Note what a member brings, or that it ends its dataset.

        Members come the oldest first, and two datasets may have one name here.
        """
        name = self._name(member.entity)
        if member.time < gone.get(name, ""):
            return
        if member.deleted:
            brought.pop(name, None)
            gone[name] = member.time
        elif is_dataset(member, fragment):
            gone.pop(name, None)
            graph = version_graph(fragment, member)
            source = fragment.document.source
            brought[name] = [
                replace(entry, version=member.time) if isinstance(entry, Entry) else entry
                for entry in read_datasets(self._connection, source, graph, remote_id=name)
            ]

    def _name(self, iri: str) -> str:
        if self._peer is not None:
            return self._peer.name(iri)
        return remote_name(iri, whole=self._identity == "iri")

    def _incomplete(self, walk: _Walk) -> AtlasError | None:
        url = shown_address(self._connection.url)
        if walk.faults:
            return list_unreadable(url, walk.faults)
        return AtlasError(STREAM_FORGETS, url=url) if walk.forgets else None


def _padded(paths: list[str]) -> Paths:
    """Return paths as they were stored; earlier versions knew the first two only."""
    time, version, delete_path, delete_object = (*paths, *NO_PATHS)[: len(NO_PATHS)]
    return time, version, delete_path, delete_object


def _digest(url: str) -> str:
    return page_digest([url])
