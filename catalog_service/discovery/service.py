"""Searching the catalogue: results, suggestions and warnings with the names of everything."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final
from urllib.parse import urlencode

from catalog_service.answers import Named
from catalog_service.context import Service
from catalog_service.discovery.excerpts import excerpt, pieces
from catalog_service.discovery.model import (
    FacetAnswer,
    HitAnswer,
    HitRow,
    SearchAnswer,
    SuggestionAnswer,
    UnderstandingAnswer,
)
from catalog_service.discovery.parameters import encode_cursor
from catalog_service.links import dataset_path, page_path
from ontology.formats import WORD, format_label
from ontology.freshness import judge
from ontology.terms import VOCAB
from search.facets import BY_NAME, GROUP, shorten
from search.model import FacetValue, Hit, Query, Result, Suggestion
from translations import Lang

FIELDS: Final = 6
"""Data items named in the row of a hit."""

_KINDS: Final = {"publisher": "organization", "term": "word"}
"""Kinds of suggestions as they are answered, where the index calls them otherwise."""


def named_suggestion(atlas: Service, one: Suggestion, lang: Lang) -> SuggestionAnswer:
    """Return a completion with the address that it leads to."""
    base = atlas.settings.base_iri
    text = one.text
    if one.kind == "dataset" and one.value.startswith(f"{base}/id/dataset/"):
        view = atlas.index.view() if lang == "en" else None
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


def named_result(atlas: Service, query: Query, result: Result, lang: Lang = "zh") -> SearchAnswer:
    """Give names to what was found."""
    return SearchAnswer(
        total=result.total,
        limit=query.limit,
        offset=query.offset,
        next=encode_cursor(result.cursor),
        checkpoint=result.checkpoint,
        milliseconds=round(result.milliseconds, 2),
        understanding=(
            UnderstandingAnswer.model_validate(result.understanding)
            if result.understanding is not None
            else None
        ),
        did_you_mean=list(result.did_you_mean),
        hits=[named_hit(atlas, hit, lang) for hit in result.hits],
        facets={
            name: [named_facet_value(atlas, name, value) for value in values]
            for name, values in result.facets.items()
        },
        similar=[named_hit(atlas, hit, lang) for hit in result.similar],
    )


def named_facet_value(atlas: Service, facet: str, value: FacetValue) -> FacetAnswer:
    """Return a facet's value with its name in both languages."""
    short = shorten(facet, value.value)
    label = value_name(atlas, facet, value.value)
    if label is None:
        plain = format_label(value.value) if facet == "format" else short
        label = {"": value.label or plain}
    return FacetAnswer(value=short, label=label, count=value.count)


def value_name(atlas: Service, facet: str, value: str) -> dict[str, str] | None:
    """Return the name of a facet's full value by language; None: only the records may have one."""
    concept = atlas.vocabulary.concept(value)
    if concept is not None:
        return {"zh": concept.zh, "en": concept.en}
    return BY_NAME[facet].label(value)


def named_hit(atlas: Service, hit: Hit, lang: Lang = "zh") -> HitAnswer:
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


def hit_rows(
    pairs: Iterable[tuple[HitAnswer, Hit]],
    own: list[tuple[str, str]],
    today: date,
    lang: Lang,
) -> list[HitRow]:
    """Return the rows of a page in a language; ``own`` is the search's own query string."""
    rows = []
    for answer, found in pairs:
        hit = found.worded(lang)
        # Only concepts have a name to show.
        known = answer.frequency is not None and answer.frequency.notation is not None
        repeats = hit.description.strip() in ("", hit.title.strip())
        grouped = hit.more and hit.group
        interval = hit.frequency.removeprefix(f"{VOCAB}frequency/") if hit.frequency else None
        rows.append(
            HitRow(
                hit=answer,
                title=pieces(hit.title, hit.title_spans),
                why=[] if repeats else excerpt(hit.description, hit.description_spans),
                fields=hit.fields[:FIELDS],
                frequency=answer.frequency if known else None,
                fresh=judge(hit.modified, interval, today),
                more=hit.more,
                twins=[*own, (GROUP, hit.group)] if grouped else None,
            )
        )
    return rows


def total_without_filters(atlas: Service, query: Query) -> int:
    """Return how many datasets the words alone find."""
    wider = Query(text=query.text, literal=query.literal, limit=0, facets=False)
    return atlas.search.search(wider).total
