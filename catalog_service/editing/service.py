"""Drafts: begun, read, saved, merged; all that a page or a program does with them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

import pyoxigraph as ox

from catalog_service.accounts.service import Action as Right
from catalog_service.accounts.service import Principal
from catalog_service.audit.model import Entry
from catalog_service.context import Service
from catalog_service.editing.checking import check
from catalog_service.editing.desks import open_desk, organization_of
from catalog_service.editing.draft_locks import alone_with
from catalog_service.editing.errors import (
    DRAFT_CHANGED,
    DRAFT_CLOSED,
    DRAFT_STATE,
    DRAFT_WAITS,
    NOT_MAINTAINED_HERE,
    UNKNOWN_DRAFT,
)
from catalog_service.editing.form_fields import Entry as Entries
from catalog_service.editing.forms import form_writer
from catalog_service.editing.merging import merge
from catalog_service.editing.model import (
    OPEN,
    Check,
    Draft,
    DraftEvent,
    DraftLine,
    Saved,
    Side,
    State,
    Unit,
)
from catalog_service.editing.stored_drafts import StoredDrafts
from catalog_service.errors import RECORD_NOT_FOUND
from catalog_service.journal.model import StoredRecord, version_of
from catalog_service.state_names import named_draft_state
from ontology.canonical import canonical_record
from ontology.errors import AtlasError
from ontology.record import Record, mint_iri
from ontology.terms import DCAT, DCT, RDF

MOST_LISTED: Final = 500
"""Drafts of a list."""

SITTING: Final = timedelta(minutes=15)
"""A draft saves itself as one types: the audit is told once of what one person writes at once."""


def begin(
    atlas: Service, principal: Principal, organization: str, preset: Entries | None = None
) -> Draft:
    """Begin the draft of a new dataset of an organization; ``preset``: what a template fills in.

    Raises ``right-missing``.
    """
    principal.require(Right.DATASET_EDIT, organization)
    source = open_desk(atlas, organization)
    remote_id = new_remote_id(atlas)
    record = first_record(atlas, source, remote_id, organization)
    if preset is not None:
        preset.add("publisher").text = organization
        record = form_writer(atlas).write(record, preset, complete=False)
    return begin_with(atlas, principal, organization, record)


def new_remote_id(atlas: Service) -> str:
    """Return an identifier for a new dataset."""
    return f"{atlas.clock.now():%Y%m%d}-{secrets.token_hex(3)}"


def begin_with(atlas: Service, principal: Principal, organization: str, record: Record) -> Draft:
    """Begin the draft of a new dataset with what it says already.

    Raises ``right-missing``, and ``draft-state`` where there is a draft of it.
    """
    principal.require(Right.DATASET_EDIT, organization)
    open_desk(atlas, organization)
    now = atlas.clock.now()
    draft = Draft(
        id=secrets.token_hex(8),
        organization=organization,
        source=record.source,
        remote_id=record.remote_id,
        state="editing",
        version=1,
        title=title_of(record),
        record=record,
        begun_from=None,
        created=now,
        changed=now,
        author=principal.actor,
        changed_by=principal.actor,
        submitted_by=None,
    )
    with atlas.journal.writing_tables() as connection:
        store = StoredDrafts(connection, atlas.settings.base_iri)
        there = store.of_record(record.source, record.remote_id)
        if there is not None:
            raise AtlasError(DRAFT_STATE, draft=there, state=named_draft_state("editing"))
        store.begin(draft, None)
        store.note(draft, DraftEvent("begun", 1, principal.actor, "", now))
        atlas.audit.append(connection, told("dataset.edit", draft))
    return draft


def begin_from(atlas: Service, principal: Principal, source: str, remote_id: str) -> Draft:
    """Return the open draft of a dataset, or begin one from its newest version.

    Raises ``record-not-found``, ``not-maintained-here`` and ``right-missing``.
    """
    stored = stored_dataset(atlas, source, remote_id)
    concept = organization_of(atlas.vocabulary, source)
    if concept is None:
        if not stored.public and not principal.may_over(Right.DATASET_READ_HELD, source):
            # Whoever may not see it is told the same as of one that never was.
            raise AtlasError(RECORD_NOT_FOUND, iri=stored.iri)
        raise not_here(atlas, source, remote_id)
    principal.require(Right.DATASET_EDIT, concept.iri)
    record, content_hash = newest(atlas, stored)
    now = atlas.clock.now()
    with atlas.journal.writing_tables() as connection:
        store = StoredDrafts(connection, atlas.settings.base_iri)
        open_one = store.of_record(source, remote_id)
        there = store.find(open_one) if open_one is not None else None
        if there is not None:
            return there
        draft = Draft(
            id=secrets.token_hex(8),
            organization=concept.iri,
            source=source,
            remote_id=remote_id,
            state="editing",
            version=1,
            title=title_of(record),
            record=record,
            begun_from=content_hash,
            created=now,
            changed=now,
            author=principal.actor,
            changed_by=principal.actor,
            submitted_by=None,
        )
        store.begin(draft, record)
        store.note(draft, DraftEvent("begun", 1, principal.actor, "", now))
        atlas.audit.append(connection, told("dataset.edit", draft))
    return draft


def read(atlas: Service, principal: Principal, draft_id: str) -> Draft:
    """Return a draft; raises ``unknown-draft`` also where the reader has no right to it."""
    with atlas.journal.reading_tables() as connection:
        found = StoredDrafts(connection, atlas.settings.base_iri).find(draft_id)
    if found is None or not may_see(principal, found):
        raise AtlasError(UNKNOWN_DRAFT, draft=draft_id[:80])
    return found


def may_edit(atlas: Service, principal: Principal, source: str) -> bool:
    """Tell whether datasets of a source are described here, and somebody may do so."""
    concept = organization_of(atlas.vocabulary, source)
    return concept is not None and principal.may(Right.DATASET_EDIT, concept.iri)


def may_see(principal: Principal, draft: Draft) -> bool:
    """Tell whether somebody may see a draft: who edits, releases, or reads what is held."""
    rights = (Right.DATASET_EDIT, Right.DATASET_RELEASE, Right.DATASET_READ_HELD)
    return any(principal.may(right, draft.organization) for right in rights)


def events(atlas: Service, draft: Draft) -> list[DraftEvent]:
    """Return what became of a draft, the oldest first."""
    with atlas.journal.reading_tables() as connection:
        return StoredDrafts(connection, atlas.settings.base_iri).events(draft.id)


def listed(
    atlas: Service,
    principal: Principal,
    right: Right = Right.DATASET_EDIT,
    states: tuple[State, ...] = OPEN,
) -> list[DraftLine]:
    """Return the drafts of all organizations over which somebody has a right, the newest first."""
    organizations = principal.organizations(right)
    with atlas.journal.reading_tables() as connection:
        store = StoredDrafts(connection, atlas.settings.base_iri)
        return store.lines(organizations, states, MOST_LISTED)


def save(
    atlas: Service,
    principal: Principal,
    draft: Draft,
    record: Record,
    *,
    version: int,
    choices: Mapping[Unit, Side] | None = None,
) -> Saved:
    """Write what an editor made of a draft's ``version``.

    Where somebody else saved in between, both changes are put together; where they contradict each
    other nothing is written until it was chosen. Raises ``right-missing``, ``draft-closed``,
    ``draft-waits`` and ``draft-changed``.
    """
    principal.require(Right.DATASET_EDIT, draft.organization)
    with alone_with(atlas, draft), atlas.journal.writing_tables() as connection:
        store = StoredDrafts(connection, atlas.settings.base_iri)
        now = _standing(store, draft)
        merged = None
        if now.version != version:
            before = store.version(now, version)
            if before is None:
                raise AtlasError(
                    DRAFT_CHANGED, draft=draft.id, current=now.version, expected=version
                )
            if before.nquads == record.nquads:
                return Saved(now, unchanged=True)
            merged = merge(before, record, now.record, choices)
            if merged.contradictions:
                return Saved(now, merged)
            record = merged.record
        if record.nquads == now.record.nquads:
            return Saved(now, merged, unchanged=True)
        written = replace(
            now,
            version=now.version + 1,
            title=title_of(record),
            record=record,
            changed=atlas.clock.now(),
            changed_by=principal.actor,
        )
        store.write(written)
        if now.changed_by != written.changed_by or written.changed - now.changed > SITTING:
            atlas.audit.append(connection, told("dataset.edit", written))
    return Saved(written, merged)


def told(action: str, draft: Draft, reason: str = "") -> Entry:
    """Return what the audit is told of a draft."""
    return Entry(
        action,
        draft.record.iri,
        organization=draft.organization,
        reason=reason or None,
        details={"draft": draft.id, "version": draft.version},
    )


def writers(atlas: Service, draft: Draft) -> frozenset[str]:
    """Return all who wrote on a draft or submitted it."""
    with atlas.journal.reading_tables() as connection:
        found = StoredDrafts(connection, atlas.settings.base_iri).writers(draft.id)
    return found | {draft.author, draft.changed_by, draft.submitted_by or draft.author}


def record_at(atlas: Service, draft: Draft, version: int) -> Record:
    """Return what a draft said in a version; raises ``draft-changed`` where it is not kept."""
    if version == draft.version:
        return draft.record
    with atlas.journal.reading_tables() as connection:
        found = StoredDrafts(connection, atlas.settings.base_iri).version(draft, version)
    if found is None:
        raise AtlasError(DRAFT_CHANGED, draft=draft.id, current=draft.version, expected=version)
    return found


def checked(atlas: Service, draft: Draft) -> Check:
    """Return what is found in a draft."""
    return check(atlas, draft.record)


def published(atlas: Service, draft: Draft) -> Record | None:
    """Return the last good version of a draft's dataset; None where there is none."""
    stored = atlas.journal.get(draft.record.iri)
    return None if stored is None else version_of(stored)


def stored_dataset(atlas: Service, source: str, remote_id: str) -> StoredRecord:
    """Return where a dataset stands; raises ``record-not-found``."""
    iri = mint_iri(atlas.settings.base_iri, source, remote_id)
    stored = atlas.journal.get(iri)
    if stored is None:
        raise AtlasError(RECORD_NOT_FOUND, iri=iri)
    return stored


def newest(atlas: Service, stored: StoredRecord) -> tuple[Record, str | None]:
    """Return the version of a dataset that came last, waiting or not, and its hash."""
    if stored.held_seq is not None:
        (change,) = atlas.journal.changes_by_number([stored.held_seq]).values()
        held = version_of(change)
        if held is not None:
            return held, stored.held_hash
    good = version_of(stored)
    if good is None:
        raise AtlasError(RECORD_NOT_FOUND, iri=stored.iri)
    return good, None if stored.state == "withdrawn" else stored.hash


def not_here(atlas: Service, source: str, remote_id: str) -> AtlasError:
    """Return ``not-maintained-here``, with where the dataset is maintained."""
    found = atlas.journal.source(source)
    title = found.title if found is not None else source
    return AtlasError(NOT_MAINTAINED_HERE, remote_id=remote_id, title=title, source=source)


def first_record(atlas: Service, source: str, remote_id: str, organization: str) -> Record:
    """Return what the draft of a new dataset says: its identifier, and its publisher."""
    iri = mint_iri(atlas.settings.base_iri, source, remote_id)
    node = ox.NamedNode(iri)
    triples = [
        ox.Triple(node, ox.NamedNode(RDF.type), ox.NamedNode(DCAT.Dataset)),
        ox.Triple(node, ox.NamedNode(DCT.identifier), ox.Literal(remote_id)),
        ox.Triple(node, ox.NamedNode(DCT.publisher), ox.NamedNode(organization)),
    ]
    return canonical_record(triples, iri=iri, source=source, remote_id=remote_id)


def title_of(record: Record) -> str:
    """Return the title of a record for lists: the Chinese one, or any; empty where it has none."""
    texts = [
        t.object
        for t in record.triples()
        if t.predicate.value == DCT.title
        and isinstance(t.subject, ox.NamedNode)
        and t.subject.value == record.focus
        and isinstance(t.object, ox.Literal)
    ]
    texts.sort(key=lambda one: (one.language != "zh", one.value))
    return texts[0].value if texts else ""


def _standing(store: StoredDrafts, draft: Draft) -> Draft:
    """Return a draft as it stands, to be written."""
    now = store.find(draft.id)
    if now is None:
        raise AtlasError(UNKNOWN_DRAFT, draft=draft.id)
    if not now.is_open:
        raise AtlasError(DRAFT_CLOSED, draft=draft.id, state=named_draft_state(now.state))
    if not now.can_be_written:
        raise AtlasError(DRAFT_WAITS, draft=draft.id)
    return now
