"""Taking what is open and not on a list into its draft, or into an amendment of it (R12)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from catalog_service.accounts.service import Principal
from catalog_service.context import Service
from catalog_service.journal.model import version_of
from catalog_service.open_list.amending import propose, proposed
from catalog_service.open_list.coverage.figures import open_datasets
from catalog_service.open_list.differences import ItemChange
from catalog_service.open_list.drafting import Items, publishers_of
from catalog_service.open_list.errors import LIST_NOT_TO_ADD
from catalog_service.open_list.lifecycle import BY_NAME
from catalog_service.open_list.model import Content, ListItem, OpenList
from catalog_service.open_list.service import edit
from catalog_service.open_list.taking import get
from catalog_service.samples.service import sample_records
from ontology.errors import AtlasError
from ontology.record import mint_iri
from search.index.payload import StoredDocument

MOST_AT_ONCE: Final = 1_500
"""Datasets that are taken in at once: a form carries so many."""
PUBLISHED: Final = BY_NAME["propose"].come_from
"""States in which a list is amended, and not edited."""


def as_wanted(atlas: Service, there: OpenList) -> Content:
    """Return what a list says, with the amendment that waits."""
    return proposed(atlas, there) or there.content


def left_out(
    atlas: Service, there: OpenList, limit: int, offset: int = 0
) -> tuple[int, list[StoredDocument]]:
    """Return how many open datasets of a list's organization are not on it, and a part by title.

    Of what lies below it, too; what an amendment that waits adds is on it. Raises what reading the
    index does.
    """
    view = atlas.index.view()
    if view is None:
        return 0, []
    base, items = atlas.settings.base_iri, as_wanted(atlas, there).items.values()
    own = {mint_iri(base, one.source, one.remote_id) for one in items if one.is_catalogued}
    hidden = frozenset(own) | sample_records(atlas)
    plan = open_datasets(publishers_of(atlas, there.organization), hidden)
    found = view.find(plan, limit, offset)
    return found.total, [one.document for one in found.candidates]


def keys_left_out(atlas: Service, there: OpenList) -> list[str]:
    """Return the keys of the first `MOST_AT_ONCE` that are not on a list."""
    return [f"{one.source}/{one.remote_id}" for one in left_out(atlas, there, MOST_AT_ONCE)[1]]


def items_of(atlas: Service, there: OpenList, keys: Sequence[str]) -> list[ListItem]:
    """Return the items that datasets (``source/remote id``) would be, by title.

    Raises ``open-list-not-to-add`` where one is not public, not open, not the organization's, or
    on the list already.
    """
    base, make = atlas.settings.base_iri, Items(atlas)
    own = publishers_of(atlas, there.organization)
    known = as_wanted(atlas, there).items
    found = []
    iris = {mint_iri(base, *key.split("/", 1)): key for key in keys if "/" in key}
    stored = atlas.journal.get_many(list(iris))
    wanted = {key: stored.get(iri) for iri, key in iris.items()}
    for key in dict.fromkeys(keys):
        there_is = wanted.get(key)
        record = version_of(there_is) if there_is is not None and there_is.public else None
        item = None if record is None else make.of(record)
        fits = item is not None and item.openness and key not in known
        if record is None or item is None or not fits or not make.publishers(record) & set(own):
            raise AtlasError(LIST_NOT_TO_ADD, key=key[:200])
        found.append(item)
    return sorted(found, key=lambda one: (one.title, one.key))


def add(
    atlas: Service,
    principal: Principal,
    name: tuple[str, int],
    keys: Sequence[str],
    reason: str,
    code: str,
) -> OpenList:
    """Take datasets into a draft, or propose them for a published list, beside what waits.

    Raises ``open-list-not-to-add`` and as `edit` and `propose` do.
    """
    there = get(atlas, *name)
    added = frozenset(ItemChange(None, one) for one in items_of(atlas, there, keys))
    written_by = propose if there.state in PUBLISHED else edit
    return written_by(atlas, principal, name, added, reason, code)
