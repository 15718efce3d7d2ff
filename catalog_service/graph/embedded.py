"""The embedded graph store: an Oxigraph database in the data folder, written by one process.

Layout below ``{home}/graph``: ``store-000002/`` the database that is live, ``live`` its name,
``writer.lock`` the writer's lock, ``snapshots/`` what readers see
(`catalog_service.graph.snapshots`), ``live.sums`` the checksums of the database's files while
nobody has it open, ``compacted`` which of them the last compaction left.
"""

from __future__ import annotations

import gc
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from itertools import chain
from pathlib import Path
from threading import RLock
from typing import Final, TypeVar, cast

import pyoxigraph as ox
import structlog

from catalog_service.graph import compaction, reading
from catalog_service.graph.damage import clear_frames, damage
from catalog_service.graph.errors import GRAPH_BROKEN, GRAPH_LOCKED, OUTDATED
from catalog_service.graph.files import lock_exclusively, replace_text
from catalog_service.graph.loading import bulk_load
from catalog_service.graph.nquads_stream import fixed_chunks, record_chunks
from catalog_service.graph.reading import line
from catalog_service.graph.snapshots import SnapshotShelf
from catalog_service.graph.store import (
    RECORD_HASH,
    RECORDS_GRAPH,
    FixedGraph,
    GraphRecord,
    unmarked,
)
from catalog_service.graph.writing import DifferenceWriter
from ontology import file_checksums
from ontology.errors import AtlasError, Phrase

_RECORDS = ox.NamedNode(RECORDS_GRAPH)
_COUNT = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{RECORDS_GRAPH}> {{ ?r <{RECORD_HASH}> ?h }} }}"
T = TypeVar("T")
LIVE_NAME: Final = re.compile(r"store-[0-9]{6,}")
_log = structlog.get_logger(__name__)

SUMS: Final = "live.sums"

COMPACTED: Final = "compacted"
"""The note of the last compaction (`catalog_service.graph.compaction`)."""

MAX_MANIFEST_BYTES: Final = 4_000_000
"""Bytes of RocksDB's list of files. Each publication lengthens it by some 2.5 to 5 KB, and each
snapshot copies it: beyond this length the database is opened anew, which begins a new list."""


class EmbeddedGraph(DifferenceWriter):
    """A `GraphStore` in a folder; holds the writer's lock from construction to `close`.

    ``fixed`` graphs are brought up to date at once (in an empty database: before it is written,
    published or asked for a graph), and others removed; None leaves those that are held, until the
    next rebuild. A database that cannot be read, or whose default graph an earlier version of this
    program did not keep, is replaced by an empty one: all of it comes from the journal. Raises
    `AtlasError` (``graph-locked``, ``storage-failed``).
    """

    def __init__(self, home: Path, *, fixed: Sequence[FixedGraph] | None = None) -> None:
        self._folder = home / "graph"
        super().__init__(fixed)
        self._compaction: compaction.Compaction | None = None
        lock = lock_exclusively(self._folder / "writer.lock")
        if lock is None:
            raise AtlasError(GRAPH_LOCKED, path=self._folder)
        self._lock: int | None = lock
        self._live_lock = RLock()
        """Held where the live database is replaced, and while another thread removes from it."""
        try:
            self._store = self._open()
            self._shelf = SnapshotShelf(home)
            # Whether something was written since the last snapshot; unknown after a crash.
            self._dirty = True
            # An empty database is most often rebuilt next, which loads them too, and in less time.
            self._fixed_due = True
            if not reading.is_empty(self._store):
                self.bring_fixed()
        except BaseException:
            self.close()
            raise

    @cached_property
    def _store(self) -> ox.Store:
        # The database is opened here again after `_renew` has let go of it.
        if self._lock is None:
            raise RuntimeError("the graph store is closed")
        return _open_store(self._path)

    def _open(self) -> ox.Store:
        (self._folder / SUMS).unlink(missing_ok=True)
        name = self._live() or "store-000001"
        for other in self._folder.glob("store-*"):
            if other.name != name:
                shutil.rmtree(other)
        self._path = self._folder / name
        try:
            store = _open_store(self._path)
        except AtlasError as error:
            if error.kind is not GRAPH_BROKEN:
                raise
            return self._begin_anew(error.message())
        if not reading.has_kept_default_graph(store):
            del store
            gc.collect()
            return self._begin_anew(OUTDATED)
        replace_text(self._folder / "live", name, durable=True)
        return store

    def _begin_anew(self, reason: str) -> ox.Store:
        """Replace a database that cannot be used by an empty one."""
        _log.warning("graph-begun-anew", reason=reason)
        useless, self._path = self._path, self._next()
        store = _open_store(self._path)
        replace_text(self._folder / "live", self._path.name, durable=True)
        shutil.rmtree(useless, ignore_errors=True)
        return store

    def _live(self) -> str | None:
        try:
            name = (self._folder / "live").read_text(encoding="utf-8").strip()
        except (FileNotFoundError, ValueError):
            return None
        return name if LIVE_NAME.fullmatch(name) else None

    def _next(self) -> Path:
        number = int(self._path.name.removeprefix("store-")) + 1
        path = self._folder / f"store-{number:06d}"
        if path.exists():
            shutil.rmtree(path)
        return path

    @contextmanager
    def _using(self) -> Iterator[ox.Store]:
        """Give access to the database, with typed errors for what it raises."""
        store = self._store
        with damage(self._path):
            yield store

    def _perform(self, work: Callable[[ox.Store], T]) -> T:
        """Write. RocksDB refuses all writes once one has failed, even when there is space again.

        So it is closed, and opened again when it is next needed. The failed write may be in it all
        the same.
        """
        try:
            with damage(self._path):
                return work(self._store)
        except AtlasError as error:
            clear_frames(error)
            self._close_store()
            raise

    def bring_fixed(self) -> None:
        """Bring the fixed graphs up to date."""
        super().bring_fixed()
        self._fixed_due = False

    def _bring_due(self) -> None:
        if self._fixed_due:
            self.bring_fixed()

    def write(
        self,
        put: Sequence[GraphRecord],
        remove: Sequence[str],
        checkpoint: int,
        *,
        mark: str = "",
        trusting: bool = True,
    ) -> None:
        """Replace and remove records and move the checkpoint in one transaction."""
        self._bring_due()
        super().write(put, remove, checkpoint, mark=mark, trusting=trusting)

    def _update(self, update: str) -> None:
        self._dirty = True
        self._perform(lambda store: store.update(update))

    def _close_store(self) -> None:
        # The thread has the database open: what it was about to publish is published with the next
        # state, and not noted, so that it is looked at again.
        compacting, self._compaction = self._compaction, None
        if compacting is not None:
            compacting.wait()
        self.__dict__.pop("_store", None)
        gc.collect()  # it closes with the last reference to it

    def rebuild(
        self,
        records: Iterable[GraphRecord],
        checkpoint: Callable[[], int],
        *,
        mark: Callable[[int], str] = unmarked,
    ) -> None:
        """Fill a new database by bulk loads and switch to it, whatever state the old one is in."""
        self._lock_again()
        path = self._next()
        chunks = chain(record_chunks(records), fixed_chunks(self._fixed, checkpoint, mark))
        store: ox.Store | None = None
        try:
            store = _open_store(path)
            bulk_load(store, chunks)
            with self._live_lock:
                replace_text(self._folder / "live", path.name, durable=True)
                if self._compaction is not None:
                    self._compaction.wait()  # of the old database, about to be removed
                    self._compaction = None
                old, self._path, self._store = self._path, path, store
                self._dirty, self._fixed_due = True, False
                self._shelf.forget()
        except BaseException as error:
            # A full disk may be the cause: free what the new database has taken.
            store = None
            clear_frames(error)
            gc.collect()
            shutil.rmtree(path, ignore_errors=True)
            raise
        gc.collect()  # the old database closes with the last reference to it
        shutil.rmtree(old, ignore_errors=True)

    def withdraw(self, iris: Sequence[str]) -> None:
        """Remove records from the live database and publish it."""
        with self._live_lock:
            super().withdraw(iris)
            self.publish()

    def _lock_again(self) -> None:
        """Take the lock again where the lock file was deleted and another one is in its place."""
        path = self._folder / "writer.lock"
        if self._lock is not None and path.exists():
            held = os.fstat(self._lock)
            if (held.st_dev, held.st_ino) == (path.stat().st_dev, path.stat().st_ino):
                return
        lock = lock_exclusively(path)
        if lock is None:
            raise AtlasError(GRAPH_LOCKED, path=self._folder)
        if self._lock is not None:
            os.close(self._lock)
        self._lock = lock

    def inspect(self, *, thorough: bool) -> bool:
        """Check that the live database and the newest snapshot still exist.

        ``thorough`` also opens the snapshot as a reader does: they share their files.
        """
        if self._live() != self._path.name or not (self._path / "CURRENT").exists():
            raise AtlasError(GRAPH_BROKEN, path=self._path, reason=Phrase("its files are gone"))
        with self._using() as store:
            if not reading.has_kept_default_graph(store):
                raise AtlasError(GRAPH_BROKEN, path=self._path, reason=Phrase(OUTDATED))
        stands = self._shelf.stands()
        if not stands:
            self._dirty = True
        elif thorough:
            self._shelf.probe()
        return stands

    def publish(self) -> int:
        """Copy the store for its readers, unless the newest snapshot is this very state."""
        self._bring_due()
        if self._dirty or self._shelf.checkpoint is None:
            self._renew()
            checkpoint = self.checkpoint()
            self._perform(lambda store: self._copy(store, checkpoint))
            self._dirty = False
        return self._shelf.number

    def compact(self) -> bool:
        """Compact the database and publish it, where enough was written since it last was."""
        self.begin_compaction()
        if self._compaction is None:
            return False
        self._compaction.wait()
        return bool(self.end_compaction())

    def begin_compaction(self) -> None:
        """Begin to compact the database in a thread, where it is worth it; writes go on beside."""
        note = self._folder / COMPACTED
        if self._compaction is None and not self._dirty and compaction.is_due(self._path, note):
            self._compaction = compaction.Compaction(self._path, self._store.optimize)

    def end_compaction(self) -> bool | None:
        """Publish the database once it is compacted; None as long as that goes on.

        False where nothing was begun. Raises what compacting raised.
        """
        done = self._compaction
        if done is None:
            return False
        if done.goes_on:
            return None
        self._compaction = None
        # As a write that failed: the database is closed, and opened again when it is needed.
        self._perform(lambda _: done.result())
        self._dirty = True
        self.publish()
        compaction.write_note(self._path, self._folder / COMPACTED)
        return True

    def _copy(self, store: ox.Store, checkpoint: int) -> None:
        store.flush()
        self._shelf.publish(store, checkpoint)

    def _renew(self) -> None:
        """Open the database again where its list of files has grown long (80 ms)."""
        lists = self._path.glob("MANIFEST-*")
        if max((path.stat().st_size for path in lists), default=0) > MAX_MANIFEST_BYTES:
            self._close_store()

    def size(self) -> int:
        """Return how many records are held."""
        with self._using() as store:
            solutions = cast("ox.QuerySolutions", store.query(_COUNT))
            return int(cast("ox.Literal", next(iter(solutions))["n"]).value)

    def hashes(self) -> Iterator[tuple[str, str]]:
        """Yield ``(record iri, hash)`` as noted when each record was written."""
        with self._using() as store:
            yield from reading.noted_hashes(store)

    def contents(self, iri: str) -> str:
        """Return the triples held of one record, as sorted N-Triples lines."""
        self._bring_due()
        with self._using() as store:
            return reading.contents(store, iri)

    def record_graphs(self) -> Iterator[str]:
        """Yield the IRIs of all named graphs that can only be records', noted or not."""
        with self._using() as store:
            yield from reading.record_graphs(store)

    def strays(self) -> int:
        """Count the statements by which the default graph differs from the named graphs."""
        with self._using() as store:
            return reading.strays(store)

    def close(self) -> None:
        """Close the database and give up the lock; readers keep their snapshots."""
        opened = "_store" in self.__dict__
        self._close_store()
        if opened and "_shelf" in self.__dict__:
            # Without checksums less damage can be found; nothing else depends on them.
            with suppress(OSError):
                file_checksums.write(
                    self._folder / SUMS, file_checksums.take(self._path, self._shelf.sums)
                )
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> EmbeddedGraph:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _state(self) -> Mapping[str, str]:
        with self._using() as store:
            return reading.state(store)

    def _fixed_hashes(self) -> Mapping[str, str]:
        with self._using() as store:
            return reading.fixed_hashes(store)

    def _held(self, iris: Sequence[str]) -> dict[str, list[str]]:
        with self._using() as store:
            find = store.quads_for_pattern
            return {
                iri: [line(q) for q in find(None, None, None, ox.NamedNode(iri))] for iri in iris
            }

    def _notes(self, iris: Sequence[str]) -> dict[str, list[str]]:
        with self._using() as store:
            find = store.quads_for_pattern
            return {
                iri: [line(q) for q in find(ox.NamedNode(iri), None, None, _RECORDS)]
                for iri in iris
            }


def _open_store(path: Path) -> ox.Store:
    with damage(path):
        return ox.Store(str(path))
