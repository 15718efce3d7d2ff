"""Cases counted in groups, and the counts kept in the process.

A case that nobody touched since is not read again, and one of which no clock runs is not counted
again: the counts are those of a loop over all cases (`groups_of`).
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final
from weakref import WeakKeyDictionary

from catalog_service.context import Service
from catalog_service.journal import Journal
from catalog_service.participation.clocks import Counted, counted
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.model import Case, KindName
from catalog_service.participation.stored_cases import every_case, last_step
from catalog_service.working_calendar.service import working_days
from catalog_service.working_days import WorkingDays
from shapes.rules import Rules

Key = tuple[KindName, str, str | None]
"""Kind, month as ``2026-09``, organization."""


@dataclass(slots=True)
class Group:
    """Cases of a kind that came in a month, by who was responsible on the day."""

    opened: int = 0
    ended: int = 0
    answered: list[Counted] = field(default_factory=list)
    """Clocks that an answer reached."""
    late: int = 0
    """Cases of which a clock took longer than it may, reached or not; each once."""
    states: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Standing:
    """What one case adds to its group at the end of a day."""

    key: Key
    state: str
    ended: bool
    answered: tuple[Counted, ...]
    late: bool
    """Whether one of its clocks took longer than it may, reached or not."""
    lasts: bool
    """Whether it is the same on every later day, until a step is taken: no clock waits."""


def standing_of(case: Case, calendar: WorkingDays, rules: Rules, day: date) -> Standing | None:
    """Return how a case stands at the end of a day; None: it came later.

    Raises ``no-working-calendar``.
    """
    steps = [one for one in case.steps if one.day <= day]
    if not steps:
        return None
    machine, last = MACHINES[case.kind], steps[-1]
    runs = counted(machine, case, calendar, rules, day)
    reached = [one for one in runs if one.reached is not None]
    return Standing(
        (case.kind, f"{case.opened:%Y-%m}", last.organization),
        last.state,
        last.state in machine.final,
        tuple(one for one in reached if one.clock == machine.answers_by),
        any(one.late for one in runs),
        len(reached) == len(runs) and len(steps) == len(case.steps),
    )


def groups_of(standings: Iterable[Standing]) -> dict[Key, Group]:
    """Return the groups of some cases."""
    groups: defaultdict[Key, Group] = defaultdict(Group)
    for one in standings:
        group = groups[one.key]
        group.opened += 1
        group.ended += one.ended
        group.states[one.state] += 1
        group.answered += one.answered
        group.late += one.late
    return dict(groups)


class KeptGroups:
    """The groups of today; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._basis: object = None
        self._day = date.min
        self._read = 0
        self._standings: dict[int, Standing] = {}
        self._changing: dict[int, Case] = {}
        """Cases that another day alone changes, without who brought them up."""
        self._members: defaultdict[Key, set[int]] = defaultdict(set)
        self._groups: dict[Key, Group] = {}

    def of_today(self, atlas: Service) -> dict[Key, Group]:
        """Return the groups; none of them is changed afterwards. Raises ``no-working-calendar``."""
        calendar, rules = working_days(atlas), atlas.rules
        with self._lock, atlas.journal.reading_tables() as connection:
            day, last = atlas.clock.today(), last_step(connection)
            if self._basis != (calendar, rules) or day < self._day or last < self._read:
                self._forget()
            # What fails on the way leaves nothing half counted.
            self._basis = None
            touched: set[Key] = set()
            if day != self._day:
                for case in list(self._changing.values()):
                    touched |= self._put(case, standing_of(case, calendar, rules, day))
            if last != self._read:
                for case in every_case(connection, since=self._read):
                    touched |= self._put(case, standing_of(case, calendar, rules, day))
            for key in touched:
                self._group(key)
            self._basis, self._day, self._read = (calendar, rules), day, last
            return dict(self._groups)

    def _put(self, case: Case, found: Standing | None) -> set[Key]:
        """Note how a case stands; returns the groups that it leaves and joins."""
        before = self._standings.pop(case.number, None)
        if before is not None:
            self._members[before.key].discard(case.number)
        if found is not None:
            self._standings[case.number] = found
            self._members[found.key].add(case.number)
        if found is None or not found.lasts:
            self._changing[case.number] = replace(case, asker=None, title=None)
        else:
            self._changing.pop(case.number, None)
        return {one.key for one in (before, found) if one is not None}

    def _group(self, key: Key) -> None:
        numbers = sorted(self._members[key])
        if numbers:
            self._groups.update(groups_of(self._standings[one] for one in numbers))
        else:
            del self._members[key]
            self._groups.pop(key, None)


_KEPT: Final[WeakKeyDictionary[Journal, KeptGroups]] = WeakKeyDictionary()
_MAKING: Final = threading.Lock()


def groups_of_today(atlas: Service) -> dict[Key, Group]:
    """Return the groups as they stand, from what this process keeps of them.

    Raises ``no-working-calendar``.
    """
    with _MAKING:
        kept = _KEPT.setdefault(atlas.journal, KeptGroups())
    return kept.of_today(atlas)
