"""Records of the journal, as rooms and commands ask for them."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from catalog_service.context import Service
from catalog_service.errors import RECORD_NOT_FOUND
from catalog_service.journal import Journal
from catalog_service.journal.model import StoredRecord, version_of
from ontology.errors import AtlasError
from ontology.languages import choose
from ontology.ntriples import triples_of
from ontology.record import Record, mint_iri
from ontology.terms import DCT


def record_iri(base_iri: str, name: str) -> str:
    """Return the IRI of a record given by IRI or as ``source/remote id``, as search prints it.

    Raises `AtlasError` (``record-not-found``) for a name that is neither.
    """
    source, slash, remote_id = name.partition("/")
    if ":" in source:
        return name
    if not slash or not remote_id:
        raise AtlasError(RECORD_NOT_FOUND, iri=name)
    return mint_iri(base_iri, source, remote_id)


def known_record(atlas: Service, name: str) -> StoredRecord:
    """Return a record given by IRI or as ``source/remote id``; raises ``record-not-found``."""
    iri = record_iri(atlas.settings.base_iri, name)
    found = atlas.journal.get(iri)
    if found is None:
        raise AtlasError(RECORD_NOT_FOUND, iri=iri)
    return found


def title_of(record: Record) -> str:
    """Return the title of a dataset, the Chinese one before others; its remote id without one."""
    start = f"<{record.focus}> <{DCT.title}> "
    lines = "".join(f"{line}\n" for line in record.lines if line.startswith(start))
    titles = (triple.object for triple in triples_of(lines))
    texts = [(one.value, one.language or "") for one in titles if isinstance(one, ox.Literal)]
    return choose(texts) or record.remote_id


def latest_records(journal: Journal) -> Iterator[Record]:
    """Yield the latest version of every record that lives, waiting or not, as of now."""
    for stored in journal.snapshot(public_only=False)[1]:
        if stored.state not in ("active", "held"):
            continue
        held = journal.waiting(stored)
        version = (held and version_of(held)) or version_of(stored)
        if version is not None:
            yield version
