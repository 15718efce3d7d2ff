"""Searching the catalogue: results, suggestions and warnings with the names of everything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final
from urllib.parse import urlencode

from catalog_service.answers import Named
from catalog_service.context import Service
from catalog_service.discovery.excerpts import excerpt, pieces
from catalog_service.discovery.filter_warnings import warnings_of
from catalog_service.discovery.model import (
    ConfidenceAnswer,
    FacetAnswer,
    HitAnswer,
    HitRow,
    PlaceAnswer,
    SearchAnswer,
    SuggestionAnswer,
    UnderstandingAnswer,
)
from catalog_service.discovery.parameters import (
    EXCLUDE,
    RANGE_ENDS,
    encode_cursor,
    read_query,
    write_query,
)
from catalog_service.journal.model import version_of
from catalog_service.links import dataset_path, page_path
from catalog_service.place_names import place_label, place_name, publisher_label, shown_places
from ontology.dates import SHANGHAI, read_date
from ontology.formats import WORD, format_label
from ontology.freshness import judge
from ontology.languages import pick
from ontology.terms import VOCAB
from search.facets import BY_NAME, FACETS, GROUP, shorten
from search.index.concepts import ConceptIndex
from search.index.from_record import document_of
from search.index.model import SearchDocument
from search.limits import MAX_WINDOW
from search.model import FacetValue, Hit, Query, Result, Suggestion, by_words
from translations import Lang

FIELDS: Final = 6
"""Data items named in the row of a hit."""

FEED_ENTRIES: Final = 50
"""Datasets of one page of a feed."""

_PAGE: Final = 500
"""Hits of a whole search that are asked for at a time."""

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


def answer_search(atlas: Service, query: Query, lang: Lang) -> SearchAnswer:
    """Search, and return what was found with names, and warnings of filters that fit nothing.

    Raises `AtlasError`: what `SearchService.search` does.
    """
    found = named_result(atlas, query, atlas.search.search(query), lang)
    return found.model_copy(update={"warnings": warnings_of(atlas, query, lang)})


def named_result(atlas: Service, query: Query, result: Result, lang: Lang = "zh") -> SearchAnswer:
    """Give names to what was found."""
    return SearchAnswer(
        total=result.total,
        by_meaning=result.by_meaning,
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
        confidence=(
            ConfidenceAnswer.model_validate(result.confidence)
            if result.confidence is not None
            else None
        ),
    )


def named_facet_value(atlas: Service, facet: str, value: FacetValue) -> FacetAnswer:
    """Return a facet's value with its name in both languages."""
    short = shorten(facet, value.value)
    label = value_name(atlas, facet, value.value)
    if label is None and facet == "publisher" and value.label:
        label = publisher_label(atlas, value.value, value.label)
    if label is None:
        plain = format_label(value.value) if facet == "format" else short
        label = {"": value.label or plain}
    return FacetAnswer(value=short, label=label, count=value.count)


def value_name(atlas: Service, facet: str, value: str) -> dict[str, str] | None:
    """Return the name of a facet's full value by language; None: only the records may have one."""
    concept = atlas.vocabulary.concept(value)
    if concept is not None:
        return {"zh": concept.zh, "en": concept.en}
    label = BY_NAME[facet].label(value)
    return place_label(atlas.vocabulary, value) if label is None and facet == "place" else label


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
        high_quality=list(hit.high_quality),
        places=[
            PlaceAnswer(value=path, label=place_label(atlas.vocabulary, path))
            for path in hit.places
        ],
        frequency=_named(atlas, hit.frequency, "") if hit.frequency else None,
        fields=list(hit.fields),
        title_spans=list(hit.title_spans),
        description_spans=list(hit.description_spans),
        group=hit.group,
        more=hit.more,
        matched_by=hit.matched_by,
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
    atlas: Service,
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
                publishers=_publishers(atlas, answer, lang),
                places=[
                    place_name(atlas.vocabulary, path, lang) for path in shown_places(hit.places)
                ],
                twins=[*own, (GROUP, hit.group)] if grouped else None,
            )
        )
    return rows


def _publishers(atlas: Service, answer: HitAnswer, lang: Lang) -> list[str]:
    """Return the names of a hit's publishers, with a place where the hit has none to tell it."""
    names = []
    for one in answer.publishers:
        label: Mapping[str, str] = one.label
        if one.iri and not answer.places:
            label = publisher_label(atlas, one.iri, pick(label, lang)) if "" in label else label
        names.append(pick(label, lang) or one.iri or "")
    return names


def whole_search(atlas: Service, query: Query) -> tuple[int, Iterator[Hit]]:
    """Return how many datasets the words of a search find, and all of them, asked for page by page.

    The first page is asked for at once, so that what is wrong with the query is raised here. Where
    more is found than the order of relevance reaches, all come by date, the last changed first.
    """
    query = replace(by_words(query), limit=_PAGE, facets=False)
    first = atlas.search.search(query)
    if query.sort == "relevance" and first.total > MAX_WINDOW - _PAGE:
        query = replace(query, sort="modified", grouped=False)
        first = atlas.search.search(query)
    return first.total, (hit for result in _pages(atlas, query, first) for hit in result.hits)


def _pages(atlas: Service, query: Query, first: Result) -> Iterator[Result]:
    result = first
    yield result
    while result.cursor is not None:
        result = atlas.search.search(replace(query, cursor=result.cursor))
        yield result


def change_times(atlas: Service, hits: Sequence[HitAnswer], checkpoint: int) -> list[datetime]:
    """Return when each dataset changed last: as it says itself, else when it was taken in."""
    dates = [read_date(hit.modified) for hit in hits]
    undated = [hit.iri for hit, date in zip(hits, dates, strict=True) if date is None]
    taken_in = atlas.journal.taken_in(undated) if undated else {}
    # The index may show for a moment what another journal has never known.
    as_of = time_of_index(atlas, checkpoint)
    return [
        (taken_in.get(hit.iri) or as_of if date is None else date.start).astimezone(SHANGHAI)
        for hit, date in zip(hits, dates, strict=True)
    ]


def time_of_index(atlas: Service, checkpoint: int) -> datetime:
    """Return the time of the state that the index shows; now for a catalogue without changes."""
    return (atlas.journal.time_of(checkpoint) or atlas.clock.now()).astimezone(SHANGHAI)


_ASKED: Final = frozenset({"q", *FACETS, GROUP, EXCLUDE, *RANGE_ENDS, "literal"})


def read_search(items: Sequence[tuple[str, str]]) -> Query:
    """Return what a page of results asks by its query string, without order and page.

    Raises `AtlasError` like `catalog_service.discovery.parameters.read_query`.
    """
    asked = [(name, value) for name, value in items if name in _ASKED and value]
    return by_words(read_query(asked, strict=False))


def written_search(items: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the query string of a page of results in one form for what is asked alike."""
    asked = [(name, value) for name, value in items if name in _ASKED and value]
    return write_query(read_query(asked, strict=False))


def total_without_filters(atlas: Service, query: Query) -> int:
    """Return how many datasets the words alone find."""
    wider = Query(text=query.text, literal=query.literal, limit=0, facets=False)
    return atlas.search.search(wider).total


def indexed_documents(atlas: Service) -> Iterator[SearchDocument]:
    """Yield what an index has of every public record, read from the journal, for measurements."""
    concepts = ConceptIndex(atlas.vocabulary)
    _, current = atlas.journal.snapshot()
    for held in current:
        if (version := version_of(held)) is not None:
            yield document_of(version, concepts)
