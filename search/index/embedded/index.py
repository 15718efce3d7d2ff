"""The embedded index: tantivy, in a folder of this machine."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import tantivy

from ontology.errors import AtlasError
from search.errors import INDEX_CORRUPT, INDEX_MISSING, INDEX_WRITE_FAILED
from search.index.embedded.compile import compile_query
from search.index.embedded.file_checksums import FooterChecks, verify
from search.index.embedded.generations import Generations
from search.index.embedded.reader import Reader, index_errors
from search.index.embedded.schema import (
    checkpoint_document,
    dataset_document,
    identity_of,
    open_index,
)
from search.index.embedded.view import EmbeddedView
from search.index.field_names import CHECKPOINT, IRI, KIND
from search.index.model import SearchDocument
from search.index.plan import Plan
from search.index.protocol import NO_QUESTION, IndexView, Question, no_mark
from search.index.suppression import Hidden, Suppressor, nothing_hidden

_HEAP_BYTES = 64_000_000
"""Memory of a writer before it starts a new segment."""


class EmbeddedIndex:
    """An index in a folder of this machine.

    Any number of processes and threads read; each search sees the last commit. One process at a
    time writes: it takes the lock with its first write and keeps it until `close`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        required: Callable[[], bool] = lambda: False,
        hidden: Hidden = nothing_hidden,
    ) -> None:
        """Use the index in ``folder``, which is created by the first write.

        ``required`` is asked where a search finds no index at all: whether there must be one.
        Without it, nothing is found in none. ``hidden`` gives what no reader may be shown though
        it is in the index.
        """
        self._required = required
        self._suppressor = Suppressor(hidden)
        self._generations = Generations(folder)
        self._reader = Reader(self._generations)
        self._footers = FooterChecks()
        self._writing = threading.Lock()
        self._live = threading.RLock()
        """Held while the live generation is written or replaced; taken after `_writing`."""
        self._held: int | None = None
        self._writer: tuple[Path, tantivy.IndexWriter] | None = None

    # -- reading ---------------------------------------------------------------------------------

    def view(self, question: Question = NO_QUESTION) -> IndexView | None:  # noqa: ARG002
        """Return the newest state; None: there is no index yet. All questions get the same view.

        Raises `AtlasError`, also ``index-behind`` (`search.index.suppression.Suppressor`).
        """
        snapshot = self._reader.snapshot()
        if snapshot is None:
            if self._required():
                raise AtlasError(INDEX_MISSING, path=self._generations.folder)
            return None
        return self._suppressor.view(EmbeddedView(snapshot, self._generations.folder))

    def checkpoint(self) -> int:
        """Return the journal number of the last commit; 0 for an empty index."""
        snapshot = self._reader.snapshot()
        return 0 if snapshot is None else snapshot.checkpoint

    def mark(self) -> str:
        """Return the mark beside the checkpoint; empty where there is none."""
        snapshot = self._reader.snapshot()
        return "" if snapshot is None else snapshot.mark

    def size(self) -> int:
        """Return how many documents the last commit holds."""
        snapshot = self._reader.snapshot()
        # Every commit holds the document of the checkpoint besides.
        return 0 if snapshot is None else max(0, snapshot.searcher.num_docs - 1)

    def hashes(self) -> Iterator[tuple[str, str]]:
        """Yield ``(iri, record hash)`` of every document of one commit."""
        snapshot = self._reader.snapshot()
        if snapshot is None:
            return
        searcher, everything = snapshot.searcher, compile_query(Plan(), snapshot.schema)
        with index_errors(self._generations.folder):
            found = searcher.search(everything, limit=max(1, searcher.num_docs), count=False)
            for _, address in found.hits:
                yield identity_of(searcher.doc(address))

    def inspect(self, *, thorough: bool) -> bool:
        """Look whether the live index can still be opened by others; ``thorough`` opens it.

        Always returns True: a commit needs no further publication. Raises `AtlasError`
        (``index-corrupt``, ``index-unreadable``).
        """
        if thorough:
            snapshot = Reader(self._generations).snapshot()
            if snapshot is not None:
                everything = compile_query(Plan(), snapshot.schema)
                with index_errors(self._generations.folder):
                    for _, address in snapshot.searcher.search(everything, limit=1).hits:
                        identity_of(snapshot.searcher.doc(address))
                    self._footers.look(snapshot.stamp[0])
                    if self._generations.damaged.exists():
                        raise ValueError("a reader came upon damage")
        return True

    def verify(self) -> None:
        """Look at every byte of the live index; raises `AtlasError` (``index-corrupt``)."""
        generation = self._generations.current()
        if generation is None:
            return
        try:
            with index_errors(generation):
                verify(generation, self._generations.sums)
        except AtlasError as error:
            if error.kind is INDEX_CORRUPT:
                self._generations.report()
            raise
        snapshot = Reader(self._generations).snapshot()
        held = sum(1 for _ in self.hashes())
        if snapshot is not None and held != max(0, snapshot.searcher.num_docs - 1):
            reason = f"{held} documents can be read of {snapshot.searcher.num_docs - 1}"
            raise AtlasError(INDEX_CORRUPT, path=generation, reason=reason)

    # -- writing ---------------------------------------------------------------------------------

    def write(
        self,
        add: Iterable[SearchDocument],
        remove: Iterable[str],
        checkpoint: int,
        *,
        mark: str = "",
    ) -> None:
        """Replace documents by IRI, remove others, and move the checkpoint, in one commit.

        Raises `AtlasError` (``index-locked``, ``index-corrupt``, ``index-write-failed``); then
        nothing of it is in the index.
        """
        with self._writing, self._live, self._failing():
            writer = self._live_writer()
            for iri in remove:
                writer.delete_documents_by_term(IRI, iri)
            for document in add:
                writer.delete_documents_by_term(IRI, document.iri)
                writer.add_document(dataset_document(document))
            writer.delete_documents_by_term(KIND, CHECKPOINT)
            writer.add_document(checkpoint_document(checkpoint, mark))
            writer.commit()

    def rebuild(
        self,
        documents: Iterable[SearchDocument],
        checkpoint: Callable[[], int],
        *,
        mark: Callable[[int], str] = no_mark,
    ) -> None:
        """Build a new index beside the live one, then switch to it; each IRI occurs once.

        ``checkpoint`` is asked when ``documents`` is exhausted. Works on a damaged index too.
        Raises `AtlasError` (``index-locked``, ``index-write-failed``); then the live index is as
        it was.
        """
        with self._writing, self._failing():
            self._lock()
            with self._generations.new() as path:
                writer = open_index(str(path), create=True).writer(_HEAP_BYTES, 1)
                for document in documents:
                    writer.add_document(dataset_document(document))
                reached = checkpoint()
                writer.add_document(checkpoint_document(reached, mark(reached)))
                writer.commit()
                writer.wait_merging_threads()
                with self._live:
                    self._let_go()
                    self._generations.switch(path)

    def withdraw(self, iris: Iterable[str]) -> None:
        """Remove documents from what readers see, in one commit; checkpoint and mark stay.

        Does not wait for a rebuild. Raises `AtlasError` like `write`.
        """
        with self._live, self._failing():
            if self._generations.current() is None:
                return
            # What looks left behind may be the generation that is being built.
            writer = self._live_writer(sweeping=False)
            for iri in iris:
                writer.delete_documents_by_term(IRI, iri)
            writer.commit()

    def close(self) -> None:
        """Finish merging, and let go of files and lock."""
        with self._writing:
            self._let_go()
            if self._held is not None:
                self._generations.seal()
                os.close(self._held)
                self._held = None
        self._reader.close()

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """Take back what was not committed when something is raised."""
        try:
            yield
        except BaseException as error:
            self._take_back()
            if isinstance(error, ValueError | OSError):
                path = self._generations.folder
                raise AtlasError(INDEX_WRITE_FAILED, path=path, reason=error) from error
            raise

    def _take_back(self) -> None:
        with self._live:
            if self._writer is None:
                return
            try:
                # The writer is kept: the exception's traceback may hold it, and its lock with it.
                self._writer[1].rollback()
            except Exception:
                self._writer = None
            except BaseException as error:  # a panic in Rust: there is no class to name
                if isinstance(error, KeyboardInterrupt | SystemExit):
                    raise
                self._writer = None

    def _live_writer(self, *, sweeping: bool = True) -> tantivy.IndexWriter:
        """Return the writer of the live generation; the first one is made where none is."""
        self._lock()
        current = self._generations.current()
        if self._writer is not None and self._writer[0] == current:
            return self._writer[1]
        self._writer = None
        if current is None:
            with self._generations.new() as current:
                open_index(str(current), create=True)
                self._generations.switch(current)
        elif sweeping:
            self._generations.sweep(current)
        with index_errors(current):
            # Opened through the reader first: it checks the segments, the writer does not.
            self._reader.snapshot()
            writer = open_index(str(current), create=False).writer(_HEAP_BYTES, 1)
        self._writer = (current, writer)
        return writer

    def _lock(self) -> None:
        if self._held is None:
            self._held = self._generations.lock()
            self._generations.unseal()

    def _let_go(self) -> None:
        if self._writer is not None:
            self._writer[1].wait_merging_threads()
            self._writer = None
