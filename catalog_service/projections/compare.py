"""A projection compared with the journal, record by record, and repaired.

One comparison for every projection, and for what it has published. The fast one compares the hash
that the projection stored with each record; the deep one compares the contents themselves, where
the projection can (`protocol.Deep`: the graph).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Final, Protocol

from catalog_service.journal.model import Change, StoredRecord
from catalog_service.projections.protocol import (
    Deep,
    Gathering,
    JournalReader,
    Mending,
    Projection,
    Verified,
)

_BATCH: Final = 2_000
_NEVER: Final = datetime.fromtimestamp(0, UTC)


class Comparable(Protocol):
    """What can be compared with the journal: a projection, or what it has published."""

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
    projection had not applied then: differences due to them are no faults.

    ``missing``: public and not held; ``extra``: held and not public; ``different``: another
    version is held, or several, or, in a deep comparison, not the version's contents. ``deep``
    says whether contents were looked at. ``strays`` counts the statements by which the graph's
    default graph differs from all its named graphs together; looked for in a deep comparison.
    """

    name: str
    checkpoint: int
    behind: int
    records: int
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    different: tuple[str, ...]
    deep: bool = False
    strays: int = 0

    @property
    def count(self) -> int:
        """How many records differ."""
        return len(self.missing) + len(self.extra) + len(self.different)

    @property
    def equal(self) -> bool:
        """Whether nothing differs."""
        return self.count == 0 and self.strays == 0


def compare(journal: JournalReader, projection: Comparable, *, deep: bool = False) -> Comparison:
    """Compare the public records of the journal with what a projection holds.

    ``deep`` also looks at every byte (`protocol.Verified`) and compares contents (`protocol.Deep`),
    where the projection can. Raises `AtlasError` where it is damaged.
    """
    if deep and isinstance(projection, Verified):
        projection.verify()
    looking = projection if deep and isinstance(projection, Deep) else None
    applied = projection.checkpoint()
    held, unclear = _held(projection)
    if looking is not None:
        for iri in looking.names():
            held.setdefault(iri, b"")
    checkpoint, records = journal.snapshot(public_only=True)
    missing: list[str] = []
    different: list[str] = []
    count = 0
    for stored in records:
        count += 1
        digest = held.pop(stored.iri, None)
        if digest is None:
            missing.append(stored.iri)
        elif (
            stored.hash is None
            or digest.hex() != stored.hash
            or stored.iri in unclear
            or (looking is not None and not looking.holds(stored))
        ):
            different.append(stored.iri)
    return Comparison(
        name=projection.name,
        checkpoint=checkpoint,
        behind=max(0, checkpoint - applied),
        records=count,
        missing=tuple(sorted(missing)),
        extra=tuple(sorted(held)),
        different=tuple(sorted(different)),
        deep=looking is not None,
        strays=0 if looking is None else looking.strays(),
    )


def _held(projection: Comparable) -> tuple[dict[str, bytes], frozenset[str]]:
    """Return the hash held of each record, and the records that are held more than once."""
    held: dict[str, bytes] = {}
    again: set[str] = set()
    for iri, digest in projection.hashes():
        if iri in held:
            again.add(iri)
        held[iri] = bytes.fromhex(digest)
    return held, frozenset(again)


def repair(journal: JournalReader, projection: Projection, found: Comparison) -> int:
    """Bring the records that differ to the journal's state; returns how many were written.

    The projection's owner calls this, with the lock; the checkpoint stays where it is, so that
    changes not yet applied are still to come. Records are read again, and written as they are now,
    whatever the projection stored about them.
    """
    written = bring(journal, projection, (*found.missing, *found.different, *found.extra))
    if found.strays and isinstance(projection, Gathering):
        projection.repair_default_graph()
    projection.publish()
    return written


def bring(journal: JournalReader, projection: Projection, iris: Iterable[str]) -> int:
    """Bring records to the journal's present state, whatever was stored; return how many.

    The checkpoint stays where it is. Nothing is published.
    """
    apply = projection.mend if isinstance(projection, Mending) else projection.apply
    checkpoint = projection.checkpoint()
    left = iter(iris)
    written = 0
    while batch := list(islice(left, _BATCH)):
        known = journal.get_many(batch)
        apply([_change(iri, known.get(iri), checkpoint) for iri in batch])
        written += len(batch)
    return written


def _change(iri: str, stored: StoredRecord | None, seq: int) -> Change:
    """Return a change that brings ``iri`` to its current state, or removes it."""
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
