"""What is done to the dumps: by the night's task, or by ``atlas dump create``."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from catalog_service.atlas import Atlas
from catalog_service.audit.service import Entry
from catalog_service.dumps.making import Maker
from catalog_service.dumps.model import Manifest
from catalog_service.dumps.table import Table
from catalog_service.dumps.thinning import Retention
from catalog_service.graph import EmbeddedGraph, GraphReader, GraphRecord, Snapshot
from search.index.concepts import ConceptIndex


def create(atlas: Atlas) -> Manifest:
    """Make a dump of what readers see now, and put the others in order.

    Those that hold what ended are made anew, those that the rule does not keep are removed.
    Raises `AtlasError`: ``dumps-busy``, ``no-snapshot``, ``graph-broken``, ``storage-failed``.
    """
    shelf = atlas.dumps.shelf
    with shelf.locked():
        shelf.remove_unfinished()
        head = atlas.journal.head()
        maker = _maker(atlas)
        with _snapshot(atlas) as snapshot:
            made = maker.make(snapshot, atlas.clock, head)
        atlas.audit.record(_told(made))
        maker.tidy(Retention.of(atlas.settings.dumps_keep))
        maker.clear(head)
        return shelf.manifest(made.name) or made


def renew(atlas: Atlas) -> list[Manifest]:
    """Make the dumps anew that hold what ended; raises `AtlasError` as `create` does."""
    shelf = atlas.dumps.shelf
    with shelf.locked():
        shelf.remove_unfinished()
        renewed = _maker(atlas).clear(atlas.journal.head())
        for one in renewed:
            atlas.audit.record(_told(one, anew=True))
        return renewed


def _told(made: Manifest, *, anew: bool = False) -> Entry:
    """Return what the audit is told; ``anew``: without what ended since it was made."""
    details = {"datasets": made.records, "change": made.journal, "anew": anew}
    return Entry("dump.create", f"dump:{made.name}", details=details)


def _maker(atlas: Atlas) -> Maker:
    settings = atlas.settings
    table = Table(ConceptIndex(atlas.vocabulary), settings.base_iri, settings.public_url)
    return Maker(atlas.dumps.shelf, atlas.dumps.offer, table)


@contextmanager
def _snapshot(atlas: Atlas) -> Iterator[Snapshot]:
    """Give the snapshot that readers see; of a graph on a server one made from the journal.

    Asking the server for everything would keep it from its readers; the journal streams.
    """
    if not atlas.settings.graph_url:
        yield atlas.graph.current()
        return
    folder = atlas.dumps.shelf.folder / "temporary"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        store = EmbeddedGraph(folder, fixed=atlas.fixed_graphs())
        try:
            checkpoint, records = atlas.journal.snapshot()
            store.rebuild(
                (
                    GraphRecord(one.iri, one.focus, one.hash, one.nquads)
                    for one in records
                    if one.nquads is not None and one.hash is not None
                ),
                lambda: checkpoint,
                mark=atlas.journal.mark,
            )
            store.publish()
        finally:
            store.close()
        yield GraphReader(folder).current()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
