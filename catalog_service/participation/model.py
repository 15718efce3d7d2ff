"""A case: something that somebody brings up, and what was done about it, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final, Literal

KindName = Literal["demand", "objection", "application", "result", "sharing"]

BY_ASKER: Final = "asker"
"""Who acted, as a step keeps it of whoever brought the case up: a person's name stands elsewhere,
where it can be erased."""
BY_CLOCK: Final = "clock"
"""Who acted, of a step that the worker takes once a term is over."""


@dataclass(frozen=True, slots=True)
class CaseStep:
    """What was done with a case, and where it stood afterwards."""

    number: int
    """Over all cases: 1, 2, 3, …"""
    case: int
    step: str
    state: str
    actor: str
    """`BY_ASKER`, `BY_CLOCK`, or the actor of a principal."""
    time: datetime
    day: date
    """The day in Shanghai: clocks count it."""
    organization: str | None
    """IRI of who is responsible after it; None: nobody yet, so whoever sorts."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """What was decided, in codes, IRIs and days: nothing that somebody wrote."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case, with all its steps in order; it has one at least."""

    number: int
    kind: KindName
    subject: str | None
    """IRI of what it is about: a dataset; None: of nothing that is in the catalogue."""
    part: str | None
    """Of the subject: the name of a data item, or the address of a file."""
    topic: str | None
    """IRI of a data domain."""
    title: str | None
    """What the public reads, written by whoever sorted it; None: nothing yet."""
    steps: tuple[CaseStep, ...]
    asker: str | None = None
    """Identifier of the person; None: erased."""

    @property
    def state(self) -> str:
        """Where it stands."""
        return self.steps[-1].state

    @property
    def organization(self) -> str | None:
        """Who is responsible now."""
        return self.steps[-1].organization

    @property
    def opened(self) -> date:
        """The day on which it came."""
        return self.steps[0].day

    @property
    def name(self) -> str:
        """The number that people quote."""
        return case_name(self.kind, self.number, self.opened.year)

    def until(self, day: date) -> Case:
        """Return the case as it stood at the end of a day on which it was there."""
        return replace(self, steps=tuple(one for one in self.steps if one.day <= day))

    def handlers(self) -> frozenset[str]:
        """Return the actors of all steps that somebody took who works here."""
        return frozenset(one.actor for one in self.steps) - {BY_ASKER, BY_CLOCK}


_LETTERS: Final[Mapping[KindName, str]] = {
    "demand": "D",
    "objection": "O",
    "application": "A",
    "result": "R",
    "sharing": "S",
}


def case_name(kind: KindName, number: int, year: int) -> str:
    """Return the number that people quote: ``D2026-000012``."""
    return f"{_LETTERS[kind]}{year}-{number:06d}"


def day_of(text: str) -> date:
    """Return a day that a step keeps, as `read_fields` wrote it."""
    return date.fromisoformat(text)


def number_of(name: str) -> int | None:
    """Return the number that a quoted one holds, or a bare one; None where it is neither."""
    text = name.strip().upper()
    if text[:1] in _LETTERS.values():
        year, dash, text = text[1:].partition("-")
        if not dash or not (year.isascii() and year.isdecimal() and len(year) == 4):
            return None
    if not (text.isascii() and text.isdecimal()) or len(text) > 9:
        return None
    return int(text)
