"""Keeps vectors in step with the index, in the background: makes missing ones, removes others."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from ontology.errors import AtlasError
from search.embeddings.errors import EMBEDDING_REFUSED, VECTORS_UNREADABLE
from search.embeddings.protocols import Embedder, VectorCopy, VectorRows
from search.embeddings.store import VectorStore
from search.embeddings.texts import key_of, text_of
from search.errors import INDEX_MISSING
from search.index.payload import StoredDocument
from search.index.plan import Plan
from search.index.protocol import IndexView

SECONDS: Final = 60.0
"""Time-out of a batch: small machines without a graphics card are slow."""
CHUNK: Final = 128
_LEAST_PAUSE: Final = 1.0
_MOST_PAUSE: Final = 300.0
_DISK_PAUSE: Final = 3.0
_TOO_MUCH: Final = frozenset({400, 413, 422})
"""HTTP statuses by which servers refuse a text that is too long for them."""
_HOPELESS: Final = 5
"""Single texts refused in a row after which the cause is not the text."""

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class VectorIndexer:
    """Makes the vectors of an index's documents; in its ``with`` block a thread does so.

    One at a time: its user holds the lock of the projections.
    """

    def __init__(
        self,
        view: Callable[[], IndexView | None],
        server: Embedder,
        store: VectorStore,
        copy: VectorCopy | None = None,
        *,
        batch: int = 32,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Send ``batch`` texts at once. ``copy`` gets everything that the store gets."""
        self._view = view
        self._server = server
        self._store = store
        self._copy = copy
        self._batch = batch
        self._monotonic = monotonic
        self._condition = threading.Condition()
        self._whole = True
        self._waiting: dict[str, None] = {}
        """Records that may have changed."""
        self._without_vector: dict[str, None] = {}
        """Records whose texts the server must be asked for."""
        self._stopped = False
        self._storing = threading.Lock()
        self._refused: set[bytes] = set()
        self._in_a_row = 0
        self.problem: BaseException | None = None
        """Why it makes no progress at the moment."""

    def __enter__(self) -> VectorIndexer:
        # A daemon: a request under way must not keep the process from ending.
        threading.Thread(target=self._run, name="vectors", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def notice(self, iris: Iterable[str] | None) -> None:
        """Note records that may have changed, None: all; returns at once."""
        with self._condition:
            if iris is None:
                self._whole = True
            else:
                self._waiting.update((iri, None) for iri in iris)
            self._condition.notify_all()

    def stop(self) -> None:
        """Close the files; nothing is written after this returns."""
        with self._condition:
            already, self._stopped = self._stopped, True
            self._condition.notify_all()
        if not already:
            with self._storing:
                self._store.close()

    def fill(self, told: Callable[[int, int], None] = lambda _made, _left: None) -> int:
        """Work until every dataset has its vector, and return how many had none.

        ``told`` hears how many were made and are left, after each batch.

        Raises the `AtlasError` that stops it; what was reached is kept.
        """
        asked = 0
        while not self._stopped and (self._changed() or self._without_vector):
            if self._changed():
                self._compare()
            else:
                asked += self._ask()
                told(asked, len(self._without_vector))
        return asked

    # -- in its thread ---------------------------------------------------------------------------

    def _run(self) -> None:
        failures, until = 0, 0.0
        while True:
            with self._condition:
                left = max(0.0, until - self._monotonic())
                ready = (
                    self._stopped or self._changed() or (bool(self._without_vector) and not left)
                )
                if not ready:
                    self._condition.wait(left if self._without_vector else None)
                    continue
                if self._stopped:
                    return
                changed = self._changed()
            try:
                if changed:
                    # Also while the server is away: removals must not wait for it.
                    self._compare()
                else:
                    self._ask()
                    failures, self.problem = 0, None
            except BaseException as error:  # whatever it is, the next try may succeed
                if self._ended():
                    # Its client was closed meanwhile.
                    return
                if failures == 0:
                    # An index is being built in a new catalogue: nobody has to do anything.
                    level = logging.INFO if _is_not_there_yet(error) else logging.WARNING
                    _log.log(level, "vectors wait: %s", error)
                self.problem = error
                # A server may be away for long; a disk is tried again soon.
                most = _DISK_PAUSE if _is_of_the_disk(error) else _MOST_PAUSE
                until = self._monotonic() + min(most, _LEAST_PAUSE * 2**failures)
                failures = min(failures + 1, 20)
                if changed:
                    self._pause(until)

    def _pause(self, until: float) -> None:
        with self._condition:
            while not self._stopped and (left := until - self._monotonic()) > 0:
                self._condition.wait(left)

    def _ended(self) -> bool:
        return self._stopped

    def _changed(self) -> bool:
        return self._whole or bool(self._waiting)

    def _compare(self) -> None:
        """Compare the whole index with the store, or some of the noted records."""
        with self._condition:
            whole, self._whole = self._whole, False
        if whole:
            try:
                self._compare_all()
            except BaseException:
                self.notice(None)
                raise
            return
        some = self._take(self._waiting, CHUNK)
        try:
            self._update(some)
        except BaseException:
            self.notice(some)
            raise

    def _take(self, waiting: dict[str, None], count: int) -> list[str]:
        with self._condition:
            some = list(islice(waiting, count))
            for iri in some:
                del waiting[iri]
        return some

    def _compare_all(self) -> None:
        """Note every record whose vector is missing, out of date, or to be removed."""
        view = self._view()
        if view is None:
            return
        kept = self._guarded(self._store.datasets) or {}
        gone = set(kept)
        if self._copy is not None:
            gone |= self._copy.names()
        for some in _chunks(view.each()):
            missing = self._copy.missing(some) if self._copy is not None else set()
            gone.difference_update(d.iri for d in some)
            self.notice(
                d.iri for d in some if d.iri in missing or kept.get(d.iri) != key_of(text_of(d))
            )
            if self._stopped:
                return
        self.notice(gone)

    def _update(self, iris: list[str]) -> None:
        """Remove the vectors of removed records, link known texts; note what must be embedded."""
        documents = self._documents(iris)
        gone = [iri for iri in iris if iri not in documents]
        if gone:
            self._guarded(lambda: self._store.remove(gone))
            if self._copy is not None:
                self._copy.remove(gone)
        keys = {iri: key_of(text) for iri, d in documents.items() if (text := text_of(d))}
        known = self._guarded(lambda: self._store.known(keys.values())) or set()
        self._link(list(documents.values()), {}, known)
        with self._condition:
            self._without_vector.update(
                (iri, None)
                for iri, key in keys.items()
                if key not in known and key not in self._refused
            )

    def _ask(self) -> int:
        """Ask the server for one batch."""
        some = self._take(self._without_vector, self._batch)
        try:
            documents = list(self._documents(some).values())
            texts = {key_of(text): text for text in map(text_of, documents) if text}
            # A batch before this one may have brought them: many records say the same.
            known = self._guarded(lambda: self._store.known(texts)) or set()
            asked = [(key, text) for key, text in texts.items() if key not in known]
            fresh = dict(self._embedded(asked)) if asked else {}
            self._link(documents, fresh, known | set(fresh))
        except BaseException:
            with self._condition:
                self._without_vector.update(dict.fromkeys(some))
            raise
        return len(some)

    def _documents(self, iris: list[str]) -> Mapping[str, StoredDocument]:
        view = self._view()
        return view.among(iris, Plan()) if view is not None and iris else {}

    def _link(
        self,
        documents: list[StoredDocument],
        fresh: dict[bytes, NDArray[np.float32]],
        keys: set[bytes],
    ) -> None:
        """Give those documents whose texts are among ``keys`` their vectors."""
        named = [(d, key) for d in documents if (key := key_of(text_of(d))) in keys]
        if not named:
            return

        def put() -> VectorRows:
            if fresh:
                self._store.check(len(next(iter(fresh.values()))))
            self._store.put({d.iri: key for d, key in named}, fresh)
            return self._store.vectors([key for _, key in named])

        vectors = self._guarded(put)
        if self._copy is not None and vectors is not None:
            # As read from the store, so that both places have the same numbers.
            self._copy.put([d for d, _ in named], vectors)

    def _embedded(
        self, some: list[tuple[bytes, str]]
    ) -> Iterator[tuple[bytes, NDArray[np.float32]]]:
        """Ask for vectors; a text that the server can't take is left out, not those beside it."""
        try:
            vectors = self._server.embed([text for _, text in some], SECONDS)
        except AtlasError as error:
            if error.kind is not EMBEDDING_REFUSED or error.params["status"] not in _TOO_MUCH:
                raise
            if len(some) == 1:
                self._in_a_row += 1
                self._refused.add(some[0][0])
                if self._in_a_row < _HOPELESS:
                    return
                self._in_a_row = 0
                self._refused.clear()
                raise
            middle = len(some) // 2
            yield from self._embedded(some[:middle])
            yield from self._embedded(some[middle:])
            return
        self._in_a_row = 0
        for (key, _), vector in zip(some, vectors, strict=True):
            yield key, vector

    def _guarded(self, work: Callable[[], _T]) -> _T | None:
        """Use the store, unless it was closed meanwhile."""
        with self._storing:
            return None if self._stopped else work()


def _is_not_there_yet(error: BaseException) -> bool:
    return isinstance(error, AtlasError) and error.kind is INDEX_MISSING


def _is_of_the_disk(error: BaseException) -> bool:
    return isinstance(error, OSError) or (
        isinstance(error, AtlasError) and error.kind is VECTORS_UNREADABLE
    )


def _chunks(documents: Iterable[StoredDocument]) -> Iterator[list[StoredDocument]]:
    each = iter(documents)
    while some := list(islice(each, CHUNK)):
        yield some
