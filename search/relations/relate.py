"""How two datasets are related: by title, by data items, by keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from search.analysis.normalization import normal
from search.analysis.titles import TitleParts, title_parts
from search.index.model import SearchDocument
from search.relations.fields import COMMON, KeyItems, field_key
from search.relations.model import Evidence, Kind, Relation

LEAST_SHARED: Final = 3
"""Minimum number of shared specific fields for an overlap."""

LEAST_SHARE: Final = 0.5
"""Minimum share of the smaller dataset's specific fields for an overlap."""

_SUBSET_FIELDS: Final = 4
"""Minimum number of specific fields of a dataset that is called a part of another."""

_LOCAL_KEYS: Final = (
    *("address", "coordinates", "division-code", "town-code"),
    *("enterprise-name", "industry-code", "road-name"),
)
"""Key items that many things share or that bring rows together only roughly: not enough alone."""

_OWN_REGISTER: Final = ("certificate-number", "permit-number", "document-number", "bid-number")
"""Key items that every register counts by itself: they join only tables of one body."""


def relate(one: SearchDocument, other: SearchDocument, key_items: KeyItems) -> list[Relation]:
    """Return how ``one`` is related to ``other``, the closest relation first; empty: not at all.

    At most one relation by title and one by fields is stated, and ``joinable`` beside them only
    where the fields alone do not say more.
    """
    if one.iri == other.iri:
        return []
    found = [r for r in (_by_title(one, other), _by_fields(one, other, key_items)) if r]
    kinds = {relation.kind for relation in found}
    # Copies and editions have the same fields: saying so again adds nothing.
    if kinds & {"replica", "variant", "version"}:
        found = found[:1]
    # Parallel datasets come from one template: that they have the same keys says nothing new.
    return [r for r in found if r.kind != "joinable"] if "parallel" in kinds else found


def _by_title(one: SearchDocument, other: SearchDocument) -> Relation | None:
    a, b = title_parts(one.title), title_parts(other.title)
    if a.core != b.core or len(a.core) < 2:
        return None
    kind, weight = _kind_by_title(one, other, a, b)
    return Relation(
        kind,
        other.iri,
        weight,
        Evidence(
            subject=a.core,
            edition=a.edition,
            other_edition=b.edition,
            place=a.place,
            other_place=b.place,
        ),
    )


def _kind_by_title(
    one: SearchDocument, other: SearchDocument, a: TitleParts, b: TitleParts
) -> tuple[Kind, float]:
    same_body = _same_body(one, other)
    # A county's own title may leave its name away: places differ only where both are named, or
    # where the bodies differ.
    if not same_body or (a.place and b.place and a.place != b.place):
        return "parallel", 0.6 if a.edition == b.edition else 0.4
    if a.edition != b.edition:
        return "version", _nearness(a.edition, b.edition)
    if a.interface != b.interface:
        return "variant", 1.0
    same_text = normal(one.description) == normal(other.description)
    same_fields = {*map(field_key, one.fields)} == {*map(field_key, other.fields)}
    return "replica", 0.5 + 0.25 * same_text + 0.25 * same_fields


def _nearness(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    """Return 1 for the same period, less for distant ones, 0.3 where one has no period."""
    if not a or not b:
        return 0.3
    months = [(e[0] * 12 + (e[1] if len(e) > 1 else 12)) for e in (a, b)]
    return 1.0 / (1.0 + abs(months[0] - months[1]) / 12.0)


def _by_fields(one: SearchDocument, other: SearchDocument, key_items: KeyItems) -> Relation | None:
    mine = {field_key(name): name for name in one.fields}
    theirs = {field_key(name) for name in other.fields}
    shared = [key for key in mine if key in theirs]
    keys = _shared_keys(one, other, key_items)
    if not shared and not keys:
        return None
    telling = [key for key in shared if key not in COMMON]
    own, others = _telling(mine), _telling(theirs)
    fewer = min(len(own), len(others))
    share = len(telling) / fewer if fewer else 0.0
    evidence = Evidence(
        fields=tuple(mine[key] for key in shared), key_items=keys, share=round(share, 3)
    )
    if len(telling) >= LEAST_SHARED and share >= LEAST_SHARE:
        if share == 1.0 and fewer >= _SUBSET_FIELDS and len(own) != len(others):
            kind: Kind = "subset" if len(own) < len(others) else "superset"
            return Relation(kind, other.iri, len(telling) / max(len(own), len(others)), evidence)
        union = len(own | others)
        return Relation("schema-overlap", other.iri, len(telling) / union, evidence)
    if keys:
        strong = [k for k in keys if k.rpartition("/")[2] not in _LOCAL_KEYS]
        # A name and an address alone would join nearly everything with everything.
        if strong:
            weight = min(1.0, 0.5 * len(strong) + 0.1 * (len(keys) - len(strong)))
            return Relation("joinable", other.iri, weight, evidence)
    return None


def _telling(keys: Iterable[str]) -> set[str]:
    return {key for key in keys if key not in COMMON}


def _shared_keys(
    one: SearchDocument, other: SearchDocument, key_items: KeyItems
) -> tuple[str, ...]:
    theirs = {key_items.key_item(name) for name in other.fields}
    mine = dict.fromkeys(key_items.key_item(name) for name in one.fields)
    same_body = _same_body(one, other)
    return tuple(
        key
        for key in mine
        if key is not None
        and key in theirs
        and (same_body or key.rpartition("/")[2] not in _OWN_REGISTER)
    )


def _same_body(one: SearchDocument, other: SearchDocument) -> bool:
    return not set(one.facets.get("publisher", ())).isdisjoint(other.facets.get("publisher", ()))
