"""The source catalogue: what is in it, and what it was (R35)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from catalog_service.context import Service
from catalog_service.source_catalog.errors import ITEM_REMOVED, UNKNOWN_ITEM
from catalog_service.source_catalog.identity import department_key, identity_of
from catalog_service.source_catalog.model import ItemChange, StoredItem
from catalog_service.source_catalog.stored_items import changes_of, find_item, select_items
from catalog_service.source_catalog.tables import source_catalog_items
from ontology.errors import AtlasError
from ontology.vocabulary import Vocabulary
from search.relations.fields import field_key

RULE: Final = "R35"
"""One number, one source."""

_ITEMS = source_catalog_items


@dataclass(frozen=True, slots=True)
class Filter:
    """Which data items are wanted: ``text`` stands in their names, ``department`` claims them."""

    text: str = ""
    department: str = ""
    """Any of its names, or its IRI."""


@dataclass(frozen=True, slots=True)
class Department:
    """A department under the name that stands in the catalogue, and how many items it claims."""

    key: str
    name: str
    count: int


ALL: Final = Filter()


def items(
    atlas: Service,
    wanted: Filter = ALL,
    *,
    after: str = "",
    offset: int = 0,
    limit: int | None = None,
) -> list[StoredItem]:
    """Return the data items by key, those of one key by department; ``after`` is a key."""
    query = _narrowed(atlas.vocabulary, sa.select(*_ITEMS.c), wanted)
    query = query.order_by(_ITEMS.c.key, _ITEMS.c.department_key)
    if after:
        query = query.where(_ITEMS.c.key > after)
    with atlas.journal.reading_tables() as connection:
        return select_items(connection, query.limit(limit).offset(offset))


def items_on_page(
    atlas: Service, wanted: Filter = ALL, *, after: str, limit: int
) -> tuple[list[StoredItem], bool]:
    """Return the data items behind a key, and whether there are more; claims on one stay together.

    Where one item has more claims than ``limit``, the page has so many of them and no others.
    """
    found = items(atlas, wanted, after=after, limit=limit + 1)
    if len(found) <= limit:
        return found, False
    whole = [one for one in found if one.key != found[-1].key]
    return whole or found[:limit], True


def count_items(atlas: Service, wanted: Filter = ALL) -> int:
    """Return how many data items are wanted."""
    query = _narrowed(atlas.vocabulary, sa.select(sa.func.count()).select_from(_ITEMS), wanted)
    with atlas.journal.reading_tables() as connection:
        return connection.execute(query).scalar() or 0


def departments(atlas: Service) -> list[Department]:
    """Return the departments that claim data items, by name."""
    name = sa.func.min(_ITEMS.c.department).label("name")
    query = sa.select(_ITEMS.c.department_key, name, sa.func.count()).group_by(
        _ITEMS.c.department_key
    )
    with atlas.journal.reading_tables() as connection:
        found = [Department(*row) for row in connection.execute(query)]
    return sorted(found, key=lambda one: one.name)


def chosen_department(atlas: Service, name: str) -> str:
    """Return the key of the department that a filter names; empty for none."""
    return _department(atlas.vocabulary, name) if name.strip() else ""


def item(atlas: Service, item_id: str) -> StoredItem:
    """Return one data item; raises ``unknown-item`` and ``item-removed``."""
    with atlas.journal.reading_tables() as connection:
        found = find_item(connection, item_id)
        if found is None:
            raise missing_item(connection, item_id)
        return found


SOURCE_ITEM_PATH: Final = "/id/source-item/"
"""The path between the base and the identifier in the IRI of an entry."""


def claims_on(atlas: Service, key: str) -> list[StoredItem]:
    """Return all claims on a data item; two or more are a conflict."""
    query = sa.select(*_ITEMS.c).where(_ITEMS.c.key == key).order_by(_ITEMS.c.department_key)
    with atlas.journal.reading_tables() as connection:
        return select_items(connection, query)


def claim_of(atlas: Service, name: str, department: str) -> StoredItem | None:
    """Return a department's claim on a data item; None where there is none."""
    identity = identity_of(atlas.vocabulary, name, department)
    own = (
        one
        for one in claims_on(atlas, identity.key)
        if department_key(atlas.vocabulary, one.claim.department) == identity.department_key
    )
    return next(own, None)


def id_of(atlas: Service, name: str, department: str) -> str:
    """Return what identifies a department's claim on a data item, whether there is one or not."""
    found = claim_of(atlas, name, department)
    return identity_of(atlas.vocabulary, name, department).id if found is None else found.id


def history(atlas: Service, item_id: str) -> list[ItemChange]:
    """Return every change of a data item, the oldest first; raises ``unknown-item``."""
    with atlas.journal.reading_tables() as connection:
        found = changes_of(connection, item_id)
    if not found:
        raise AtlasError(UNKNOWN_ITEM, item=item_id)
    return found


def missing_item(connection: sa.Connection, item_id: str) -> AtlasError:
    """Return why there is no such data item: it never was, or it was removed."""
    changes = changes_of(connection, item_id)
    if not changes:
        return AtlasError(UNKNOWN_ITEM, item=item_id)
    return AtlasError(ITEM_REMOVED, item=item_id, name=changes[-1].claim.item)


def _narrowed(vocabulary: Vocabulary, query: sa.Select[Any], wanted: Filter) -> sa.Select[Any]:
    for word in wanted.text.split():
        if key := field_key(word):
            query = query.where(_ITEMS.c.key.contains(key, autoescape=True))
    if wanted.department.strip():
        key = _department(vocabulary, wanted.department)
        query = query.where(_ITEMS.c.department_key == key)
    return query


def _department(vocabulary: Vocabulary, name: str) -> str:
    known = vocabulary.concept(name.strip())
    return known.iri if known is not None else department_key(vocabulary, name.strip())
