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
    fields: tuple[str, ...]
    modified: str | None


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
    """The pairs asked for, and how many there are of each relation."""

    pairs: tuple[JudgedPair, ...]
    counts: Mapping[Kind, int]
