"""Elasticsearch as the index, for several machines."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from typing import Final

from ontology.errors import AtlasError, Phrase
from search.errors import INDEX_MISSING
from search.index.elastic.address import Address
from search.index.elastic.bulk import Action, Bulk
from search.index.elastic.circuit import Circuit, Retry
from search.index.elastic.connection import READ_SECONDS, Connection
from search.index.elastic.errors import SEARCH_ADDRESS_INVALID
from search.index.elastic.generations import Generations
from search.index.elastic.reader import Reader
from search.index.elastic.schema import put_checkpoint, put_dataset, remove_dataset
from search.index.elastic.view import ElasticView, identities
from search.index.field_names import CHECKPOINT
from search.index.model import SearchDocument
from search.index.plan import Plan
from search.index.protocol import NO_QUESTION, IndexView, Question, no_mark
from search.index.suppression import Hidden, Suppressor, nothing_hidden

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_]{0,99}")


class ElasticIndex:
    """Indices of one name on one server, or on the cluster behind one address.

    Any number of machines read; each search sees the last commit. One process at a time may
    write: who, is decided by the lock of the projections.
    """

    def __init__(
        self,
        url: str,
        name: str = "atlas",
        *,
        required: Callable[[], bool] = lambda: False,
        hidden: Hidden = nothing_hidden,
        retry: Retry | None = None,
        read_seconds: float = READ_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Use the indices that begin with ``name``; nothing is asked before the first use.

        ``required`` is asked where a search finds no index at all: whether there must be one.
        Without it, nothing is found in none. ``hidden`` gives what no reader may be shown though
        it is in the index.
        A request of a search may take ``read_seconds``; ``retry`` is how patient writing is.
        Raises `AtlasError` (``search-address-invalid``).
        """
        if _NAME.fullmatch(name) is None:
            raise AtlasError(
                SEARCH_ADDRESS_INVALID,
                reason=Phrase("the name of an index has lower-case letters, digits and _ only"),
            )
        self._connection = Connection(Address.parse(url), Circuit(monotonic=monotonic))
        patience = retry or Retry()
        self._generations = Generations(self._connection, name, retry=patience, monotonic=monotonic)
        self._bulk = Bulk(self._connection, patience)
        self._reader = Reader(self._connection, self._generations.alias, read_seconds)
        self._required = required
        self._suppressor = Suppressor(hidden)
        self._writing = threading.Lock()
        self._live = threading.Lock()
        """Held while what the alias leads to is written or replaced; taken after `_writing`."""
        self._swept = False
        self._wrote = False

    # -- reading ---------------------------------------------------------------------------------

    def view(self, question: Question = NO_QUESTION) -> IndexView | None:
        """Return the last commit for reading; None where there is no index and need not be one.

        Raises `AtlasError` (``search-unreachable``, ``search-refused``, ``index-missing``,
        ``index-behind``).
        """
        chain = _chain(question)
        commit = self._reader.commit(chain)
        if commit is None:
            if self._required():
                raise AtlasError(INDEX_MISSING, path=self._reader.alias)
            return None
        return self._suppressor.view(ElasticView(self._reader, commit, chain, question))

    def checkpoint(self) -> int:
        """Return the journal number of the last commit; 0 for an empty index."""
        commit = self._reader.commit()
        return 0 if commit is None else commit.checkpoint

    def mark(self) -> str:
        """Return the mark beside the checkpoint; empty where there is none."""
        commit = self._reader.commit()
        return "" if commit is None else commit.mark

    def size(self) -> int:
        """Return how many documents the last commit holds."""
        commit = self._reader.commit()
        return 0 if commit is None else ElasticView(self._reader, commit).find(Plan(), 0).total

    def hashes(self) -> Iterator[tuple[str, str]]:
        """Yield ``(iri, record hash)`` of every document of one commit."""
        return identities(self._reader)

    def inspect(self, *, thorough: bool) -> bool:
        """Remove predecessors whose time is over; always returns True.

        A commit needs no further publication, and an index that is gone has the checkpoint 0.
        """
        if thorough and self._wrote and self._writing.acquire(blocking=False):
            try:
                self._generations.retire()
            finally:
                self._writing.release()
        return True

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

        The checkpoint follows when the server has taken everything else, and only then anything
        becomes visible. Where this ends between, the next commit shows the documents that were
        taken, which is harmless: it repeats them. Raises `AtlasError` (``search-unreachable``,
        ``search-refused``, ``index-item-refused``, ``index-missing``).
        """
        # All are prepared before the first is sent: what fails to be read leaves nothing.
        actions = [Action(iri, remove_dataset(iri)) for iri in remove]
        actions += [Action(document.iri, put_dataset(document)) for document in add]
        with self._writing, self._live:
            self._begin()
            if self._generations.live() is None:
                self._generations.create(live=True)
            alias = self._generations.alias
            self._bulk.send(alias, actions)
            self._bulk.send(
                alias, [Action(CHECKPOINT, put_checkpoint(checkpoint, mark))], refresh=True
            )

    def withdraw(self, iris: Iterable[str]) -> None:
        """Remove documents from what readers see, in one commit; checkpoint and mark stay.

        Does not wait for a rebuild. Raises `AtlasError` like `write`.
        """
        actions = [Action(iri, remove_dataset(iri)) for iri in iris]
        with self._live:
            commit = self._reader.commit()
            if commit is None or not actions:
                return
            alias = self._generations.alias
            self._bulk.send(alias, actions)
            # Commits differ by the document of their checkpoint.
            same = put_checkpoint(commit.checkpoint, commit.mark)
            self._bulk.send(alias, [Action(CHECKPOINT, same)], refresh=True)

    def rebuild(
        self,
        documents: Iterable[SearchDocument],
        checkpoint: Callable[[], int],
        *,
        mark: Callable[[int], str] = no_mark,
    ) -> None:
        """Build a new index beside the live one, then switch to it; each IRI occurs once.

        ``checkpoint`` is asked when ``documents`` is exhausted. Raises `AtlasError` like `write`;
        then the live index is as it was.
        """
        with self._writing:
            self._begin()
            # Until the end, what a failure leaves behind is to be looked for.
            self._swept = False
            index = self._generations.create(live=False)
            building = self._generations.building
            try:
                self._bulk.send(building, (Action(d.iri, put_dataset(d)) for d in documents))
                reached = checkpoint()
                commit = Action(CHECKPOINT, put_checkpoint(reached, mark(reached)))
                self._bulk.send(building, [commit], refresh=True)
                with self._live:
                    self._generations.switch(index)
            except BaseException:
                with contextlib.suppress(AtlasError):
                    self._generations.discard(index)
                raise
            self._swept = True

    def close(self) -> None:
        """Remove predecessors, and close all connections."""
        with self._writing, contextlib.suppress(AtlasError):
            self._generations.retire(all_of_them=True)
        self._connection.close()

    def _begin(self) -> None:
        self._wrote = True
        if not self._swept:
            self._generations.sweep()
            self._swept = True
        self._generations.retire()


def _chain(question: Question) -> str:
    """Name what belongs together: all that is read for one question comes from one copy."""
    if not question.key:
        return ""
    return blake2b(repr(question.key).encode("utf-8", "replace"), digest_size=8).hexdigest()
