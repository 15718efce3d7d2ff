"""Values of a filter that no dataset can have: said beside the answer, which finds nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Final, cast

from pydantic import BaseModel

from catalog_service.discovery.parameters import SCHEMES, shorten
from catalog_service.http.context import Service
from catalog_service.http.errors import VALUE_UNKNOWN
from catalog_service.http.language import Lang
from ontology.concepts import Known, Scheme
from ontology.errors import AtlasError
from ontology.formats import WORD, formats_of
from ontology.terms import VOCAB
from search.index.from_record import QUALITIES, SAMPLES
from search.model import FRESHNESS, Query
from search.results.freshness import VALUES as DAYS

NEAREST: Final = 5
"""Values that are offered in the place of one that is not known."""

_ALL: Final = 12
"""Where none is near, all are named up to so many."""
_LIKE: Final = 0.5
_LONGEST: Final = 80

_FIXED: Final = {
    "quality": QUALITIES,
    "sample": SAMPLES,
    FRESHNESS: DAYS,
}


class WarningAnswer(BaseModel):
    """Something in the question that is likely a mistake, though it was answered.

    ``known`` are values that may have been meant, as the query string takes them.
    """

    code: str
    message: str
    parameter: str
    value: str
    known: list[str]


def warnings_of(atlas: Service, query: Query, lang: Lang) -> list[WarningAnswer]:
    """Return a warning for each value of a filter with a closed vocabulary that is not in it.

    Departments and years come from the records themselves: any may be asked for.
    """
    return list(_warnings(atlas, query, lang))


def _warnings(atlas: Service, query: Query, lang: Lang) -> Iterator[WarningAnswer]:
    for facet, values in query.filters.items():
        for value in values:
            known = offered(atlas, facet, value)
            if known is None:
                continue
            own = shorten(facet, value)[:_LONGEST]
            told = AtlasError(VALUE_UNKNOWN, name=facet, value=own, known=", ".join(known) or "–")
            yield WarningAnswer(
                code=told.code,
                message=told.message(lang),
                parameter=facet,
                value=own,
                known=known,
            )


def offered(atlas: Service, facet: str, value: str) -> list[str] | None:
    """Return what may have been meant by an unknown value; None for one that is known."""
    scheme = SCHEMES.get(facet)
    if scheme is not None:
        return _concepts(atlas, facet, cast(Scheme, scheme), value)
    if facet == "source":
        if atlas.journal.source(value) is not None:
            return None
        return _near(value, [source.id for source in atlas.journal.sources()])
    fixed = _FIXED.get(facet)
    return None if fixed is None or value in fixed else _near(value, fixed)


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
    offered = list(dict.fromkeys(names[name] for name in near))[:NEAREST]
    return offered or list(dict.fromkeys(names.values()))[:_ALL]


def _near(value: str, known: Sequence[str]) -> list[str]:
    return get_close_matches(value, known, NEAREST, _LIKE) or list(known)[:_ALL]
