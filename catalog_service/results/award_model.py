"""Distinctions of results, by year: the list of excellent ones, and pilot projects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from ontology.languages import Texts
from translations import NP_

AWARDS: Final[Mapping[str, str]] = {
    "excellent": NP_("award", "Excellent result"),
    "pilot": NP_("award", "Pilot project"),
}
"""By code (优秀成果, 示范项目: implementing rules, arts. 27–28)."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """By what a distinction is given, from a day on."""

    number: int
    award: str
    in_force: date
    text: Texts


@dataclass(frozen=True, slots=True)
class AwardStep:
    """A distinction that was given, or taken away."""

    number: int
    case: int
    award: str
    year: int
    given: bool
    day: date
    reason: str
    criteria: int
    """The number of the criteria that were in force."""

    @property
    def key(self) -> tuple[int, str, int]:
        """Which distinction of which result it is."""
        return self.case, self.award, self.year
