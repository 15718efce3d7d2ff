"""The tool ``search``: datasets by words and filters, how the words were understood, facets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field

from catalog_service.answers import Shown
from catalog_service.assistants.model import Answer, Arguments, Asker, Tool
from catalog_service.assistants.quoting import Thing, name_of, quote, things
from catalog_service.discovery.model import FacetAnswer, HitAnswer, UnderstandingAnswer
from catalog_service.discovery.service import answer_search, time_of_index, total_without_filters
from ontology.languages import pick
from search.facets import FACETS, expand
from search.limits import MAX_CHOSEN_VALUES, MAX_QUERY
from search.model import UNDERSTANDINGS, Query, Verdict
from translations import N_, Lang

MAX_HITS: Final = 20
MAX_OFFSET: Final = 1_000
MAX_VALUES: Final = 20
"""Values of one facet; the tool of facets has more."""

Sort = Literal["relevance", "modified", "title"]
if TYPE_CHECKING:
    Understanding = str
else:
    # A checker of types reads no list that is registered elsewhere; the schema has each name.
    Understanding = Literal[UNDERSTANDINGS]
FacetName = Annotated[str, Field(json_schema_extra={"enum": list(FACETS)})]
_DEFAULT_FACETS: Final = ("open_type", "theme", "publisher", "district", "format")
_DESCRIPTION: Final = 200
_NAMED_BY_RECORDS: Final = ("publisher", "format")
"""Facets whose values may be what records say; years and sources are known here."""


class SearchArguments(Arguments):
    """What is looked for."""

    text: str = Field("", max_length=MAX_QUERY, description="Plain words, Chinese or English.")
    filters: dict[FacetName, Annotated[list[str], Field(max_length=MAX_CHOSEN_VALUES)]] = Field(
        default_factory=dict,
        description=f"Values by facet ({', '.join(FACETS)}), as answers give them in `value`; any "
        "of a facet's values, and all facets, must fit.",
    )
    modified_from: str | None = Field(None, description="YYYY, YYYY-MM or YYYY-MM-DD.")
    modified_to: str | None = Field(None, description="YYYY, YYYY-MM or YYYY-MM-DD.")
    sort: Sort = "relevance"
    limit: int = Field(10, ge=1, le=MAX_HITS)
    offset: int = Field(0, ge=0, le=MAX_OFFSET)
    literal: tuple[Understanding, ...] = Field(
        (), description="What is not to be made of the words."
    )
    facets: tuple[FacetName, ...] = Field(_DEFAULT_FACETS, description="Facets to count.")
    facet_values: int = Field(5, ge=1, le=MAX_VALUES, description="Values of each facet.")


class HitRecord(Shown):
    """What the record of a hit says."""

    title: str
    description: str | None
    publishers: list[Thing]
    open_type: str | None
    formats: list[str]
    delivery: list[str]
    districts: list[str]
    frequency: str | None
    modified: str | None
    matching_fields: list[str]


class FoundDataset(Shown):
    """One hit."""

    iri: str
    page: str
    record: HitRecord


class ValueRecord(Shown):
    """A facet's value that records alone name."""

    name: str
    value: str


class FacetValue(Shown):
    """A value of a facet: of a vocabulary, or as records name it."""

    count: int
    value: str | None = None
    name: str | None = None
    record: ValueRecord | None = None


class Words(Shown):
    """Other texts worth a search, made of what records say."""

    did_you_mean: list[str]


class SearchToolAnswer(Answer):
    """What was found."""

    total: int
    shown: int
    offset: int
    as_of: str
    total_without_filters: int | None
    understood: UnderstandingAnswer | None
    answered: Verdict | None
    warnings: list[str]
    hits: list[FoundDataset]
    facets: dict[str, list[FacetValue]]
    record: Words | None


def facet_value(facet: str, one: FacetAnswer, lang: Lang) -> FacetValue:
    """Return a facet's value; one that no vocabulary knows is named by the records."""
    name = quote(pick(one.label, lang) or one.value)
    if facet in _NAMED_BY_RECORDS and "" in one.label:
        return FacetValue(count=one.count, record=ValueRecord(name=name, value=quote(one.value)))
    return FacetValue(count=one.count, value=one.value, name=name)


def found_dataset(hit: HitAnswer, lang: Lang) -> FoundDataset:
    """Return a hit in a language."""
    return FoundDataset(
        iri=hit.iri,
        page=hit.url,
        record=HitRecord(
            title=quote(hit.title),
            description=quote(hit.description, _DESCRIPTION) or None,
            publishers=things(hit.publishers, lang),
            open_type=name_of(hit.open_type, lang),
            formats=[one.name for one in things(hit.formats, lang)],
            delivery=[one.name for one in things(hit.delivery, lang)],
            districts=[one.name for one in things(hit.districts, lang)],
            frequency=name_of(hit.frequency, lang),
            modified=hit.modified,
            matching_fields=[quote(name) for name in hit.fields],
        ),
    )


def _search(asker: Asker, asked: SearchArguments) -> SearchToolAnswer:
    query = Query(
        text=asked.text,
        filters={
            name: tuple(expand(name, value) for value in values)
            for name, values in asked.filters.items()
            if values
        },
        sort=asked.sort,
        limit=asked.limit,
        offset=asked.offset,
        facets=tuple(dict.fromkeys(asked.facets)),
        facet_size=asked.facet_values,
        ranges=(
            {"modified": (asked.modified_from, asked.modified_to)}
            if asked.modified_from or asked.modified_to
            else {}
        ),
        literal=tuple(dict.fromkeys(asked.literal)),
    )
    found = answer_search(asker.atlas, query, asked.lang)
    wider = total_without_filters(asker.atlas, query) if query.filters and not found.total else None
    others = [quote(text) for text in found.did_you_mean]
    return SearchToolAnswer(
        total=found.total,
        shown=len(found.hits),
        offset=asked.offset,
        as_of=time_of_index(asker.atlas, found.checkpoint).isoformat(timespec="seconds"),
        total_without_filters=wider,
        understood=found.understanding,
        answered=found.confidence.verdict if found.confidence is not None else None,
        warnings=[warning.message for warning in found.warnings],
        hits=[found_dataset(hit, asked.lang) for hit in found.hits],
        facets={
            name: [facet_value(name, one, asked.lang) for one in values[: asked.facet_values]]
            for name, values in found.facets.items()
        },
        record=Words(did_you_mean=others) if others else None,
    )


TOOL: Final = Tool(
    "search",
    N_("Search datasets"),
    N_(
        "Finds public datasets of Shanghai by words and filters. Tells how the words were "
        "understood (corrected, synonyms, places, years; `relaxed` where not all words are in the "
        "results) and counts facets, whose values narrow the next search. Where `answered` is "
        "`none`, the catalogue seems to have no such data: do not present what is listed as such."
    ),
    SearchArguments,
    _search,
)
