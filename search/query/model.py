"""A parsed search text: what is looked for, where, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from search.analysis.periods import Days
from search.analysis.sort_keys import number_of
from search.facets import ABOUT_FROM, ABOUT_TO
from search.index.plan import Condition, Range

Role = Literal["subject", "verb", "weak", "form"]


Relation = Literal["same", "narrower", "broader"]
"""What a term means beside the piece of the text that it stands for: the same (the piece itself
too), something narrower, or something broader or merely near."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """A term that may stand for a piece of the text, and how far it is trusted (0–1)."""

    term: str
    weight: float
    relation: Relation = "same"


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A piece of the text and the terms, any of which satisfies it.

    ``role``: a ``subject`` is what is looked for, a ``verb`` says what is done with it, a ``weak``
    noun narrows it, a ``form`` names the kind of data that is wanted. ``weight`` is its share in
    the score. ``parts`` are the words inside the text, which count for little, and only where the
    whole finds too little.
    """

    text: str
    role: Role
    alternatives: tuple[Alternative, ...]
    weight: float
    parts: tuple[Alternative, ...] = ()
    known: bool = False
    """Whether the thesaurus has it: a concept of the administration, not just a word."""
    rarity: float | None = None
    """From 0 (in every document) to 1 (in one, or in none); None: it was not counted."""
    held: int | None = None
    """How many documents hold it by a name that is trusted; None: it was not counted."""


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place named in the text: as written there, and the name that documents are asked for."""

    text: str
    name: str


@dataclass(frozen=True, slots=True)
class AskedCondition:
    """What a text says of every result or of none: an exclusion, a format, an open type.

    ``terms`` name it: what is excluded as it is written, formats and open types by notation, and
    ``api`` and ``file`` for ways of delivery.
    """

    kind: Literal["exclusion", "format", "openness"]
    text: str
    terms: tuple[str, ...]
    condition: Condition


@dataclass(frozen=True, slots=True)
class AskedTime:
    """A time named in the text, and the days that are meant; no single year."""

    text: str
    days: Days

    @property
    def condition(self) -> Condition:
        """What is about any of the days."""
        return Condition(
            ranges=(
                Range(ABOUT_FROM, 1, number_of(self.days.last)),
                Range(ABOUT_TO, number_of(self.days.first), number_of(date.max)),
            )
        )


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """What a text asks for; ``text`` is its normal form (with corrected spelling, if any)."""

    text: str
    query_terms: tuple[QueryTerm, ...]
    places: tuple[NamedPlace, ...] = ()
    years: tuple[int, ...] = ()
    newest: bool = False
    attributes: tuple[tuple[str, ...], ...] = ()
    """Data items asked for, each by the names that serve."""
    fillers: tuple[str, ...] = ()
    register: bool = False
    statistic: bool = False
    halves: tuple[tuple[int, ...], ...] = ()
    """Terms by their number, of each of two things that are asked for together (充电桩和停车场)."""
    conditions: tuple[AskedCondition, ...] = ()
    time: AskedTime | None = None
