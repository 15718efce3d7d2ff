"""The reading side: the last commit, noticed by two look-ups in the file system."""

from __future__ import annotations

import os
import threading
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import tantivy

from ontology.disk_errors import refuses
from ontology.errors import AtlasError
from search.bounded_cache import BoundedCache
from search.errors import INDEX_CORRUPT, INDEX_UNREADABLE
from search.index.embedded.generations import Generations
from search.index.embedded.schema import open_index
from search.index.field_names import CHECKPOINT, KIND, MARK
from search.index.payload import StoredDocument
from search.index.plan import Clause, Group
from search.limits import CACHED_DOCUMENTS, CACHED_QUERIES

_Stamp = tuple[int, int, int]
_ATTEMPTS = 20


_cache = partial(BoundedCache, CACHED_QUERIES)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One commit, open for reading; safe to share among threads."""

    stamp: tuple[Path, _Stamp]
    index: tantivy.Index
    schema: tantivy.Schema
    searcher: tantivy.Searcher
    checkpoint: int
    mark: str
    documents: BoundedCache[tuple[int, int], StoredDocument] = field(
        default_factory=partial(BoundedCache, CACHED_DOCUMENTS)
    )
    """Documents by their address, as they are asked for."""
    by_iri: BoundedCache[str, StoredDocument] = field(
        default_factory=partial(BoundedCache, CACHED_DOCUMENTS)
    )
    """The same by their IRIs."""
    queries: BoundedCache[tuple[Group, ...], tantivy.Query] = field(default_factory=_cache)
    """Compiled queries: one search asks for the same words several times."""
    groups: BoundedCache[tuple[Clause, ...], tantivy.Query] = field(default_factory=_cache)
    """Compiled groups of them."""
    counts: BoundedCache[Hashable, Mapping[str, Mapping[str, int]]] = field(default_factory=_cache)
    """Facet counts of recent queries: pages of one search ask for the same again and again."""
    title_positions: BoundedCache[Hashable, int] = field(default_factory=_cache)
    """Where pages by title ended, by the search and the last sort key."""


def _stamp(path: Path) -> _Stamp:
    # Both files are replaced by a rename, so that a new version is a new inode.
    stat = os.stat(path)  # noqa: PTH116 - on the path of every search
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


@contextmanager
def index_errors(path: Path) -> Iterator[None]:
    """Turn what tantivy raises over an index that is damaged, or not ours to read, into an error.

    `AtlasError`: ``index-corrupt``, ``index-unreadable``.
    """
    try:
        yield
    except (ValueError, OSError) as error:
        kind = INDEX_UNREADABLE if refuses(error) else INDEX_CORRUPT
        raise AtlasError(kind, path=path, reason=error) from error
    except BaseException as error:
        # A panic in Rust comes as a BaseException of a class that can't be imported.
        if type(error).__name__ == "PanicException":
            raise AtlasError(INDEX_CORRUPT, path=path, reason=error) from error
        raise


class Reader:
    """Follows the live generation and its commits."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self._lock = threading.Lock()
        self._pointer: tuple[_Stamp, Path] | None = None
        self._open: Snapshot | None = None

    def snapshot(self) -> Snapshot | None:
        """Return the last commit, or None where nothing was ever committed.

        Raises `AtlasError` (``index-corrupt``, ``index-unreadable``).
        """
        kind, reason = INDEX_CORRUPT, None
        for attempt in range(_ATTEMPTS):
            try:
                generation = self._generation()
                if generation is None:
                    return None
                stamp = (generation, _stamp(generation / "meta.json"))
                seen = self._open
                return seen if seen is not None and seen.stamp == stamp else self._reload(stamp)
            except (OSError, AtlasError) as error:
                # A rebuild may have switched between the two look-ups, and taken the old folder
                # away while it was being opened: look again, unless the pointer stands still.
                reason = error.params["reason"] if isinstance(error, AtlasError) else error
                refused = isinstance(reason, BaseException) and refuses(reason)
                kind = INDEX_UNREADABLE if refused else INDEX_CORRUPT
                if attempt and not self._moved():
                    break
        raise AtlasError(kind, path=self._generations.folder, reason=reason)

    def close(self) -> None:
        """Let go of the files."""
        with self._lock:
            self._open = None

    def _generation(self) -> Path | None:
        try:
            stamp = _stamp(self._generations.pointer)
        except FileNotFoundError:
            return None
        seen = self._pointer
        if seen is not None and seen[0] == stamp:
            return seen[1]
        path = self._generations.current()
        if path is not None:
            self._pointer = (stamp, path)
        return path

    def _moved(self) -> bool:
        seen = self._pointer
        with suppress(OSError):
            return seen is not None and self._generations.current() != seen[1]
        return False

    def _reload(self, stamp: tuple[Path, _Stamp]) -> Snapshot:
        with self._lock:
            seen = self._open
            if seen is not None and seen.stamp == stamp:
                return seen
            generation = stamp[0]
            with index_errors(generation):
                if seen is not None and seen.stamp[0] == generation:
                    index, schema = seen.index, seen.schema
                else:
                    index = open_index(str(generation), create=False)
                    schema = index.schema
                index.reload()
                searcher = index.searcher()
                snapshot = Snapshot(stamp, index, schema, searcher, *_checkpoint(searcher, schema))
            self._open = snapshot
            return snapshot


def _checkpoint(searcher: tantivy.Searcher, schema: tantivy.Schema) -> tuple[int, str]:
    query = tantivy.Query.term_query(schema, KIND, CHECKPOINT, "basic")
    hits = searcher.search(query, limit=1, count=False).hits
    if not hits:
        return 0, ""
    found = searcher.doc(hits[0][1])
    return int(found[CHECKPOINT][0]), bytes(found[MARK][0]).decode()
