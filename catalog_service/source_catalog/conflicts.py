"""What contradicts "one number, one source" (R35)."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from catalog_service.context import Service
from catalog_service.source_catalog.identity import department_key
from catalog_service.source_catalog.model import Conflict, SourceItem
from catalog_service.source_catalog.service import items
from search.relations.fields import COMMON

MOST_DATASETS: Final = 100
"""Datasets that a conflict names; a data item may be in thousands."""


def conflicts(atlas: Service, within: frozenset[str] | None = None) -> list[Conflict]:
    """Return what contradicts "one number, one source", by data item.

    ``within``: where one of these organizations, by IRI, claims the item; None: all. Items that
    tables of every kind have (名称, 备注) are not looked for in datasets.
    """
    claims: dict[str, dict[str, SourceItem]] = defaultdict(dict)
    for stored in items(atlas):
        department = department_key(atlas.vocabulary, stored.claim.department)
        claims[stored.key][department] = stored.claim
    if within is not None:
        concerned = {key for key, own in claims.items() if not own.keys().isdisjoint(within)}
        claims = defaultdict(dict, {key: claims[key] for key in concerned})
    found = [
        Conflict("claimed-twice", _name(own), tuple(c.department for c in own.values()), {})
        for own in claims.values()
        if len(own) > 1
    ]
    holders = atlas.field_holders.of(claims.keys() - COMMON)
    for key in sorted(holders.keys() & claims.keys()):
        own = claims[key]
        # A record without a publisher says nothing of who collects.
        having = [one for one in holders[key] if one.keys and one.keys.isdisjoint(own)]
        if having:
            named = {one.iri: (one.title, one.publishers) for one in having[:MOST_DATASETS]}
            departments = tuple(claim.department for claim in own.values())
            found.append(Conflict("collected-elsewhere", _name(own), departments, named))
    return found


def _name(own: dict[str, SourceItem]) -> str:
    return next(iter(own.values())).item
