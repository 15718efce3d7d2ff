"""Values of a filter that no dataset can have: warned of beside the answer, which finds nothing."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

from catalog_service.context import Service
from catalog_service.discovery.errors import VALUE_UNKNOWN
from catalog_service.discovery.model import WarningAnswer
from ontology.concepts import Known, Scheme
from ontology.errors import AtlasError
from ontology.formats import WORD, formats_of
from ontology.terms import VOCAB
from search.facets import BY_NAME, NOT_STATED, UNSTATED, shorten
from search.model import Query
from translations import Lang

NEAREST: Final = 5
"""Values that are offered in the place of one that is not known."""

_ALL: Final = 12
"""Where none is near, all are named up to so many."""
_LIKE: Final = 0.5
_LONGEST: Final = 80


def warnings_of(atlas: Service, query: Query, lang: Lang) -> list[WarningAnswer]:
    """Return a warning for each value of a filter with a closed vocabulary that is not in it.

    Departments and years come from the records themselves: any may be asked for.
    """
    found = []
    for facet, values in query.filters.items():
        for value in values:
            known = suggested_values(atlas, facet, value)
            if known is None:
                continue
            own = shorten(facet, value)[:_LONGEST]
            error = AtlasError(VALUE_UNKNOWN, name=facet, value=own, known=", ".join(known) or "–")
            found.append(
                WarningAnswer(
                    code=error.code,
                    message=error.message(lang),
                    parameter=facet,
                    value=own,
                    known=known,
                )
            )
    return found


def suggested_values(atlas: Service, facet: str, value: str) -> list[str] | None:
    """Return what may have been meant by an unknown value; None for one that is known."""
    registered = BY_NAME.get(facet)
    if value == NOT_STATED and facet in UNSTATED:
        return None
    if registered is not None and registered.scheme is not None:
        return _concepts(atlas, facet, registered.scheme, value)
    if facet == "source":
        if atlas.journal.source(value) is not None:
            return None
        return _near(value, [source.id for source in atlas.journal.sources()])
    values = registered.values if registered is not None else {}
    return None if not values or value in values else _near(value, tuple(values))


def _concepts(atlas: Service, facet: str, scheme: Scheme, value: str) -> list[str] | None:
    vocabulary = atlas.vocabulary
    if vocabulary.concept(value) is not None:
        return None
    text = shorten(facet, value)[:_LONGEST]
    found = vocabulary.find(scheme, text)
    if isinstance(found, Known):
        return [shorten(facet, found.concept.iri)]
    if facet == "format" and not value.startswith(VOCAB):
        # What no vocabulary knows comes from the records themselves.
        meant = formats_of(vocabulary, [[(value.removeprefix(WORD),)]])
        return [shorten(facet, one.value) for one in meant if one.notation is not None] or None
    names: dict[str, str] = {}
    for concept in vocabulary.concepts(scheme):
        short = shorten(facet, concept.iri)
        names |= dict.fromkeys((short, concept.zh, concept.en.lower()), short)
    near = get_close_matches(text.lower(), names, 3 * NEAREST, _LIKE)
    suggested = list(dict.fromkeys(names[name] for name in near))[:NEAREST]
    return suggested or list(dict.fromkeys(names.values()))[:_ALL]


def _near(value: str, known: Sequence[str]) -> list[str]:
    return get_close_matches(value, known, NEAREST, _LIKE) or list(known)[:_ALL]
