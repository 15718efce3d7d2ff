"""What searches and suggestions are answered with, as the API describes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from catalog_service.answers import Named
from catalog_service.discovery.excerpts import Piece
from ontology.freshness import Freshness
from ontology.languages import pick
from search.model import MatchedBy, Verdict
from translations import Lang


class WarningAnswer(BaseModel):
    """Something in the question that is likely a mistake, though it was answered.

    ``known`` are values that may have been meant, as the query string takes them.
    """

    code: str
    message: str
    parameter: str
    value: str
    known: list[str]


class PlaceAnswer(BaseModel):
    """A place that a dataset is of; ``value`` is what the filter ``place`` takes."""

    value: str
    label: dict[str, str]


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
    places: list[PlaceAnswer] = []
    """The narrowest places that it is of, each with what it lies in."""
    frequency: Named | None
    fields: list[str]
    """Data items (数据项) that matched."""
    title_spans: list[tuple[int, int]]
    """Start and end of what matched, in characters of the title."""
    description_spans: list[tuple[int, int]]
    high_quality: list[str] = []
    """``badge``: it has the badge of high quality; ``platform``: its platform calls it so."""
    group: str
    """With ``group=`` this value, a search finds its twins and editions."""
    more: int
    """Further datasets of the same group, in a grouped search."""
    matched_by: MatchedBy = "words"
    """``words``; ``both``: it is among the nearest in meaning, too; ``meaning``: no word brought
    it, and neither ``total`` nor a facet counts it."""


@dataclass(frozen=True, slots=True)
class HitRow:
    """A hit with everything that its row says."""

    hit: HitAnswer
    title: list[Piece]
    why: list[Piece]
    fields: tuple[str, ...]
    frequency: Named | None
    fresh: Freshness
    more: int
    publishers: list[str]
    """Their names in the page's language, told apart where the places of the row do not."""
    places: list[str]
    twins: list[tuple[str, str]] | None
    """The query string of a search for the others of its group, where there are any."""


class FacetAnswer(BaseModel):
    """One value of a facet; ``value`` is what the query string takes."""

    value: str
    label: dict[str, str]
    count: int

    def name(self, lang: Lang) -> str:
        """Return what the value is called in a language; what has no name is shown as it is."""
        return pick(self.label, lang) or self.value


FacetAnswers = Mapping[str, list[FacetAnswer]]
"""Values by facet."""


class UnderstoodAnswer(BaseModel):
    """One piece of the text and what was looked for in its place.

    ``found`` tells of a piece that ranks results and need not be in them (a year, a data item, a
    place with too few) how many of the results have it; null for others.
    """

    model_config = ConfigDict(from_attributes=True)

    kind: str
    text: str
    terms: list[str]
    narrower: list[str] = []
    broader: list[str] = []
    found: int | None = None


class UnderstandingAnswer(BaseModel):
    """How the text was understood; each kind but ``subject`` can be switched off by ``literal``.

    ``relaxed`` tells what was given up to find more (``broader``: broader terms stand for words,
    ``either``: one of two things, ``words``, ``time``, ``place``, or nothing),
    ``exact`` how many of the results match without that, ``first`` how many stand first because
    less was given up for them (0: not known). Kinds ``exclusion``, ``format``, ``openness``, and
    ``time`` where ``found`` is null, hold for every result.
    """

    model_config = ConfigDict(from_attributes=True)

    text: str
    corrected: bool
    relaxed: str
    exact: int | None = None
    first: int = 0
    parts: list[UnderstoodAnswer]


class ConfidenceAnswer(BaseModel):
    """Whether the catalogue has what was searched for, by a measured model.

    ``verdict``: ``found`` (here it is), ``near`` (near it) or ``none`` (the catalogue seems to have
    none; whatever is listed shares words or is near in meaning). ``answered``: how likely it has.
    """

    model_config = ConfigDict(from_attributes=True)

    verdict: Verdict
    answered: float


class SearchAnswer(BaseModel):
    """What a search found; ``checkpoint`` is the journal number that the index stands at.

    ``next`` is the ``cursor`` of the next page, null on the last. ``total`` and ``facets`` count
    what the words found; ``by_meaning`` further rows stand among the hits (`HitAnswer.matched_by`).
    """

    total: int
    by_meaning: int = 0
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
    """Near in meaning where the words found nothing; always empty where there is no model of
    embeddings."""
    confidence: ConfidenceAnswer | None = None
    """Null where nothing is said: without text, with filters, in another order than relevance."""
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
