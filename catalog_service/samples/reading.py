"""Samples as they are read: by who works on them, and those that are served (R20)."""

from __future__ import annotations

from typing import Final

from catalog_service.accounts.service import Action, Principal
from catalog_service.context import Service
from catalog_service.journal.model import StoredRecord
from catalog_service.samples import stored
from catalog_service.samples.errors import (
    FILE_LOST,
    NOT_SERVED,
    SAMPLE_WITHDRAWN,
    UNKNOWN_SAMPLE,
)
from catalog_service.samples.model import Sample
from catalog_service.samples.openness import is_conditional
from catalog_service.samples.records import (
    PREFIX,
    sample_iri,
    sample_lines,
    sample_record,
    source_of,
)
from catalog_service.stored_files import StoredFiles
from catalog_service.stored_records import known_record, record_iri
from ontology.errors import AtlasError
from ontology.record import PATH

_LONGEST_NUMBER: Final = 9
"""Digits."""


def sample_for(atlas: Service, principal: Principal, action: Action, number: int) -> Sample:
    """Return a sample to who may do something over its source; raises ``unknown-sample``.

    To others one that is not there is as one that they may not see.
    """
    with atlas.journal.reading_tables() as connection:
        found = stored.samples_in(connection, number=number)
    if not found or not principal.may_over(Action.DATASET_READ_HELD, found[0].source):
        raise AtlasError(UNKNOWN_SAMPLE, number=number)
    principal.require_over(action, found[0].source)
    return found[0]


def dataset_for(atlas: Service, principal: Principal, action: Action, dataset: str) -> StoredRecord:
    """Return a record by IRI or ``source/remote id`` to who may do something over its source.

    Raises ``right-missing`` or ``not-allowed`` first, then ``record-not-found``.
    """
    iri = record_iri(atlas.settings.base_iri, dataset)
    source = iri.removeprefix(f"{atlas.settings.base_iri}{PATH}").partition("/")[0]
    principal.require_over(action, source)
    return known_record(atlas, iri)


def sample_named(atlas: Service, name: str) -> int:
    """Return the number of a sample by itself, or the newest of a dataset by the dataset's name.

    Raises ``unknown-sample`` and ``record-not-found``.
    """
    if name.isascii() and name.isdigit() and len(name) < 10:
        return int(name)
    iri = record_iri(atlas.settings.base_iri, name)
    with atlas.journal.reading_tables() as connection:
        found = stored.samples_in(connection, dataset=iri)
    if not found:
        raise AtlasError(UNKNOWN_SAMPLE, number=name[:80])
    return found[0].number


def samples_for(atlas: Service, principal: Principal, dataset: str | None = None) -> list[Sample]:
    """Return the samples that somebody may see at work, of a dataset's IRI or all, newest first."""
    with atlas.journal.reading_tables() as connection:
        found = stored.samples_in(connection, dataset=dataset)
    may = {one.source: one for one in found}
    seen = {name for name in may if principal.may_over(Action.DATASET_READ_HELD, name)}
    return [one for one in found if one.source in seen]


def waiting_for(atlas: Service, principal: Principal) -> list[Sample]:
    """Return the samples that somebody may release, the newest first."""
    return [
        one
        for one in samples_for(atlas, principal)
        if one.state == "asked"
        and one.source
        and principal.may_over(Action.DATASET_RELEASE, one.source)
        and principal.actor not in one.makers
    ]


def content_for(atlas: Service, there: Sample) -> bytes:
    """Return the file of a sample that somebody looks at; raises ``sample-file``."""
    found = StoredFiles(atlas.settings.home).get(there.file)
    if found is None:
        raise AtlasError(FILE_LOST, number=there.number)
    return found


def public_samples(atlas: Service, dataset: str | None = None) -> list[Sample]:
    """Return the samples that are served, of a dataset's IRI or all, the newest first."""
    with atlas.journal.reading_tables() as connection:
        found = stored.samples_in(connection, dataset=dataset)
    released = [one for one in found if one.state == "released"]
    base = atlas.settings.base_iri
    names = {one.number: (one.dataset, sample_iri(base, one)) for one in released}
    records = atlas.journal.get_many([iri for pair in names.values() for iri in pair])
    public = {iri for iri, one in records.items() if one.public and one.state == "active"}
    return [
        one
        for one in released
        if public.issuperset(names[one.number]) and is_conditional(records[one.dataset])
    ]


def public_sample(atlas: Service, number: int) -> Sample:
    """Return a sample that is served.

    Raises ``sample-withdrawn`` and ``sample-not-served`` for one that was released, and
    ``unknown-sample``.
    """
    with atlas.journal.reading_tables() as connection:
        found = stored.samples_in(connection, number=number)
    if not found or found[0].step("released") is None:
        raise AtlasError(UNKNOWN_SAMPLE, number=number)
    if found[0].state == "withdrawn":
        raise AtlasError(SAMPLE_WITHDRAWN, number=number)
    if not is_served(atlas, found[0]):
        raise AtlasError(NOT_SERVED, number=number)
    return found[0]


def is_served(atlas: Service, there: Sample) -> bool:
    """Tell whether a sample's file is served now."""
    return any(one.number == there.number for one in public_samples(atlas, there.dataset))


def public_file(atlas: Service, number: int) -> tuple[Sample, bytes]:
    """Return a sample that is served with its file; raises as `public_sample`, ``sample-file``."""
    there = public_sample(atlas, number)
    return there, content_for(atlas, there)


def lines_for(atlas: Service, iri: str, focus: str) -> str:
    """Return what a dataset's document says of its samples; empty: it has none."""
    settings = atlas.settings
    return sample_lines(settings.base_iri, settings.public_url, focus, public_samples(atlas, iri))


def sample_records(atlas: Service) -> frozenset[str]:
    """Return the IRIs of the records of all samples that were ever drawn.

    A sample is a record, and no dataset that a department has: no figure and no list counts it.
    """
    with atlas.journal.reading_tables() as connection:
        found = stored.last_states(connection)
    base = atlas.settings.base_iri
    return frozenset(sample_record(base, one.source, one.number) for one in found)


def sample_of_record(atlas: Service, source: str, remote_id: str) -> Sample | None:
    """Return the sample that a record describes, where it is served; None: it is no such record."""
    if not source.startswith(PREFIX) or not (remote_id.isascii() and remote_id.isdigit()):
        return None
    if len(remote_id) > _LONGEST_NUMBER:
        return None
    with atlas.journal.reading_tables() as connection:
        found = stored.samples_in(connection, number=int(remote_id))
    if not found or source_of(found[0].source) != source or not is_served(atlas, found[0]):
        return None
    return found[0]


def last_sample_step(atlas: Service) -> int:
    """Return the number of the last step of any sample; 0: there is none."""
    with atlas.journal.reading_tables() as connection:
        return stored.last_step(connection)
