"""Making a dump from the published snapshot, and making one anew without what was closed.

Nothing but the snapshot is read, which a lease keeps: neither readers nor writers wait.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Final, cast

import pyoxigraph as ox
import structlog

from catalog_service.clock import SHANGHAI, Clock
from catalog_service.dumps import parts
from catalog_service.dumps.ended import Offer, digest
from catalog_service.dumps.model import (
    ADDED,
    DROPPED,
    QUADS,
    REMOVED,
    TABLE,
    TURTLE,
    Manifest,
)
from catalog_service.dumps.packing import Packed, unpacked
from catalog_service.dumps.parts import Changes, Part
from catalog_service.dumps.shelf import Shelf
from catalog_service.dumps.table import Table
from catalog_service.dumps.thinning import Retention
from catalog_service.graph import Snapshot, reading
from catalog_service.graph.damage import damage
from catalog_service.graph.store import MARK
from ontology.terms import PREFIXES

_N_QUADS: Final = "application/n-quads"
_BUMP: Final = 1_000
"""Changes after which it is noted that nothing in a dump has ended up to them."""

_log = structlog.get_logger(__name__)


@contextmanager
def _packed(folder: Path, *, with_changes: bool) -> Iterator[dict[str, Packed]]:
    made = {
        QUADS: Packed(folder, QUADS, "catalog", _N_QUADS),
        TURTLE: Packed(folder, TURTLE, "catalog", "text/turtle"),
        TABLE: Packed(folder, TABLE, "catalog", "text/csv"),
    }
    if with_changes:
        for name, media_type in ((ADDED, _N_QUADS), (REMOVED, _N_QUADS), (DROPPED, "text/plain")):
            made[name] = Packed(folder, name, "changes", media_type)
    try:
        yield made
    finally:
        for one in made.values():
            one.abandon()


@dataclass
class _Written:
    """What was written of the catalogue."""

    quads: int = 0
    records: array[int] = field(default_factory=lambda: array("Q"))
    """Digests of the records."""


def _write(found: Iterable[Part], packed: dict[str, Packed], table: Table) -> _Written:
    """Write the catalogue in all its forms, in one pass."""
    written = _Written()
    quads, rows = packed[QUADS], packed[TABLE]
    rows.text(table.head())

    def triples() -> Iterator[ox.Triple]:
        for part in found:
            text = "".join(part.lines)
            quads.text(text)
            written.quads += len(part.lines)
            if part.is_record:
                written.records.append(digest(part.name))
                rows.text(table.row(part))
            for quad in ox.parse(text, format=ox.RdfFormat.N_QUADS, lenient=True):
                yield quad.triple

    prefixes = {name: str(namespace) for name, namespace in PREFIXES.items()}
    ox.serialize(
        triples(), cast("IO[bytes]", packed[TURTLE]), format=ox.RdfFormat.TURTLE, prefixes=prefixes
    )
    return written


class Maker:
    """Makes dumps in a data folder; its methods want the shelf's lock."""

    def __init__(self, shelf: Shelf, offer: Offer, table: Table) -> None:
        self._shelf = shelf
        self._offer = offer
        self._table = table

    def make(self, snapshot: Snapshot, clock: Clock, head: int) -> Manifest:
        """Make the dump of a snapshot; ``head`` is the journal's last change as of now.

        One of the same day and change is only given its time anew. Raises `AtlasError`
        (``graph-broken``, ``storage-failed``).
        """
        made = clock.now()
        name = f"{made.astimezone(SHANGHAI):%Y-%m-%d}-{snapshot.checkpoint:08d}"
        there = self._shelf.manifest(name)
        if there is not None and self._offer.stands(there):
            manifest = there.model_copy(update={"made": made})
            self._shelf.publish(manifest)
            return manifest
        before = self._before(snapshot)
        gone = self._offer.ended.after(snapshot.checkpoint)
        checked = max(head, snapshot.checkpoint)
        revision = 1 if there is None else there.revision + 1
        withdrawn = self._withdrawn(there)
        with ExitStack() as stack:
            stack.enter_context(damage(snapshot.path))
            folder = stack.enter_context(self._shelf.room_for(name, revision))
            packed = stack.enter_context(_packed(folder, with_changes=before is not None))
            mark = reading.state(snapshot.store).get(MARK, "")
            found = parts.without(parts.of_store(snapshot.store), gone)
            if before is not None:
                earlier = stack.enter_context(self._open(before, QUADS))
                ended = self._offer.ended_since(before)
                changes = Changes(packed[ADDED].text, packed[REMOVED].text, packed[DROPPED].line)
                found = parts.compared(parts.of_lines(earlier), found, ended, changes)
            written = _write(found, packed, self._table)
            files = tuple(file for one in packed.values() for file in one.finish())
            self._shelf.note_records(folder, written.records, withdrawn)
            manifest = Manifest(
                name=name,
                made=made,
                snapshot=snapshot.number,
                journal=snapshot.checkpoint,
                mark=mark,
                checked=checked,
                revision=revision,
                records=len(written.records),
                quads=written.quads,
                since=None if before is None else before.name,
                files=files,
            )
            self._shelf.publish(manifest)
        return manifest

    def _withdrawn(self, there: Manifest | None) -> frozenset[str]:
        """Return what the revisions of a dump held that are replaced, and the new one does not.

        Who has one of them is told with the next dump to drop it.
        """
        if there is None or not self._offer.is_ours(there):
            return frozenset()
        return self._offer.ended_since(there)

    def _before(self, snapshot: Snapshot) -> Manifest | None:
        """Return the newest dump of an earlier state of the same journal."""
        earlier = (one for one in self._shelf.manifests() if one.journal < snapshot.checkpoint)
        return next((one for one in earlier if self._offer.is_ours(one)), None)

    def _open(self, manifest: Manifest, name: str) -> AbstractContextManager[Iterator[str]]:
        return unpacked(self._shelf.path(manifest, f"{name}.zst"))

    def clear(self, head: int) -> list[Manifest]:
        """Make the dumps anew that hold what ended, remove those of another journal.

        The newest first; returns those that were made anew. ``head`` is the journal's last change.
        """
        renewed = []
        for manifest in self._shelf.manifests():
            if not self._offer.is_ours(manifest):
                _log.warning("dump-of-another-journal", dump=manifest.name)
                self._shelf.remove(manifest.name)
                continue
            ended = self._offer.holds_ended(manifest)
            if ended:
                renewed.append(self._renew(manifest, ended, head))
            elif head - manifest.checked >= _BUMP:
                self._shelf.note_checked(manifest, head)
        return renewed

    def _renew(self, manifest: Manifest, ended: frozenset[str], head: int) -> Manifest:
        """Make a dump anew without the records ``ended``, its changes too."""
        revision = manifest.revision + 1
        with ExitStack() as stack:
            folder = stack.enter_context(self._shelf.room_for(manifest.name, revision))
            with_changes = manifest.since is not None
            packed = stack.enter_context(_packed(folder, with_changes=with_changes))
            lines = stack.enter_context(self._open(manifest, QUADS))
            written = _write(parts.without(parts.of_lines(lines), ended), packed, self._table)
            if with_changes:
                self._renew_changes(manifest, ended, packed)
            files = tuple(file for one in packed.values() for file in one.finish())
            withdrawn = self._shelf.withdrawn(manifest) | ended
            self._shelf.note_records(folder, written.records, withdrawn)
            renewed = manifest.model_copy(
                update={
                    "checked": head,
                    "revision": revision,
                    "records": len(written.records),
                    "quads": written.quads,
                    "files": files,
                }
            )
            self._shelf.publish(renewed)
        _log.info("dump-made-anew", dump=manifest.name, without=len(ended))
        return renewed

    def _renew_changes(
        self, manifest: Manifest, ended: frozenset[str], packed: Mapping[str, Packed]
    ) -> None:
        for name in (ADDED, REMOVED):
            with self._open(manifest, name) as lines:
                for part in parts.without(parts.of_lines(lines), ended):
                    packed[name].text("".join(part.lines))
        with self._open(manifest, DROPPED) as lines:
            for line in lines:
                packed[DROPPED].text(line)

    def tidy(self, retention: Retention) -> list[str]:
        """Remove the dumps that the rule does not keep, and return their names."""
        found = [(one.name, date.fromisoformat(one.day)) for one in self._shelf.manifests()]
        kept = retention.kept(found)
        gone = [name for name, _ in found if name not in kept]
        for name in gone:
            self._shelf.remove(name)
        return gone
