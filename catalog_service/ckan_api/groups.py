"""Organisations (publishers), groups (data domains) and tags (keywords), with their packages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from threading import Lock
from typing import Final

from catalog_service.answers import Named
from catalog_service.ckan_api.arguments import Arguments
from catalog_service.ckan_api.errors import NAME_NEEDED, NOT_FOUND, SORT_INVALID
from catalog_service.ckan_api.names import facet_name, facet_title, facet_value
from catalog_service.ckan_api.package import Json, group_of, organization_of, package_of, tag_of
from catalog_service.context import Service
from catalog_service.datasets.service import public_descriptions
from catalog_service.facet_values import facet_values
from ontology.errors import AtlasError
from search.model import FacetValue, Query
from translations import Lang

MOST_TAGS: Final = 10_000
_MOST: Final = 100_000
_SHOWN: Final = 1_000
_FEW: Final = 10
"""Packages that are shown with an organisation where it is asked for them, as in CKAN."""
_SORTS: Final = ("name", "title", "package_count")
_STRUCTURE: Final = {"organization": "publisher", "group": "theme"}

_counting = Lock()
_tags: dict[object, tuple[Hashable, dict[str, int]]] = {}


def listed(atlas: Service, kind: str, given: Arguments, lang: Lang) -> list[str] | list[Json]:
    """Return organisations or groups (``kind``): their names, or with ``all_fields`` all of each.

    Those that have a package; raises ``ckan-sort-invalid`` and ``parameter-invalid``.
    """
    found = [_described(atlas, kind, one, lang) for one in facet_values(atlas, _STRUCTURE[kind])]
    wanted = given.strings(f"{kind}s")
    if wanted:
        found = [one for one in found if one["name"] in wanted or one["id"] in wanted]
    # Older clients say order_by, and call the count packages.
    asked = given.text("sort") or given.text("order_by") or "title asc"
    key, _, direction = asked.strip().lower().partition(" ")
    key = "package_count" if key == "packages" else key
    if key not in _SORTS or direction.strip() not in ("", "asc", "desc"):
        known = ", ".join(f"{name} asc, {name} desc" for name in _SORTS)
        raise AtlasError(SORT_INVALID, value=asked[:80], known=known)
    # Of equals always the same one first, so that pages fit together.
    found.sort(key=lambda one: str(one["name"]))
    found.sort(key=lambda one: one[key], reverse=direction.strip() == "desc")
    offset = given.number("offset", 0, 0, _MOST)
    found = found[offset : offset + given.number("limit", _SHOWN, 0, _SHOWN)]
    return found if given.flag("all_fields") else [one["name"] for one in found]


def shown(atlas: Service, kind: str, given: Arguments, lang: Lang) -> Json:
    """Return one organisation or group; raises ``ckan-name-needed`` and ``ckan-not-found``."""
    name = given.text("id")
    if not name:
        raise AtlasError(NAME_NEEDED, name="id")
    facet = _STRUCTURE[kind]
    value = facet_value(atlas, facet, name)
    asked = Query(filters={facet: (value,)}, limit=_FEW, facets=(facet,))
    result = atlas.search.search(asked)
    counted = {one.value: one for one in result.facets[facet]}
    if not result.total:
        raise AtlasError(NOT_FOUND, name=name[:80])
    found = _described(atlas, kind, counted[value], lang)
    if given.flag("include_datasets"):
        iris = [hit.iri for hit in result.hits]
        found["packages"] = [
            package_of(atlas, one, lang) for one in public_descriptions(atlas, iris)
        ]
    return {**found, "extras": [], "tags": [], "users": [], "groups": []}


def tag_shown(atlas: Service, given: Arguments) -> Json:
    """Return one keyword; raises ``ckan-name-needed`` and ``ckan-not-found``."""
    name = given.text("id")
    if not name:
        raise AtlasError(NAME_NEEDED, name="id")
    if name not in _keywords(atlas):
        raise AtlasError(NOT_FOUND, name=name[:80])
    return tag_of(name)


def tag_list(atlas: Service, given: Arguments) -> list[str] | list[Json]:
    """Return the keywords of public datasets, by name; ``query`` is a part of theirs."""
    part = given.text("query").strip().lower()
    if given.text("vocabulary_id"):
        # There are none, and so no tags in them.
        return []
    names = sorted(name for name in _keywords(atlas) if part in name.lower())
    offset = given.number("offset", 0, 0, _MOST)
    names = names[offset : offset + given.number("limit", MOST_TAGS, 0, MOST_TAGS)]
    return [tag_of(name) for name in names] if given.flag("all_fields") else names


def _described(atlas: Service, kind: str, one: FacetValue, lang: Lang) -> Json:
    facet = _STRUCTURE[kind]
    title = facet_title(atlas, facet, one.value, one.label, lang)
    if kind == "group":
        return group_of(facet_name(atlas, facet, one.value), title, one.count)
    named = Named(iri=one.value, label={lang: title})
    return organization_of(atlas, named, lang, one.count)


def _keywords(atlas: Service) -> dict[str, int]:
    """Return all keywords with their datasets, counted once for each state of the index."""
    view = atlas.index.view()
    if view is None:
        return {}
    home = atlas.settings.home
    with _counting:
        state, found = _tags.get(home, (None, {}))
        if state != view.state:
            found = dict(Counter(name for one in view.each() for name in set(one.keywords)))
            _tags[home] = (view.state, found)
    return found
