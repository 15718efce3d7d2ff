"""Single edits of the source catalogue, each with who made it and why (R35)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import sqlalchemy as sa

from catalog_service.audit.service import Entry
from catalog_service.context import Service
from catalog_service.source_catalog.errors import (
    ITEM_CHANGED,
    ITEM_EXISTS,
    ITEM_IDENTITY,
    UNKNOWN_ITEM,
)
from catalog_service.source_catalog.identity import Identity, checked
from catalog_service.source_catalog.model import Action, ItemChange, SourceItem, StoredItem
from catalog_service.source_catalog.service import SOURCE_ITEM_PATH, missing_item
from catalog_service.source_catalog.stored_items import (
    find_item,
    known_items,
    last_versions,
    write_changes,
)
from harvesters.protocols import Precondition
from ontology.errors import AtlasError
from search.relations.fields import field_key

ANYTHING: Final = Precondition()
"""Whatever the version is."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Who edits, why, and which version is to be there before."""

    actor: str
    reason: str
    expected: Precondition = ANYTHING


@dataclass(frozen=True, slots=True)
class Edited:
    """The claim as it stands now, and what was done."""

    status: Literal["created", "updated", "unchanged"]
    item: StoredItem


def add_item(atlas: Service, claim: SourceItem, edit: Edit) -> Edited:
    """Add a department's claim on a data item.

    Raises ``item-exists``, ``item-incomplete`` and ``item-text-invalid``.
    """
    claim = checked(claim)
    with atlas.journal.writing_tables() as connection:
        identity, before = _standing(atlas, connection, claim)
        if before is not None:
            claimed = before.claim
            raise AtlasError(
                ITEM_EXISTS, item=before.id, name=claimed.item, department=claimed.department
            )
        return _written(atlas, connection, identity, None, claim, edit)


def set_item(
    atlas: Service, claim: SourceItem, edit: Edit, *, item_id: str | None = None
) -> Edited:
    """Write a department's claim on a data item, new or changed.

    ``item_id`` is the one that is meant to be written. Raises ``unknown-item`` where there never
    was such a one, ``item-identity`` where it is another claim, ``item-changed`` where the version
    is not the expected one, ``item-incomplete`` and ``item-text-invalid``.
    """
    claim = checked(claim)
    with atlas.journal.writing_tables() as connection:
        identity, before = _standing(atlas, connection, claim)
        found = before.id if before is not None else identity.id
        if item_id is not None and item_id != found:
            if not last_versions(connection, item_id):
                raise AtlasError(UNKNOWN_ITEM, item=item_id)
            raise AtlasError(ITEM_IDENTITY, item=item_id, found=found)
        return _written(atlas, connection, identity, before, claim, edit)


def remove_item(atlas: Service, item_id: str, edit: Edit) -> ItemChange:
    """Take a claim out of the catalogue; its history stays.

    Raises ``unknown-item``, ``item-removed`` and ``item-changed``.
    """
    with atlas.journal.writing_tables() as connection:
        before = find_item(connection, item_id)
        if before is None:
            raise missing_item(connection, item_id)
        _demand(edit.expected, item_id, before)
        identity = Identity(before.key, before.department_key)
        claim = before.claim
        return _change(atlas, connection, identity, before, "removed", claim=claim, edit=edit)


def _standing(
    atlas: Service, connection: sa.Connection, claim: SourceItem
) -> tuple[Identity, StoredItem | None]:
    """Return a claim's identity, and the one that stands in the catalogue."""
    return known_items(connection, atlas.vocabulary, field_key(claim.item)).find(claim)


def _written(
    atlas: Service,
    connection: sa.Connection,
    identity: Identity,
    before: StoredItem | None,
    claim: SourceItem,
    edit: Edit,
) -> Edited:
    _demand(edit.expected, before.id if before is not None else identity.id, before)
    if before is not None and before.claim == claim:
        return Edited("unchanged", before)
    action: Action = "created" if before is None else "updated"
    _change(atlas, connection, identity, before, action, claim=claim, edit=edit)
    item = find_item(connection, before.id if before is not None else identity.id)
    if item is None:
        raise AssertionError("what was written is there")
    return Edited("created" if before is None else "updated", item)


def _change(
    atlas: Service,
    connection: sa.Connection,
    identity: Identity,
    before: StoredItem | None,
    action: Action,
    *,
    claim: SourceItem,
    edit: Edit,
) -> ItemChange:
    if before is not None:
        # As it was stored: the vocabulary may have learned the department since.
        identity = Identity(before.key, before.department_key)
    item_id = identity.id if before is None else before.id
    version = last_versions(connection, item_id).get(item_id, 0) + 1
    now = atlas.clock.now()
    change = ItemChange(item_id, version, action, claim, edit.actor, edit.reason, now)
    write_changes(connection, [(change, identity)])
    done = "source_catalog.remove" if action == "removed" else "source_catalog.write"
    told = {"version": version, "department": claim.department}
    entry = Entry(
        done,
        f"{atlas.settings.base_iri}{SOURCE_ITEM_PATH}{item_id}",
        organization=identity.organization,
        reason=edit.reason,
        details=told,
    )
    atlas.audit.append(connection, entry)
    return change


def _demand(expected: Precondition, item_id: str, before: StoredItem | None) -> None:
    current = frozenset({str(before.version)}) if before is not None else frozenset[str]()
    if not expected.holds(current):
        shown = str(before.version) if before is not None else "–"
        raise AtlasError(ITEM_CHANGED, item=item_id, demanded=expected.told, current=shown)
