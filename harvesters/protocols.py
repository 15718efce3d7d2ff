"""Types that readers and the catalogue exchange: items, outcomes, and the protocols of both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

from ontology.errors import AtlasError, FilePosition
from ontology.record import Record
from shapes.report import Report

Status = Literal["created", "updated", "unchanged", "held", "rejected"]
Gate = Literal["enforce", "report"]


@dataclass(frozen=True, slots=True)
class MappedRecord:
    """A mapped record, and removals by the privacy rule (property and kind, never the value)."""

    record: Record
    removed: tuple[str, ...] = ()
    warnings: tuple[AtlasError, ...] = ()
    """Values that were changed or left out: illegal IRIs, values that could not be parsed."""


class ClosedItemError(AtlasError):
    """An item that cannot be mapped and is, or may be, 非开放: its record must not stay public."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One item of an input, identified before it is mapped.

    ``fingerprint`` (16 or 32 bytes) digests the payload and everything that decides its mapping;
    where the journal knows it already, ``make`` is never called. ``make`` raises `AtlasError`;
    a `ClosedItemError` where it could tell that the item says 非开放.
    """

    remote_id: str
    place: FilePosition
    fingerprint: bytes
    make: Callable[[], MappedRecord]
    raw: Callable[[], bytes] | None = None
    """Returns what was read, for whoever looks into why it was rejected: personal data included."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An item that could not be read or identified; the following items are read."""

    error: AtlasError
    raw: bytes | None = None
    """What was read, personal data included."""


Item = Incoming | Unreadable


class Reader(Protocol):
    """Reads one file, streaming; an unusable file raises `AtlasError` when iteration starts."""

    def __iter__(self) -> Iterator[Item]: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of submitting one item. ``seq`` is the number of the written change, if any."""

    status: Status
    remote_id: str | None
    iri: str | None
    seq: int | None = None
    hash: str | None = None
    report: Report | None = None
    error: AtlasError | None = None
    removed: tuple[str, ...] = ()
    warnings: tuple[AtlasError, ...] = ()
    kind: str | None = None
    """The kind of the change that was written (or would be, in a dry run): ``revived`` …"""
    public: bool | None = None
    """Whether the record is public afterwards; None where it was rejected."""

    @property
    def is_kept_back(self) -> bool:
        """Whether the record was accepted, or is unchanged, but is not public."""
        return self.public is False and self.status in ("created", "updated", "unchanged")


ANY_VERSION: Final = "*"
"""In a `Precondition`: any version at all."""


@dataclass(frozen=True, slots=True)
class Precondition:
    """What a write demands of the versions that are current (RFC 9110, 13.1): the public one, and
    one that waits beside it.
    """

    match: frozenset[str] | None = None
    """``If-Match``: hashes of which one must be current, or `ANY_VERSION`; None: not demanded."""
    none_match: frozenset[str] | None = None
    """``If-None-Match``: hashes of which none may be current, or `ANY_VERSION`."""
    told: str = ""
    """The condition as the request states it, for messages."""

    @classmethod
    def current(cls, content_hash: str | None) -> Precondition:
        """Demand one version; None: the record must not exist."""
        if content_hash is None:
            return cls(none_match=frozenset({ANY_VERSION}), told="If-None-Match: *")
        return cls(match=frozenset({content_hash}), told=f'If-Match: "{content_hash}"')

    def holds(self, current: frozenset[str]) -> bool:
        """Tell whether it holds for these current hashes (none: there is no record)."""
        if self.match is not None and not _named(self.match, current):
            return False
        return self.none_match is None or not _named(self.none_match, current)


def _named(hashes: frozenset[str], current: frozenset[str]) -> bool:
    return bool(current) if ANY_VERSION in hashes else not hashes.isdisjoint(current)


@dataclass(frozen=True, slots=True)
class Submission:
    """Who submits, for which source, under which gate."""

    source: str
    actor: str
    gate: Gate | None = None
    """None: the source's own setting."""
    run: str | None = None
    reason: str | None = None
    dry_run: bool = False
    expected: dict[str, Precondition] = field(default_factory=dict)
    """By remote id: what must hold of the record for the write to be made."""
    demand: Callable[[], None] | None = field(default=None, repr=False, compare=False)
    """Called within each transaction that writes; raises where whoever submits may not any more."""

    def check(self) -> None:
        """Raise what `demand` raises, where there is something to demand."""
        if self.demand is not None:
            self.demand()


class Catalog(Protocol):
    """The one door for writes, supplied by the service."""

    def submit(self, items: Iterable[Item], submission: Submission) -> Iterator[Outcome]:
        """Yield an outcome for each item, in order, after its batch is committed."""
        ...
