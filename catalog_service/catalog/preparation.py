"""From a stream of items to batches of prepared records, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from catalog_service.catalog.admission import (
    check_record,
    illegal_remote_id,
    may_be_public,
    remote_id_fault,
)
from catalog_service.catalog.batch import Batch, ClosedItem, PreparedRecord, internal, rejected
from catalog_service.catalog.decision import already_known, closes
from catalog_service.catalog.openness_review import unreviewed_doubts
from catalog_service.data_items import without_items
from catalog_service.journal import Journal
from catalog_service.journal.model import RecordState
from harvesters.errors import DUPLICATE_IDENTIFIER
from harvesters.protocols import (
    ClosedItemError,
    Gate,
    Incoming,
    Item,
    MappedRecord,
    Outcome,
    Submission,
    Unreadable,
)
from ontology.errors import AtlasError, FilePosition
from ontology.openness import doubts, openness

BATCH_ITEMS: Final = 500
BATCH_CHARACTERS: Final = 16 * 1024 * 1024
"""A batch ends early when its records are large."""
BATCH_SECONDS: Final = 0.25
"""A batch ends early when its items come slowly, so that each is durable soon after it came."""


def kept_fingerprint(payload: bytes, mapped: MappedRecord) -> bytes:
    """Return the fingerprint to store for a payload once it is mapped.

    Inverted where the privacy rule removed something or there are warnings: such a payload is
    mapped again when it comes again, so that its sender is told again. All others, nearly all, are
    recognised by their fingerprint and not mapped.
    """
    if not mapped.removed and not mapped.warnings:
        return payload
    return bytes(byte ^ 0xFF for byte in payload)


@dataclass(slots=True)
class Preparation:
    """Prepares one submission's items; `Batch` by `Batch`."""

    journal: Journal
    submission: Submission
    gate: Gate
    base_iri: str
    monotonic: Callable[[], float]
    seen: dict[str, tuple[str, FilePosition]] = field(default_factory=dict)
    """Remote id → hash and place of every record taken so far: the only thing that grows with the
    input (some 400 bytes each), because a duplicate may stand anywhere in it."""

    def batches(self, items: Iterable[Item]) -> Iterator[Batch]:
        """Yield batches in the order of the items."""
        for chunk, prompt in self._chunks(items):
            yield from self._prepare(chunk, prompt)

    def _chunks(self, items: Iterable[Item]) -> Iterator[tuple[list[Item], bool]]:
        chunk: list[Item] = []
        begun = 0.0
        source = iter(items)
        while True:
            try:
                item = next(source)
            except StopIteration:
                break
            except Exception:
                # The reader gave up; what it read before is still taken.
                yield chunk, True
                raise
            if not chunk:
                begun = self.monotonic()
            chunk.append(item)
            slow = self.monotonic() - begun > BATCH_SECONDS
            if slow or len(chunk) >= BATCH_ITEMS:
                yield chunk, slow
                chunk = []
        yield chunk, True

    def _prepare(self, chunk: list[Item], prompt: bool) -> Iterator[Batch]:
        names = {item.remote_id for item in chunk if isinstance(item, Incoming)}
        # No database takes every text (lone surrogates, U+0000); none such can be in it.
        states = self.journal.states(
            self.submission.source, [name for name in names if remote_id_fault(name) is None]
        )
        batch = Batch()
        for item in chunk:
            if batch.size >= BATCH_CHARACTERS:
                yield batch
                batch = Batch()
            entry = self._entry(item, states)
            if isinstance(entry, PreparedRecord):
                batch.size += len(entry.record.nquads)
            batch.entries.append(entry)
        batch.prompt = prompt
        yield batch

    def _entry(
        self, item: Item, states: dict[str, RecordState]
    ) -> Outcome | PreparedRecord | ClosedItem:
        if isinstance(item, Unreadable):
            return rejected(item.error, None)
        remote_id = item.remote_id
        state = states.get(remote_id)
        earlier = self.seen.get(remote_id)
        if earlier is None and state is not None and self._skips(item, state):
            self.seen[remote_id] = (state.latest or "", item.place)
            return Outcome(
                "unchanged", remote_id, state.iri, hash=state.latest, public=state.public
            )
        fault = remote_id_fault(remote_id)
        if fault is not None:
            return rejected(illegal_remote_id(fault, item.place), remote_id)
        mapped: MappedRecord | None = None
        try:
            mapped = item.make()
            plain = without_items(mapped.record, self.base_iri)
            if plain is not mapped.record:
                mapped = replace(mapped, record=plain)
            check_record(
                mapped.record,
                base_iri=self.base_iri,
                source=self.submission.source,
                remote_id=remote_id,
            )
        except AtlasError as error:
            says_closed = (
                isinstance(error, ClosedItemError)
                if mapped is None
                else not may_be_public(mapped.record) or bool(doubts(mapped.record))
            )
            outcome = rejected(error, remote_id, mapped=mapped)
            return ClosedItem(outcome, remote_id, state) if says_closed else outcome
        except Exception as error:  # one item must not lose the others
            return rejected(internal(error, item.place), remote_id)
        if earlier is not None:
            return self._duplicate(item, mapped, earlier)
        record = mapped.record
        self.seen[remote_id] = (record.hash, item.place)
        access = openness(record)
        prepared = PreparedRecord(
            mapped=mapped,
            fingerprint=kept_fingerprint(item.fingerprint, mapped),
            public=access.open,
            seen=state,
            place=item.place,
        )
        if access.doubts:
            prepared.doubts = unreviewed_doubts(self.journal, record, access.doubts)
        prepared.wanted = (
            state is None
            or closes(prepared, state)
            or not already_known(state, record.hash, self.gate, doubtful=bool(prepared.doubts))
        )
        return prepared

    def _skips(self, item: Incoming, state: RecordState) -> bool:
        return (
            state.fingerprint == item.fingerprint
            and item.remote_id not in self.submission.expected
            and state.latest is not None
            and already_known(state, state.latest, self.gate)
        )

    def _duplicate(
        self, item: Incoming, mapped: MappedRecord, earlier: tuple[str, FilePosition]
    ) -> Outcome:
        record, (known, first) = mapped.record, earlier
        if record.hash == known:
            return Outcome("unchanged", item.remote_id, record.iri, hash=known)
        error = AtlasError(
            DUPLICATE_IDENTIFIER, place=item.place, remote_id=item.remote_id, first=first
        )
        return rejected(error, item.remote_id, record.iri, mapped)
