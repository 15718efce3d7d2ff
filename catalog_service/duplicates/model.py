"""Pairs as stewards see them: what was computed, and what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args

from search.duplicates.model import Kind, Reason

Verdict = Literal[Kind, "none"]
"""What a steward decides that a pair is; ``none``: nothing to do with each other."""

VERDICTS: Final[tuple[Verdict, ...]] = (*get_args(Kind), "none")


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision; with ``repeats-city`` it is ``one`` that repeats ``other``."""

    one: str
    other: str
    relation: Verdict
    reason: str
    actor: str
    time: datetime


@dataclass(frozen=True, slots=True)
class Side:
    """One record of a pair, as far as comparing it needs."""

    iri: str
    source: str
    remote_id: str
    title: str
    publishers: tuple[str, ...]
    places: tuple[str, ...]
    """Of which it is taken to be, the largest first: as its record and its title say, else the
    city."""
    period: str
    """``2024-03``, as its title names it; empty: it names none."""
    fields: tuple[str, ...]
    formats: tuple[str, ...]
    """Concepts of the vocabulary of formats, or `ontology.formats.WORD` and a word."""
    frequency: str | None
    """A concept of the vocabulary of frequencies."""
    issued: str | None
    modified: str | None


@dataclass(frozen=True, slots=True)
class CityRecord:
    """A public record that another one repeats; the title as the index has it."""

    iri: str
    source: str
    remote_id: str
    title: str


@dataclass(frozen=True, slots=True)
class Resembling:
    """A public record that another one resembles, whether or not that is in the catalogue."""

    other: CityRecord
    relation: Kind
    score: float


@dataclass(frozen=True, slots=True)
class JudgedPair:
    """A pair that holds: ``relation`` is the steward's where one decided, else the computed one.

    ``computed`` is None where nothing was found and a steward stated the pair; ``score`` is then 1.
    """

    one: Side
    other: Side
    relation: Kind
    computed: Kind | None
    score: float
    reasons: tuple[Reason, ...]
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class PairList:
    """The pairs asked for, and how many there are of each relation: of the one or all sources
    asked for, and by source.

    A pair between two sources counts for both of them.
    """

    pairs: tuple[JudgedPair, ...]
    counts: Mapping[Kind, int]
    by_source: Mapping[str, Mapping[Kind, int]]
