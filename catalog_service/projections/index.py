"""The search index as a projection of the journal."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import cast

from catalog_service.journal.model import Change, StoredRecord, version_of
from catalog_service.journal.queries import chunks
from catalog_service.projections.beside_facets import BesideFacets
from catalog_service.projections.protocol import BesideRecords, JournalReader
from catalog_service.projections.reader_view import IndexContents
from ontology.vocabulary import Scheme, Vocabulary
from search.index.concepts import ConceptIndex
from search.index.from_record import document_of
from search.index.model import SearchDocument
from search.index.protocol import SearchIndex, no_mark

_NAMES_LENGTH = 32
_PART = 500
"""Records that are indexed anew in one commit."""

CommitListener = Callable[[Iterable[str] | None], None]
"""Called with the records that a commit changed, None for all of them; must return quickly."""


def no_listener(_iris: Iterable[str] | None) -> None:
    """Ignore the commit."""


class IndexProjection(IndexContents):
    """Keeps a search engine at the journal's public records; the checkpoint lies in the index."""

    def __init__(
        self,
        engine: SearchIndex,
        vocabulary: Callable[[], Vocabulary],
        mark: Callable[[int], str] = no_mark,
        on_commit: CommitListener = no_listener,
        once_renamed: Callable[[], Iterable[str]] = tuple,
        beside: Sequence[BesideRecords] = (),
    ) -> None:
        """Write to ``engine``; ``mark`` gives what is kept beside a checkpoint (`Journal.mark`).

        ``on_commit`` is called after each commit: vectors, which derive from the index, follow.
        ``beside`` gives facets that stand in no record.
        """
        super().__init__(engine)
        self._on_commit = on_commit
        self._mark = mark
        self._in_force = vocabulary
        self._vocabulary = vocabulary()
        self._concepts = ConceptIndex(self._vocabulary)
        self._once_renamed = once_renamed
        self._written: Vocabulary | None = None
        """The vocabulary whose names all documents have. At the start only the index knows:
        concepts may have got others while nothing ran, or what renewed them was ended."""
        self._names = ""
        """What tells its names, kept beside each checkpoint."""
        self._beside = BesideFacets(beside)

    def renew(self, journal: JournalReader) -> bool:
        """Index records anew whose concepts have other names now, or other facets beside them.

        See `protocol.Renewing`.
        """
        moved = self._beside.look(self.told_beside() if self.checkpoint() else "")
        renamed = self._renew_names(journal)
        if not moved:
            return renamed
        written = 0
        if checkpoint := self.checkpoint():
            for part in chunks(moved):
                known = journal.get_many(part).values()
                written += len(self._again([one for one in known if one.public]))
            self._engine.write((), (), checkpoint, mark=self._kept(checkpoint))
        return bool(written) or renamed

    def _renew_names(self, journal: JournalReader) -> bool:
        now = self._in_force()
        if now is not self._vocabulary:
            self._vocabulary, self._concepts = now, ConceptIndex(now)
        if now is self._written:
            return False
        before, names = self._written, names_of(now)
        if before is None and names == self.names():
            self._written, self._names = now, names
            return False
        other = list(self._once_renamed()) if before is None else _renamed(before, now)
        written = 0
        if other and self.checkpoint():
            _, records = journal.snapshot()
            named = (
                one
                for one in records
                if one.public and any(f"<{iri}>" in (one.nquads or "") for iri in other)
            )
            written = sum(len(self._again(part)) for part in _parts(named))
        self._written, self._names = now, names
        if checkpoint := self.checkpoint():
            # Whoever begins next need not do it again.
            self._engine.write((), (), checkpoint, mark=self._kept(checkpoint))
        return bool(written)

    def _again(self, records: Sequence[StoredRecord]) -> Sequence[StoredRecord]:
        checkpoint = self.checkpoint()
        self._engine.write(
            add=(self._document(one) for one in records),
            remove=(),
            checkpoint=checkpoint,
            mark=self._kept(checkpoint),
        )
        self._on_commit([one.iri for one in records])
        return records

    def _kept(self, checkpoint: int) -> str:
        return self.marked(self._mark(checkpoint), self._names, self._beside.told)

    def apply(self, changes: Sequence[Change]) -> None:
        """Apply changes in order, as one commit that moves the checkpoint to the last of them.

        Of several changes to a record only the last counts. Repeating changes does no harm.
        """
        if not changes:
            return
        # A held version waits beside the public one and changes nothing of it.
        last = {change.iri: change for change in changes if change.kind != "held"}
        self._engine.write(
            add=(self._document(change) for change in last.values() if change.public),
            remove=[iri for iri, change in last.items() if not change.public],
            checkpoint=changes[-1].seq,
            mark=self._kept(changes[-1].seq),
        )
        self._on_commit(last)

    def withdraw(self, iris: Sequence[str]) -> None:
        """Remove records from what readers see (`protocol.Withdrawing`)."""
        self._engine.withdraw(iris)
        self._on_commit(iris)

    def rebuild(self, current: Iterator[StoredRecord], checkpoint: int) -> None:
        """Build a new index from the public records beside the live one, then switch to it."""
        self.rebuild_following(current, lambda: checkpoint)

    def rebuild_following(
        self, current: Iterator[StoredRecord], checkpoint: Callable[[], int]
    ) -> None:
        """Rebuild from records that are still being appended (`protocol.Following`)."""
        self._engine.rebuild(
            (self._document(stored) for stored in current if stored.public),
            checkpoint,
            mark=self._kept,
        )
        self._on_commit(None)

    def publish(self) -> None:
        """Do nothing: a commit is visible to every reader as soon as it is made."""

    def size(self) -> int:
        """Return how many records are indexed."""
        return self._engine.size()

    def _document(self, what: Change | StoredRecord) -> SearchDocument:
        version = version_of(what)
        if version is None:
            raise RuntimeError(f"the journal calls {what.iri} public and has no content for it")
        return self._beside.added(document_of(version, self._concepts))


def names_of(vocabulary: Vocabulary) -> str:
    """Return what tells all names that documents get of a vocabulary from those of another."""
    told = hashlib.sha256()
    for scheme in cast(list[Scheme], sorted(vocabulary.schemes())):
        for one in vocabulary.concepts(scheme):
            names = [one.iri, *vocabulary.names(one.iri), "", *vocabulary.released_names(one.iri)]
            told.update("\n".join([*names, "", ""]).encode())
    return told.hexdigest()[:_NAMES_LENGTH]


def _renamed(before: Vocabulary, now: Vocabulary) -> list[str]:
    """Return the concepts of both vocabularies that have other names in the later one."""
    schemes = cast(list[Scheme], list(now.schemes()))
    return [
        one.iri
        for scheme in schemes
        for one in now.concepts(scheme)
        if before.concept(one.iri) is not None and before.names(one.iri) != now.names(one.iri)
    ]


def _parts(records: Iterator[StoredRecord]) -> Iterator[Sequence[StoredRecord]]:
    while part := list(islice(records, _PART)):
        yield part
