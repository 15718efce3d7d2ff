"""Tables into the source catalogue: what they would change, and the change (R35)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from catalog_service.audit.service import Entry
from catalog_service.context import Service
from catalog_service.source_catalog.department_names import unknown_departments
from catalog_service.source_catalog.errors import CATALOG_CHANGED
from catalog_service.source_catalog.identity import Identity, identity_of
from catalog_service.source_catalog.model import (
    TEXTS,
    Action,
    ImportResult,
    ItemChange,
    ItemDifference,
    ItemTable,
    RepeatedRow,
    SourceItem,
    StoredItem,
    TableRow,
    TextDifference,
    UnknownDepartment,
)
from catalog_service.source_catalog.rights import Demand
from catalog_service.source_catalog.stored_items import (
    KnownItems,
    known_items,
    last_versions,
    state_of,
    write_changes,
)
from ontology.errors import AtlasError
from ontology.vocabulary import Vocabulary

MOST_NAMED: Final = 500
"""Data items that the entry of an import names; all are counted."""


def _allowed(_organization: str | None) -> None:
    """Allow every organization: commands on the machine write for all."""


def preview_import(atlas: Service, table: ItemTable, demand: Demand = _allowed) -> ImportResult:
    """Return what an import would do; nothing is written.

    ``demand`` raises for an organization whose claims the importer may not write.
    """
    # Read before the transaction: a file may be slow.
    rows = _collected(atlas.vocabulary, table, demand)
    with atlas.journal.reading_tables() as connection:
        known = known_items(connection, atlas.vocabulary)
        result = _compared(known, table, rows, state_of(connection))[0]
    return replace(result, outside=_outside(atlas.vocabulary, rows))


def import_items(
    atlas: Service,
    table: ItemTable,
    *,
    actor: str,
    reason: str,
    state: int | None = None,
    demand: Demand = _allowed,
) -> ImportResult:
    """Add data items, and change those whose department claims them already, in one transaction.

    What the catalogue has and the table has not stays, and so does a text that the table has no
    column for. Of two rows for one claim the last holds. ``state`` is the one that a preview told:
    raises ``source-catalog-changed`` where it is another one now, and as ``demand`` does for an
    organization whose claims the importer may not write.
    """
    rows = _collected(atlas.vocabulary, table, demand)
    with atlas.journal.writing_tables() as connection:
        current = state_of(connection)
        if state is not None and state != current:
            raise AtlasError(CATALOG_CHANGED, expected=state, current=current)
        known = known_items(connection, atlas.vocabulary)
        result, identities = _compared(known, table, rows, current)
        versions, now = last_versions(connection), atlas.clock.now()
        changes = [
            ItemChange(
                one.id, versions.get(one.id, 0) + 1, one.action, one.claim, actor, reason, now
            )
            for one in result.differences
        ]
        write_changes(connection, [(change, identities[change.item_id]) for change in changes])
        if changes:
            named = [change.item_id for change in changes][:MOST_NAMED]
            told = {"count": len(changes), "items": named}
            owners = {identities[change.item_id].organization for change in changes}
            entry = Entry(
                "source_catalog.import",
                # A table of one department is told to that one's auditors, too.
                organization=owners.pop() if len(owners) == 1 else None,
                reason=reason,
                details=told,
            )
            atlas.audit.append(connection, entry)
    return replace(result, outside=_outside(atlas.vocabulary, rows))


def _collected(
    vocabulary: Vocabulary, table: ItemTable, demand: Demand
) -> list[TableRow | AtlasError]:
    rows = list(table.rows)
    names = {row.claim.department for row in rows if isinstance(row, TableRow)}
    for organization in {identity_of(vocabulary, "", name).organization for name in names}:
        demand(organization)
    return rows


def _outside(
    vocabulary: Vocabulary, rows: Iterable[TableRow | AtlasError]
) -> tuple[UnknownDepartment, ...]:
    claims = (row.claim for row in rows if isinstance(row, TableRow))
    return tuple(unknown_departments(vocabulary, (claim.department for claim in claims)))


def _compared(
    known: KnownItems, table: ItemTable, rows: Iterable[TableRow | AtlasError], state: int
) -> tuple[ImportResult, dict[str, Identity]]:
    """Return what differs, and the identity of each claim that does."""
    errors: list[AtlasError] = []
    dropped: list[tuple[str, TableRow]] = []
    wanted: dict[str, tuple[TableRow, StoredItem | None]] = {}
    identities: dict[str, Identity] = {}
    for row in rows:
        if isinstance(row, AtlasError):
            errors.append(row)
            continue
        identity, before = known.find(row.claim)
        if before is not None:
            # As it was stored: the vocabulary may have learned the department since.
            identity = Identity(before.key, before.department_key)
        item_id = identity.id if before is None else before.id
        identities[item_id] = identity
        if item_id in wanted:
            dropped.append((item_id, wanted[item_id][0]))
        wanted[item_id] = (row, before)
    differences = [
        found
        for item_id, (row, before) in wanted.items()
        if (found := _difference(item_id, _completed(row.claim, before, table), before)) is not None
    ]
    there = sum(before is not None for _, before in wanted.values())
    result = ImportResult(
        differences=tuple(differences),
        unchanged=len(wanted) - len(differences),
        untouched=known.count - there,
        errors=tuple(errors),
        state=state,
        repeated=tuple(RepeatedRow(row, wanted[item_id][0]) for item_id, row in dropped),
    )
    return result, identities


def _completed(row: SourceItem, before: StoredItem | None, table: ItemTable) -> SourceItem:
    """Return a row with the texts that its table has no column for as they stand."""
    if before is None:
        return row
    return SourceItem(
        *(row.text(name) if name in table.given else before.claim.text(name) for name in TEXTS)
    )


def _difference(
    item_id: str, claim: SourceItem, before: StoredItem | None
) -> ItemDifference | None:
    texts = tuple(
        TextDifference(name, before.claim.text(name) if before else "", claim.text(name))
        for name in TEXTS
        if claim.text(name) != (before.claim.text(name) if before else "")
    )
    action: Action = "created" if before is None else "updated"
    return ItemDifference(item_id, action, claim, texts) if texts else None
