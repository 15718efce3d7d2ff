"""The interface of a projection."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, Protocol, runtime_checkable

from catalog_service.journal.model import Change, StoredRecord

DAMAGED: Final = frozenset({"graph-broken", "index-corrupt", "index-missing"})
"""Codes of errors that only a rebuild from the journal removes."""


class JournalReader(Protocol):
    """What the projections need of the journal; `catalog_service.journal.Journal` is one."""

    def head(self) -> int:
        """Return the number of the last change; 0 for an empty journal."""
        ...

    def changes_after(self, seq: int, limit: int = 1_000) -> list[Change]:
        """Return up to ``limit`` changes with numbers above ``seq``, in order."""
        ...

    def snapshot(self, *, public_only: bool = True) -> tuple[int, Iterator[StoredRecord]]:
        """Return the last change's number and all records as of it, streaming."""
        ...

    def get_many(self, iris: Sequence[str]) -> dict[str, StoredRecord]:
        """Return records by IRI; unknown ones are left out."""
        ...

    def mark(self, seq: int) -> str:
        """Return what tells change ``seq`` of this journal from every other's."""
        ...


class BesideRecords(Protocol):
    """What is searched for by facets and stands in no record: a sample is served, a badge held."""

    def mark(self) -> object:
        """Return what changes where a facet may; asked some times a second."""
        ...

    def facets(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        """Return facets by the IRIs of records, for `SearchDocument`.

        Of all records that have some, and, without any, of those that ever had.
        """
        ...


class Projection(Protocol):
    """Something derived from the journal; one process owns it, by lock.

    ``apply`` must be idempotent: a crash between the data and the checkpoint repeats the batch.
    """

    name: str

    def checkpoint(self) -> int:
        """Return the number of the last change applied; 0 for an empty store."""
        ...

    def apply(self, changes: Sequence[Change]) -> None:
        """Apply changes in order and move the checkpoint to the last of them."""
        ...

    def rebuild(self, current: Iterator[StoredRecord], checkpoint: int) -> None:
        """Rebuild from the public records beside the live store, then switch to the new one."""
        ...

    def publish(self) -> None:
        """Make what was applied visible to readers; cheap when nothing is new."""
        ...

    def hashes(self) -> Iterator[tuple[str, str]]:
        """Yield ``(record iri, hash)`` of everything held, for comparison with the journal."""
        ...


@runtime_checkable
class Following(Protocol):
    """A projection that can be built while the journal still grows (optional)."""

    def rebuild_following(
        self, current: Iterator[StoredRecord], checkpoint: Callable[[], int]
    ) -> None:
        """Rebuild like `Projection.rebuild`; call ``checkpoint`` once ``current`` is exhausted.

        ``current`` may wait for records that are still being appended. No record comes twice.
        """
        ...


@runtime_checkable
class Marked(Protocol):
    """A projection that keeps which change of which journal its checkpoint is (optional)."""

    def mark(self) -> str:
        """Return the mark that the journal gave for the checkpoint; empty where there is none."""
        ...


@runtime_checkable
class Renewing(Protocol):
    """A projection that also shows the vocabulary, which may change while it runs (optional)."""

    def renew(self, journal: JournalReader) -> bool:
        """Bring what follows from the vocabulary up to date; tell whether anything was written.

        Called some times a second; cheap where nothing is new.
        """
        ...


@runtime_checkable
class Inspected(Protocol):
    """A projection that can check what it holds (optional)."""

    def inspect(self, *, thorough: bool) -> bool:
        """Return whether readers find what was published last; False: publish it again.

        Called some times a second; ``thorough`` every few seconds, and may take some
        milliseconds. Raises `AtlasError` of a kind in `DAMAGED` where it must be built anew.
        """
        ...


@runtime_checkable
class Verified(Protocol):
    """A projection that can read and verify every byte of its files (optional)."""

    def verify(self) -> None:
        """Raise `AtlasError` (of a kind in `DAMAGED`) where a byte is not what was written."""
        ...


@runtime_checkable
class Deep(Protocol):
    """A projection that can compare its contents, not only the stored hashes (optional)."""

    def names(self) -> Iterator[str]:
        """Yield the IRI of every record of which anything is held, also without a stored hash."""
        ...

    def holds(self, record: StoredRecord) -> bool:
        """Tell whether exactly the contents of a public record are held."""
        ...

    def strays(self) -> int:
        """Count the statements by which the default graph differs from all graphs together."""
        ...


@runtime_checkable
class Mending(Protocol):
    """A projection that skips what its notes call done, and can be told not to (optional)."""

    def mend(self, changes: Sequence[Change]) -> None:
        """Apply changes like `Projection.apply`, ignoring the notes."""
        ...


@runtime_checkable
class Gathering(Protocol):
    """A projection with a default graph that unites all its graphs (optional)."""

    def repair_default_graph(self) -> None:
        """Correct the default graph (`Deep.strays`)."""
        ...


@runtime_checkable
class Withdrawing(Protocol):
    """A projection from which records can be removed while it is rebuilt (optional)."""

    def withdraw(self, iris: Sequence[str]) -> None:
        """Remove records from what readers see now; checkpoint and mark stay as they are.

        May be called by another thread while a rebuild runs: what is being built is not touched.
        """
        ...


@runtime_checkable
class Compacting(Protocol):
    """A projection whose files can be put in order for its readers (optional)."""

    def begin_compaction(self) -> None:
        """Begin to do so beside other work, where it is worth it; called after a quiet minute."""
        ...

    def end_compaction(self) -> bool | None:
        """Publish what has ended, and tell so; None as long as it goes on, False without any."""
        ...


@runtime_checkable
class Sized(Protocol):
    """A projection that can tell how much it holds (optional), to decide on a rebuild."""

    def size(self) -> int:
        """Return how many records are held."""
        ...
