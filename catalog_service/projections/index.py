"""The search index as a projection of the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from catalog_service.journal.model import Change, Stored
from catalog_service.projections.protocol import Inspected
from ontology.record import Record
from ontology.vocabulary import Vocabulary
from search.index.concepts import ConceptIndex
from search.index.from_record import document_of
from search.index.model import SearchDocument
from search.index.protocol import SearchIndex, unmarked

Noticed = Callable[[Iterable[str] | None], None]
"""Is told, at once and briefly, of the records that a commit changed; None: of all."""


def unnoticed(_iris: Iterable[str] | None) -> None:
    """Tell nobody."""


class IndexProjection:
    """Keeps a search engine at the journal's public records; the checkpoint lies in the index."""

    name = "index"

    def __init__(
        self,
        engine: SearchIndex,
        vocabulary: Vocabulary,
        mark: Callable[[int], str] = unmarked,
        noticed: Noticed = unnoticed,
    ) -> None:
        """Write to ``engine``; ``mark`` gives what is kept beside a checkpoint (`Journal.mark`).

        ``noticed`` hears of each commit: whoever derives more from the index (vectors) follows.
        """
        self._noticed = noticed
        self._engine = engine
        self._mark = mark
        self._concepts = ConceptIndex(vocabulary)

    def checkpoint(self) -> int:
        """Return the number of the last change in the index; 0 for an empty one."""
        return self._engine.checkpoint()

    def mark(self) -> str:
        """Return the mark beside the checkpoint (`contract.Marked`)."""
        return self._engine.mark()

    def inspect(self, *, thorough: bool) -> bool:
        """Look whether the index can be opened anew (`contract.Inspected`)."""
        if isinstance(self._engine, Inspected):
            return self._engine.inspect(thorough=thorough)
        return True

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
            mark=self._mark(changes[-1].seq),
        )
        self._noticed(last)

    def withdraw(self, iris: Sequence[str]) -> None:
        """Remove records from what readers see (`contract.Withdrawing`)."""
        self._engine.withdraw(iris)
        self._noticed(iris)

    def rebuild(self, current: Iterator[Stored], checkpoint: int) -> None:
        """Build a new index from the public records beside the live one, then switch to it."""
        self.rebuild_following(current, lambda: checkpoint)

    def rebuild_following(self, current: Iterator[Stored], checkpoint: Callable[[], int]) -> None:
        """Build anew from records that are still being appended (`contract.Following`)."""
        self._engine.rebuild(
            (self._document(stored) for stored in current if stored.public),
            checkpoint,
            mark=self._mark,
        )
        self._noticed(None)

    def publish(self) -> None:
        """Do nothing: a commit is visible to every reader as soon as it is made."""

    def size(self) -> int:
        """Return how many records are indexed."""
        return self._engine.size()

    def hashes(self) -> Iterator[tuple[str, str]]:
        """Yield ``(record iri, hash)`` of everything indexed."""
        yield from self._engine.hashes()

    def _document(self, what: Change | Stored) -> SearchDocument:
        if what.nquads is None:
            raise RuntimeError(f"the journal calls {what.iri} public and has no content for it")
        record = Record(what.iri, what.source, what.remote_id, what.focus, what.nquads)
        return document_of(record, self._concepts)
