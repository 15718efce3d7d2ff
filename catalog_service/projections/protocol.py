"""The interface of a projection."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, Protocol, runtime_checkable

from catalog_service.journal.model import Change, Stored

DAMAGED: Final = frozenset({"graph-broken", "index-corrupt", "index-missing"})
"""Codes of errors that only a new build from the journal mends."""


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

    def rebuild(self, current: Iterator[Stored], checkpoint: int) -> None:
        """Build anew from the public records, beside what is live, then switch to it."""
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

    def rebuild_following(self, current: Iterator[Stored], checkpoint: Callable[[], int]) -> None:
        """Build anew like `Projection.rebuild`; ask ``checkpoint`` once ``current`` is at its end.

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
class Inspected(Protocol):
    """A projection that can look after what it holds while nothing happens (optional)."""

    def inspect(self, *, thorough: bool) -> bool:
        """Return whether readers find what was published last; False: publish it again.

        Called some times a second; ``thorough`` every few seconds, and may take some
        milliseconds. Raises `AtlasError` of a kind in `DAMAGED` where it must be built anew.
        """
        ...


@runtime_checkable
class Verified(Protocol):
    """What can look at every byte that it is made of (optional)."""

    def verify(self) -> None:
        """Raise `AtlasError` (of a kind in `DAMAGED`) where a byte is not what was written."""
        ...


@runtime_checkable
class Deep(Protocol):
    """A projection whose contents can be told from what it noted about them (optional)."""

    def names(self) -> Iterator[str]:
        """Yield the IRI of every record of which anything is held, noted or not."""
        ...

    def holds(self, record: Stored) -> bool:
        """Tell whether exactly the contents of a public record are held."""
        ...

    def strays(self) -> int:
        """Count the statements by which the sum of all that is held differs from what is held."""
        ...


@runtime_checkable
class Mending(Protocol):
    """A projection that passes over what it noted as done, and can be told not to (optional)."""

    def mend(self, changes: Sequence[Change]) -> None:
        """Apply changes like `Projection.apply`, whatever was noted."""
        ...


@runtime_checkable
class Gathering(Protocol):
    """A projection that keeps a sum of all that it holds: the graph's default graph (optional)."""

    def gather(self) -> None:
        """Put the sum right (`Deep.strays`)."""
        ...


@runtime_checkable
class Withdrawing(Protocol):
    """A projection whose readers can be spared what is gone while it is built anew (optional)."""

    def withdraw(self, iris: Sequence[str]) -> None:
        """Remove records from what readers see now; checkpoint and mark stay as they are.

        May be called by another thread while a rebuild runs: what is being built is not touched.
        """
        ...


@runtime_checkable
class Sized(Protocol):
    """A projection that can tell how much it holds (optional): decides when to build anew."""

    def size(self) -> int:
        """Return how many records are held."""
        ...
