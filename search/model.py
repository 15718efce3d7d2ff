"""What a search asks and answers: query, result, hit, facet value, suggestion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from ontology.languages import ENGLISH

MEANING = "meaning"
UNDERSTANDINGS = (
    *("spelling", "synonym", "place", "year", "field", "filler"),
    *("exclusion", "format", "openness", "time"),
    MEANING,
)
"""How a search may interpret words; a query can switch each off (`Query.literal`)."""


@dataclass(frozen=True, slots=True)
class Query:
    """A search: free text (may be empty), filters (any value of a facet, all facets), a page.

    The text is plain text: no character in it is an operator. Without text, ``relevance`` is the
    order of ``modified``.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "relevance"
    """``relevance``, ``modified`` (newest first) or ``title`` (by pinyin)."""
    limit: int = 20
    offset: int = 0
    facets: bool | tuple[str, ...] = True
    """All facets are counted, none, or those that are named."""
    facet_size: int = 30
    ranges: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)
    """First and last day (``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``, both included) by `RANGES`."""
    literal: tuple[str, ...] = ()
    """Names of `UNDERSTANDINGS` that are switched off: the words are taken literally."""
    grouped: bool = False
    """Show one of several twins, editions or parallels, with how many more there are."""
    cursor: str | None = None
    """Continue where another page ended (`Result.cursor`); then ``offset`` is ignored."""
    excluded: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Values of `search.facets.INDEXED` that no result may have."""
    unstated: bool = False
    """Facets list, after their values, how many have none (`search.facets.NOT_STATED`)."""


Verdict = Literal["found", "near", "none"]
"""Whether the catalogue has what was searched for: it is here, something near it, or none."""


@dataclass(frozen=True, slots=True)
class Confidence:
    """Whether the catalogue has what was searched for, as a measured model sees it.

    ``answered`` (0–1) is how likely it is; ``verdict`` is what may be said of it. How often that is
    wrong stands in docs/search.md.
    """

    verdict: Verdict
    answered: float
    features: tuple[float, ...] = ()
    """What it was judged by (`search.confidence.features`)."""


MatchedBy = Literal["words", "both", "meaning"]
"""What found a hit: its words, its nearness in meaning, or both."""

Span = tuple[int, int]
"""Start and end of a piece of a text, in characters of the text as it is shown."""


def by_words(query: Query) -> Query:
    """Return the query without hits that no word brought, for answers that have no way to say so.

    Exports, and programs that hold the number of hits against ``total``.
    """
    return replace(query, literal=tuple(dict.fromkeys((*query.literal, MEANING))))


@dataclass(frozen=True, slots=True)
class Understood:
    """One piece of a search text and what was made of it.

    ``kind`` is of `UNDERSTANDINGS`, or ``subject`` for words that are simply looked for. ``text``
    is the piece in normal form, ``terms`` what is looked for in its place (empty for ``filler``):
    of an ``exclusion`` what is left out; of ``format`` and ``openness`` notations of the
    vocabularies, ``api`` or ``file`` for a way of delivery; of a ``time`` its first and last day,
    empty where it has none.
    """

    kind: str
    text: str
    terms: tuple[str, ...] = ()
    narrower: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    """Those of ``terms`` that mean something narrower, and something broader or merely near."""
    found: int | None = None
    """Of a piece that ranks results and need not be in them: how many of the results have it."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """How a search text was understood, in the order of the text.

    ``text`` is what was searched for: the normal form, its spelling put right where ``corrected``.
    ``relaxed`` says what was given up because it left too little: nothing (""), that words mean the
    same (``broader``: broader terms stand for them), one of two things (``either``), some of the
    words (``words``), the time (``time``), or the place (``place``). ``exact`` then tells how many
    of the results match all of it, 0 for none; where all do, nothing counts as given up. Of the
    order by relevance ``first`` tells how many of the results stand first, because nothing, or
    less, was given up for them; 0 where that is not known.
    """

    text: str
    parts: tuple[Understood, ...] = ()
    corrected: bool = False
    relaxed: str = ""
    exact: int | None = None
    first: int = 0


@dataclass(frozen=True, slots=True)
class Wording:
    """What a hit says in another language, with what matched in it."""

    title: str
    description: str
    title_spans: tuple[Span, ...] = ()
    description_spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One document found, with its score."""

    iri: str
    source: str
    remote_id: str
    score: float
    title: str
    description: str
    publishers: tuple[str, ...]
    open_type: str | None
    formats: tuple[str, ...]
    modified: str | None
    publisher_iris: tuple[str, ...] = ()
    """The organisations of ``publishers``, in the same order."""
    title_spans: tuple[Span, ...] = ()
    """Pieces of ``title`` that matched, in order, not overlapping."""
    description_spans: tuple[Span, ...] = ()
    fields: tuple[str, ...] = ()
    """Data items (数据项) that matched."""
    delivery: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    """The narrowest places that it is of (`search.analysis.place_paths`)."""
    frequency: str | None = None
    high_quality: tuple[str, ...] = ()
    """Values of the facet of this name."""
    group: str = ""
    """Value of the filter `GROUP` that finds this hit's twins; empty: it has no name."""
    more: int = 0
    """How many others of its group it represents in a grouped result."""
    matched_by: MatchedBy = "words"
    """``both``: it is among the nearest in meaning too; ``meaning``: no word of the search brought
    it, and no total or facet counts it."""
    english: Wording | None = None
    """For readers of English, where it is worded otherwise (`ontology.languages`)."""

    def worded(self, lang: str) -> Hit:
        """Return the hit as the dataset's page in that language says it."""
        english = self.english
        if lang != ENGLISH or english is None:
            return self
        return replace(
            self,
            title=english.title,
            description=english.description,
            title_spans=english.title_spans,
            description_spans=english.description_spans,
        )


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet and how many documents of the result carry it.

    The counts of a facet ignore the filter on that facet itself, so that several values can be
    chosen. ``label`` is the name of an organisation as the records give it, else empty: the names
    of concepts come from the vocabulary.
    """

    value: str
    count: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What a search found; ``checkpoint`` is the journal number of the index.

    ``total`` and ``facets`` count what words found. Where vectors are, ``by_meaning`` further hits
    stand among the others (`Hit.matched_by`): they are near in meaning, and no word brought them.

    Each facet lists its most frequent values first, equal counts by value, and after them the
    chosen values that are not among them; those of ``freshness`` and ``quality`` stand in their
    own order, and parts of a place behind the place.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    checkpoint: int
    milliseconds: float
    understanding: Understanding | None = None
    """None without a text."""
    did_you_mean: tuple[str, ...] = ()
    """Other texts worth a search, the best first."""
    cursor: str | None = None
    """Where the next page begins; None after the last."""
    rows: int = 0
    """How many hits there are to page through: ``total`` and ``by_meaning``, or fewer where twins
    are grouped."""
    by_meaning: int = 0
    """How many of the rows meaning alone brought."""
    similar: tuple[Hit, ...] = ()
    """Where words found nothing: what is near in meaning, the nearest first; none of it is among
    ``hits``, ``total`` or ``facets``. Always empty without `search.embeddings`."""
    confidence: Confidence | None = None
    """Whether the catalogue has what was searched for; None: nothing is said of it (no text,
    filters, another order than by relevance)."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A completion of what is being typed.

    ``kind``: ``dataset`` (``value`` is its IRI), ``publisher``, ``theme`` (the facet's value),
    ``field`` or ``term`` (empty: ``text`` is a search). ``count``: datasets behind it.
    """

    kind: str
    text: str
    value: str
    count: int
