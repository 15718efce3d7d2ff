"""The embedded graph store: an Oxigraph database in the data folder, written by one process.

Layout below ``{home}/graph``: ``store-000002/`` the database that is live, ``live`` its name,
``writer.lock`` the writer's lock, ``snapshots/`` what readers see
(`catalog_service.graph.snapshots`).
"""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Final, cast

import pyoxigraph as ox

from catalog_service.errors import STORAGE_FAILED
from catalog_service.graph import reading
from catalog_service.graph.difference import (
    checkpoint_line,
    fixed_changes,
    record_changes,
)
from catalog_service.graph.errors import GRAPH_BROKEN, GRAPH_LOCKED
from catalog_service.graph.files import lock_exclusively, replace_text
from catalog_service.graph.loading import bulk_load
from catalog_service.graph.reading import line
from catalog_service.graph.snapshots import SnapshotShelf
from catalog_service.graph.store import (
    CHECKPOINT,
    RECORD_HASH,
    RECORDS_GRAPH,
    STATE_GRAPH,
    FixedGraph,
    GraphRecord,
)
from catalog_service.graph.trig import fixed_chunks, record_chunks
from ontology.errors import AtlasError
from ontology.storage import refuses

_RECORDS = ox.NamedNode(RECORDS_GRAPH)
_STATE = ox.NamedNode(STATE_GRAPH)
_CHECKPOINT = ox.NamedNode(CHECKPOINT)
_COUNT = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{RECORDS_GRAPH}> {{ ?r <{RECORD_HASH}> ?h }} }}"


MANIFEST_MOST: Final = 4_000_000
"""Bytes of RocksDB's list of files. Each publication lengthens it by some 2.5 to 5 KB, and each
snapshot copies it: beyond this length the database is opened anew, which begins a new list."""


class EmbeddedGraph:
    """A `GraphStore` in a folder; holds the writer's lock from construction to `close`.

    ``fixed`` graphs are brought up to date at once, and others removed; None leaves those that
    are held, until the next rebuild. Raises `AtlasError` (``graph-locked``,
    ``graph-broken``).
    """

    def __init__(self, home: Path, *, fixed: Sequence[FixedGraph] | None = None) -> None:
        self._folder = home / "graph"
        self._fixed = tuple(fixed or ())
        lock = lock_exclusively(self._folder / "writer.lock")
        if lock is None:
            raise AtlasError(GRAPH_LOCKED, path=self._folder)
        self._lock: int | None = lock
        try:
            self._store = self._open()
            self._shelf = SnapshotShelf(home)
            # Whether something was written since the last snapshot; unknown after a crash.
            self._dirty = True
            if fixed is not None:
                self._update_fixed()
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
        live = self._folder / "live"
        name = live.read_text(encoding="utf-8").strip() if live.exists() else "store-000001"
        for other in self._folder.glob("store-*"):
            if other.name != name:
                shutil.rmtree(other)
        self._path = self._folder / name
        store = _open_store(self._path)
        replace_text(live, name, durable=True)
        return store

    def _update_fixed(self) -> None:
        difference = fixed_changes(self._fixed, reading.fixed_hashes(self._store))
        if difference:
            self._store.update(difference.update())

    def checkpoint(self) -> int:
        """Return the journal number the store stands at; 0 for an empty store."""
        for quad in self._store.quads_for_pattern(_STATE, _CHECKPOINT, None, _STATE):
            return int(cast("ox.Literal", quad.object).value)
        return 0

    def write(
        self,
        put: Sequence[GraphRecord],
        remove: Sequence[str],
        checkpoint: int,
        *,
        trusting: bool = True,
    ) -> None:
        """Replace and remove records and move the checkpoint in one transaction."""
        difference = record_changes(
            put, remove, notes_of=self._notes, held_of=self._held, trusting=trusting
        )
        difference.graph(
            STATE_GRAPH,
            [line(q) for q in self._store.quads_for_pattern(_STATE, _CHECKPOINT, None, _STATE)],
            [checkpoint_line(checkpoint)],
        )
        if difference:
            self._store.update(difference.update())
            self._dirty = True

    def rebuild(self, records: Iterable[GraphRecord], checkpoint: Callable[[], int]) -> None:
        """Fill a new database by bulk loads and switch to it."""
        number = int(self._path.name.removeprefix("store-")) + 1
        path = self._folder / f"store-{number:06d}"
        if path.exists():
            shutil.rmtree(path)
        store = _open_store(path)
        chunks = chain(record_chunks(records), fixed_chunks(self._fixed, checkpoint))
        bulk_load(store, chunks)
        replace_text(self._folder / "live", path.name, durable=True)
        old, self._path, self._store = self._path, path, store
        self._dirty = True
        gc.collect()  # the old database closes with the last reference to it
        shutil.rmtree(old)

    def publish(self) -> int:
        """Copy the store for its readers, unless the newest snapshot is this very state."""
        if self._dirty or self._shelf.checkpoint is None:
            self._renew()
            self._store.flush()
            self._shelf.publish(self._store, self.checkpoint())
            self._dirty = False
        return self._shelf.number

    def _renew(self) -> None:
        """Open the database anew where its list of files has grown long (80 ms)."""
        lists = self._path.glob("MANIFEST-*")
        if max((path.stat().st_size for path in lists), default=0) > MANIFEST_MOST:
            self.__dict__.pop("_store", None)
            gc.collect()  # it closes with the last reference to it

    def size(self) -> int:
        """Return how many records are held."""
        solutions = cast("ox.QuerySolutions", self._store.query(_COUNT))
        return int(cast("ox.Literal", next(iter(solutions))["n"]).value)

    def hashes(self) -> Iterator[tuple[str, str]]:
        """Yield ``(record iri, hash)`` as noted when each record was written."""
        return reading.noted_hashes(self._store)

    def contents(self, iri: str) -> str:
        """Return the triples held of one record, as sorted N-Triples lines."""
        return reading.contents(self._store, iri)

    def record_graphs(self) -> Iterator[str]:
        """Yield the IRIs of all named graphs that can only be records', noted or not."""
        return reading.record_graphs(self._store)

    def close(self) -> None:
        """Close the database and give up the lock; readers keep their snapshots."""
        self.__dict__.pop("_store", None)
        gc.collect()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> EmbeddedGraph:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _lines(self, graph: ox.NamedNode) -> list[str]:
        return [line(q) for q in self._store.quads_for_pattern(None, None, None, graph)]

    def _held(self, iris: Sequence[str]) -> dict[str, list[str]]:
        return {iri: self._lines(ox.NamedNode(iri)) for iri in iris}

    def _notes(self, iris: Sequence[str]) -> dict[str, list[str]]:
        find = self._store.quads_for_pattern
        return {
            iri: [line(q) for q in find(ox.NamedNode(iri), None, None, _RECORDS)] for iri in iris
        }


def _open_store(path: Path) -> ox.Store:
    try:
        return ox.Store(str(path))
    except (OSError, RuntimeError) as error:
        if refuses(error):
            raise AtlasError(STORAGE_FAILED, path=path, reason=error) from error
        raise AtlasError(GRAPH_BROKEN, path=path, reason=error) from error
