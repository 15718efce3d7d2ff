"""``/api/v1/search`` and ``/suggest``: what was found, with facets and the names of everything."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi import Query as Params
from pydantic import BaseModel

from catalog_service.datasets.description import Named
from catalog_service.discovery.facet_labels import label_of
from catalog_service.discovery.filter_warnings import WarningAnswer, warnings_of
from catalog_service.discovery.parameters import (
    MAX_OFFSET,
    expand,
    parameters,
    read_query,
    sealed,
    shorten,
)
from catalog_service.http.context import Atlas, Service
from catalog_service.http.language import Lang, choose_language
from catalog_service.http.links import dataset_path, page_path
from ontology.formats import WORD, format_label
from search.model import FacetValue, Hit, Query, Result, Suggestion, Understanding

router = APIRouter(prefix="/api/v1", tags=["search"])

__all__ = [
    "MAX_OFFSET",
    "FacetAnswer",
    "HitAnswer",
    "SearchAnswer",
    "answer",
    "expand",
    "facet_value",
    "read_query",
    "router",
    "shorten",
]

MAX_SUGGESTIONS: Final = 20
MAX_TYPED: Final = 100

_KINDS: Final = {"publisher": "organization", "term": "word"}
"""Kinds of suggestions as they are answered, where the index calls them otherwise."""


class HitAnswer(BaseModel):
    """One dataset found."""

    iri: str
    source: str
    remote_id: str
    url: str
    score: float
    title: str
    description: str
    publishers: list[Named]
    open_type: Named | None
    formats: list[Named]
    modified: str | None
    delivery: list[Named]
    districts: list[Named]
    frequency: Named | None
    fields: list[str]
    """Data items (数据项) that matched."""
    title_spans: list[tuple[int, int]]
    """Start and end of what matched, in characters of the title."""
    description_spans: list[tuple[int, int]]
    group: str
    """With ``group=`` this value, a search finds its twins and editions."""
    more: int
    """How many of its group stand behind it in a grouped search."""


class FacetAnswer(BaseModel):
    """One value of a facet; ``value`` is what the query string takes."""

    value: str
    label: dict[str, str]
    count: int


class UnderstoodAnswer(BaseModel):
    """One piece of the text and what was looked for in its place.

    ``found`` tells of a piece that ranks results and need not be in them (a year, a data item, a
    place with too few) how many of the results have it; null for others.
    """

    kind: str
    text: str
    terms: list[str]
    found: int | None = None


class UnderstandingAnswer(BaseModel):
    """How the text was understood; each kind but ``subject`` can be switched off by ``literal``.

    ``relaxed`` tells what was given up to find more (``words``, ``place``, or nothing), ``exact``
    how many of the results match without that.
    """

    text: str
    corrected: bool
    relaxed: str
    exact: int | None = None
    parts: list[UnderstoodAnswer]


class SearchAnswer(BaseModel):
    """What a search found; ``checkpoint`` is the journal number that the index stands at.

    ``next`` is the ``cursor`` of the next page, null on the last.
    """

    total: int
    limit: int
    offset: int
    next: str | None
    checkpoint: int
    milliseconds: float
    understanding: UnderstandingAnswer | None
    did_you_mean: list[str]
    hits: list[HitAnswer]
    facets: dict[str, list[FacetAnswer]]
    similar: list[HitAnswer] = []
    """Near in meaning where the words found little, beside ``hits`` and ``total``; always empty
    where the operator has set no service of embeddings."""
    warnings: list[WarningAnswer] = []
    """Values of filters that no dataset can have."""


class SuggestionAnswer(BaseModel):
    """A completion; ``url`` is where it leads, ``value`` the IRI that it stands for, if any."""

    kind: str
    text: str
    value: str | None
    count: int
    url: str


class SuggestAnswer(BaseModel):
    """Completions, the best first."""

    suggestions: list[SuggestionAnswer]


@router.get(
    "/search",
    summary="Search datasets",
    openapi_extra={
        "parameters": parameters("limit", "offset", "cursor", "facets", "facet_size"),
    },
)
def search(request: Request, atlas: Atlas) -> SearchAnswer:
    """Full text and facets, each facet a repeated parameter; page by ``cursor``.

    Titles and descriptions are in the language asked for, where the records have them in it.
    """
    query = read_query(list(request.query_params.multi_items()))
    lang = choose_language(request.query_params, request.headers)
    found = answer(atlas, query, atlas.search.search(query), lang)
    return found.model_copy(update={"warnings": warnings_of(atlas, query, lang)})


@router.get("/suggest", summary="Complete what is being typed")
def suggest(
    request: Request,
    response: Response,
    atlas: Atlas,
    q: Annotated[str, Params(max_length=MAX_TYPED)] = "",
    limit: Annotated[int, Params(ge=1, le=MAX_SUGGESTIONS)] = 8,
) -> SuggestAnswer:
    """Datasets, organisations, data items, themes and words: by characters, pinyin or initials."""
    response.headers["Cache-Control"] = "no-cache"
    lang = choose_language(request.query_params, request.headers)
    return SuggestAnswer(
        suggestions=[_suggestion(atlas, one, lang) for one in atlas.search.suggest(q, limit)]
    )


def _suggestion(atlas: Service, one: Suggestion, lang: Lang) -> SuggestionAnswer:
    base = atlas.settings.base_iri
    text = one.text
    if one.kind == "dataset" and one.value.startswith(f"{base}/id/dataset/"):
        view = atlas.search.view() if lang == "en" else None
        document = view.get(one.value) if view is not None else None
        text = (document.title_en if document is not None else "") or text
        path = page_path(base, one.value)
    elif one.kind in ("publisher", "theme"):
        path = f"/datasets?{urlencode([(one.kind, shorten(one.kind, one.value))])}"
    else:
        path = f"/datasets?{urlencode([('q', one.text)])}"
    kind = _KINDS.get(one.kind, one.kind)
    return SuggestionAnswer(
        kind=kind, text=text, value=one.value or None, count=one.count, url=path
    )


def answer(atlas: Service, query: Query, result: Result, lang: Lang = "zh") -> SearchAnswer:
    """Give names to what was found."""
    return SearchAnswer(
        total=result.total,
        limit=query.limit,
        offset=query.offset,
        next=sealed(result.cursor),
        checkpoint=result.checkpoint,
        milliseconds=round(result.milliseconds, 2),
        understanding=_understanding(result.understanding),
        did_you_mean=list(result.did_you_mean),
        hits=[hit_answer(atlas, hit, lang) for hit in result.hits],
        facets={
            name: [facet_value(atlas, name, value) for value in values]
            for name, values in result.facets.items()
        },
        similar=[hit_answer(atlas, hit, lang) for hit in result.similar],
    )


def facet_value(atlas: Service, facet: str, value: FacetValue) -> FacetAnswer:
    """Return a facet's value with its name in both languages."""
    concept = atlas.vocabulary.concept(value.value)
    label = (
        {"zh": concept.zh, "en": concept.en}
        if concept
        else label_of(facet, value.value) or {"": value.label or _plain(facet, value.value)}
    )
    return FacetAnswer(value=shorten(facet, value.value), label=label, count=value.count)


def _plain(facet: str, value: str) -> str:
    return format_label(value) if facet == "format" else shorten(facet, value)


def _understanding(found: Understanding | None) -> UnderstandingAnswer | None:
    if found is None:
        return None
    return UnderstandingAnswer(
        text=found.text,
        corrected=found.corrected,
        relaxed=found.relaxed,
        exact=found.exact,
        parts=[
            UnderstoodAnswer(
                kind=part.kind, text=part.text, terms=list(part.terms), found=part.found
            )
            for part in found.parts
        ],
    )


def hit_answer(atlas: Service, hit: Hit, lang: Lang = "zh") -> HitAnswer:
    """Return a hit in a language, with the names of what it refers to."""
    hit = hit.worded(lang)
    iris: tuple[str | None, ...] = hit.publisher_iris or (None,) * len(hit.publishers)
    return HitAnswer(
        iri=hit.iri,
        source=hit.source,
        remote_id=hit.remote_id,
        url=atlas.settings.public_url + dataset_path(hit.source, hit.remote_id),
        score=round(hit.score, 4),
        title=hit.title,
        description=hit.description,
        publishers=[
            _named(atlas, iri, name) for iri, name in zip(iris, hit.publishers, strict=False)
        ],
        open_type=_named(atlas, hit.open_type, "") if hit.open_type else None,
        formats=[_format(atlas, value) for value in hit.formats],
        modified=hit.modified,
        delivery=[_named(atlas, iri, "") for iri in hit.delivery],
        districts=[_named(atlas, iri, "") for iri in hit.districts],
        frequency=_named(atlas, hit.frequency, "") if hit.frequency else None,
        fields=list(hit.fields),
        title_spans=list(hit.title_spans),
        description_spans=list(hit.description_spans),
        group=hit.group,
        more=hit.more,
    )


def _format(atlas: Service, value: str) -> Named:
    iri = None if value.startswith(WORD) else value
    return _named(atlas, iri, format_label(value))


def _named(atlas: Service, iri: str | None, name: str) -> Named:
    concept = atlas.vocabulary.concept(iri) if iri else None
    if concept is None:
        return Named(iri=iri, label={"": name or iri or ""})
    return Named(iri=iri, notation=concept.notation, label={"zh": concept.zh, "en": concept.en})
