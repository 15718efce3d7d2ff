"""The source catalogue in the journal's database: claims as they stand, and their changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from catalog_service.journal.codec import to_instant, to_number
from catalog_service.source_catalog.identity import Identity, identity_of
from catalog_service.source_catalog.model import TEXTS, ItemChange, SourceItem, StoredItem
from catalog_service.source_catalog.tables import source_catalog_changes, source_catalog_items
from ontology.vocabulary import Vocabulary

_ITEMS, _CHANGES = source_catalog_items, source_catalog_changes


def select_items(connection: sa.Connection, query: sa.Select[Any]) -> list[StoredItem]:
    """Return the claims that a query of all columns finds."""
    return [
        StoredItem(
            row.id,
            row.key,
            row.department_key,
            _claim(row),
            row.version,
            to_instant(row.changed),
        )
        for row in connection.execute(query)
    ]


def find_item(connection: sa.Connection, item_id: str) -> StoredItem | None:
    """Return one claim; None where there is none, or none any more."""
    found = select_items(connection, sa.select(*_ITEMS.c).where(_ITEMS.c.id == item_id))
    return found[0] if found else None


def changes_of(connection: sa.Connection, item_id: str) -> list[ItemChange]:
    """Return the changes of a claim, the oldest first."""
    query = sa.select(*_CHANGES.c).where(_CHANGES.c.item_id == item_id)
    return [
        ItemChange(
            row.item_id,
            row.version,
            row.action,
            _claim(row),
            row.actor,
            row.reason,
            to_instant(row.time),
        )
        for row in connection.execute(query.order_by(_CHANGES.c.number))
    ]


def state_of(connection: sa.Connection) -> int:
    """Return the number of the last change; 0 where there was none."""
    return connection.execute(sa.select(sa.func.max(_CHANGES.c.number))).scalar() or 0


class KnownItems:
    """The claims of a catalogue by what makes two of them one.

    A department that the vocabulary has learned since is found under its IRI and under its name.
    """

    def __init__(self, vocabulary: Vocabulary, items: Iterable[StoredItem]) -> None:
        self._vocabulary = vocabulary
        self._items: dict[Identity, StoredItem] = {}
        self.count = 0
        for one in items:
            self.count += 1
            self._items[identity_of(vocabulary, one.claim.item, one.claim.department)] = one
            self._items.setdefault(Identity(one.key, one.department_key), one)

    def find(self, claim: SourceItem) -> tuple[Identity, StoredItem | None]:
        """Return a claim's identity, and the one that stands in the catalogue."""
        identity = identity_of(self._vocabulary, claim.item, claim.department)
        return identity, self._items.get(identity)


def known_items(
    connection: sa.Connection, vocabulary: Vocabulary, key: str | None = None
) -> KnownItems:
    """Return all claims, or those on one data item, to find those that are the same as others."""
    query = sa.select(*_ITEMS.c)
    if key is not None:
        query = query.where(_ITEMS.c.key == key)
    return KnownItems(vocabulary, select_items(connection, query))


def write_changes(
    connection: sa.Connection, changes: Sequence[tuple[ItemChange, Identity]]
) -> None:
    """Write changes, and the claims as they stand after them."""
    if not changes:
        return
    connection.execute(_CHANGES.insert(), [_change_row(change) for change, _ in changes])
    new = [_item_row(c, identity) for c, identity in changes if c.action == "created"]
    if new:
        connection.execute(_ITEMS.insert(), new)
    for change, identity in changes:
        same = _ITEMS.c.id == change.item_id
        if change.action == "updated":
            connection.execute(_ITEMS.update().where(same).values(**_item_row(change, identity)))
        elif change.action == "removed":
            connection.execute(_ITEMS.delete().where(same))


def last_versions(connection: sa.Connection, item_id: str | None = None) -> dict[str, int]:
    """Return the last version that each claim ever had, or one of them, by identifier."""
    query = sa.select(_CHANGES.c.item_id, sa.func.max(_CHANGES.c.version))
    if item_id is not None:
        query = query.where(_CHANGES.c.item_id == item_id)
    found = connection.execute(query.group_by(_CHANGES.c.item_id))
    return {row[0]: row[1] for row in found}


def _change_row(change: ItemChange) -> dict[str, object]:
    return {
        "item_id": change.item_id,
        "version": change.version,
        "action": change.action,
        **dict(zip(TEXTS, change.claim.texts, strict=True)),
        "actor": change.actor,
        "reason": change.reason,
        "time": to_number(change.time),
    }


def _item_row(change: ItemChange, identity: Identity) -> dict[str, object]:
    return {
        "id": change.item_id,
        "key": identity.key,
        "department_key": identity.department_key,
        **dict(zip(TEXTS, change.claim.texts, strict=True)),
        "version": change.version,
        "changed": to_number(change.time),
    }


def _claim(row: Any) -> SourceItem:
    return SourceItem(*(getattr(row, name) for name in TEXTS))
