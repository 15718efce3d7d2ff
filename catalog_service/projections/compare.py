"""A projection held against the journal, by record and hash, and mended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Final, Protocol

from catalog_service.journal.model import Change, Stored
from catalog_service.projections.contract import Projection

_BATCH: Final = 2_000
_NEVER: Final = datetime.fromtimestamp(0, UTC)


class Journal(Protocol):
    """What of the journal is needed here."""

    def snapshot(self, *, public_only: bool = True) -> tuple[int, Iterator[Stored]]:
        """Return the last change's number and the records as of it."""
        ...

    def get_many(self, iris: Sequence[str]) -> dict[str, Stored]:
        """Return records by IRI; unknown ones are left out."""
        ...


class Comparable(Protocol):
    """What can be held against the journal: a projection, or what it has published."""

    name: str

    def checkpoint(self) -> int:
        """Return the number of the last change applied."""
        ...

    def hashes(self) -> Iterator[tuple[str, str]]:
        """Yield ``(record iri, hash)`` of everything held."""
        ...


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs, as sorted record IRIs; ``records`` is the number of public records.

    ``checkpoint`` is the journal's number when it was read, ``behind`` how many changes the
    projection had not applied then: what they bring differs without being wrong.
    """

    name: str
    checkpoint: int
    behind: int
    records: int
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    different: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many records differ."""
        return len(self.missing) + len(self.extra) + len(self.different)

    @property
    def equal(self) -> bool:
        """Whether nothing differs."""
        return self.count == 0


def compare(journal: Journal, projection: Comparable) -> Comparison:
    """Compare the public records of the journal with what a projection holds."""
    applied = projection.checkpoint()
    held = {iri: bytes.fromhex(digest) for iri, digest in projection.hashes()}
    checkpoint, records = journal.snapshot(public_only=True)
    missing: list[str] = []
    different: list[str] = []
    count = 0
    for stored in records:
        count += 1
        digest = held.pop(stored.iri, None)
        if digest is None:
            missing.append(stored.iri)
        elif stored.hash is None or digest != bytes.fromhex(stored.hash):
            different.append(stored.iri)
    return Comparison(
        name=projection.name,
        checkpoint=checkpoint,
        behind=max(0, checkpoint - applied),
        records=count,
        missing=tuple(sorted(missing)),
        extra=tuple(sorted(held)),
        different=tuple(sorted(different)),
    )


def repair(journal: Journal, projection: Projection, found: Comparison) -> int:
    """Bring the records that differ to the journal's state; returns how many were written.

    The projection's owner calls this, with the lock; the checkpoint stays where it is, so that
    changes not yet applied are still to come. Records are read again: what has changed since the
    comparison is written as it stands now.
    """
    checkpoint = projection.checkpoint()
    iris = iter((*found.missing, *found.different, *found.extra))
    written = 0
    while batch := list(islice(iris, _BATCH)):
        known = journal.get_many(batch)
        projection.apply([_change(iri, known.get(iri), checkpoint) for iri in batch])
        written += len(batch)
    projection.publish()
    return written


def _change(iri: str, stored: Stored | None, seq: int) -> Change:
    """A change that brings ``iri`` to its current state, or takes it away."""
    public = stored is not None and stored.public
    return Change(
        seq=seq,
        time=stored.changed if stored is not None else _NEVER,
        iri=iri,
        source=stored.source if stored is not None else "",
        remote_id=stored.remote_id if stored is not None else "",
        focus=stored.focus if stored is not None else iri,
        kind="updated" if public else "withdrawn",
        hash=stored.hash if stored is not None else None,
        nquads=stored.nquads if stored is not None and public else None,
        actor="repair",
        run=None,
        reason=None,
        public=public,
    )
