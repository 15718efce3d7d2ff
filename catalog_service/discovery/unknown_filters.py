"""Values in the address of a results page that do not exist, and what may have been meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from catalog_service.context import Service
from catalog_service.discovery.filter_warnings import suggested_values
from catalog_service.discovery.model import FacetAnswers
from catalog_service.discovery.service import value_name
from catalog_service.site.rendering import View
from catalog_service.sources.service import titles
from ontology.concepts import Known
from ontology.errors import AtlasError
from search.facets import FACETS, NOT_STATED, UNSTATED, expand, shorten
from search.model import Query

_LONGEST: Final = 60
_NEAREST: Final = 3
_YEAR: Final = re.compile("[12][0-9]{3}")


@dataclass(frozen=True, slots=True)
class UnknownFilter:
    """A value that no dataset can have.

    ``facet`` is the facet's name for people; ``without`` the address of the search without it,
    ``near`` names and addresses with what may have been meant in its place.
    """

    facet: str
    value: str
    without: str
    near: list[tuple[str, str]]


def unknown_filters(
    atlas: Service, view: View, own: list[tuple[str, str]], facets: FacetAnswers
) -> list[UnknownFilter]:
    """Return the values of filters that do not exist; ``own`` is the search's own query string.

    What is counted in any dataset exists, so that only the others are looked up.
    """
    counted = {(name, v.value) for name, values in facets.items() for v in values if v.count}
    found = []
    for item in own:
        name, value = item
        full = expand(name, value)
        if name not in FACETS or (name, shorten(name, full)) in counted:
            continue
        near = _meant(atlas, name, full)
        if near is None:
            continue
        rest = [other for other in own if other != item]
        addresses = [
            (_label(atlas, view, name, one), view.link("/datasets", [*rest, (name, one)]))
            for one in near[:_NEAREST]
        ]
        found.append(
            UnknownFilter(
                facet=view.label("facet", name),
                value=value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…",
                without=view.link("/datasets", rest),
                near=addresses,
            )
        )
    return found


def _meant(atlas: Service, facet: str, value: str) -> list[str] | None:
    """Return what may have been meant; None for a value that exists."""
    if value == NOT_STATED and facet in UNSTATED:
        return None
    if facet == "publisher":
        return _publishers(atlas, value)
    if facet in ("year", "period"):
        return None if _YEAR.fullmatch(value) else []
    try:
        return suggested_values(atlas, facet, value)
    except AtlasError:
        # Sources are in the journal; searching goes on while that cannot be read.
        return None


def _publishers(atlas: Service, value: str) -> list[str] | None:
    """Publishers come from the records, too: those of which there is a record exist."""
    if atlas.vocabulary.concept(value) is not None:
        return None
    asked = Query(filters={"publisher": (value,)}, limit=0, facets=False)
    if atlas.search.search(asked).total:
        return None
    found = atlas.vocabulary.find("organization", value)
    if isinstance(found, Known):
        return [found.concept.iri]
    concepts = atlas.vocabulary.concepts("organization")
    names = {name: c.iri for c in concepts for name in (c.zh, c.en.lower(), c.notation)}
    near = get_close_matches(value.lower(), names, _NEAREST)
    return list(dict.fromkeys(names[name] for name in near))


def _label(atlas: Service, view: View, facet: str, value: str) -> str:
    name = value_name(atlas, facet, expand(facet, value))
    if name is not None:
        return view.pick(name)
    return titles(atlas.journal).get(value, value) if facet == "source" else value
