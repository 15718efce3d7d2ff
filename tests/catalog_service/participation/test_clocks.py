"""Clocks of cases against a plain loop over the days of 2018–2026, and against days worked by hand.

The loop asks the calendar's package itself and counts day by day; it shares nothing with the code
that it checks.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_service.participation.clocks import Counted, average, counted
from catalog_service.participation.counting import groups_of, standing_of
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.model import BY_ASKER, Case, CaseStep
from catalog_service.working_days import WorkingDays
from shapes.rules import Rules

CALENDAR = WorkingDays()
RULES = Rules.load()
OBJECTION = MACHINES["objection"]
TERM = 10
IN_FORCE = date(2018, 4, 18)
"""Since when R19 sets the term of an objection."""
DAY = timedelta(1)
WORKING = {
    day
    for number in range((date(2027, 1, 1) - date(2018, 1, 1)).days)
    if chinese_calendar.is_workday(day := date(2018, 1, 1) + number * DAY)
}
"""Each working day of 2018–2026, as the package has it."""


def objection(number: int, steps: Sequence[tuple[str, date]], who: str | None = None) -> Case:
    """Return an objection with steps on days."""
    made, state = [], ""
    for at, (name, day) in enumerate(steps):
        kind = OBJECTION.step_named(name)
        assert kind is not None and state in kind.come_from
        state = kind.leads_to(state)
        moment = datetime.combine(day, datetime.min.time(), UTC)
        made.append(CaseStep(at + 1, number, name, state, BY_ASKER, moment, day, who))
    return Case(number, "objection", None, None, None, None, tuple(made))


@dataclass(frozen=True)
class Looped:
    """What the loop comes to."""

    used: int
    due: date | None
    reached: date | None


def looped(steps: Sequence[tuple[str, date]], asked: date) -> Looped:
    """Count day by day how a clock stands at the end of a day.

    The day on which it starts or goes on does not count, nor does that of a stop or any day until
    it goes on; the day on which it is reached does.
    """
    known = [(name, day) for name, day in steps if day <= asked]
    started = known[0][1]
    reached = next((day for name, day in known if name == "confirm"), None)
    end, day, used, total, filled = reached or asked, started, 0, 0, None
    while day < end or (reached is None and filled is None and not _stands(known)):
        day += DAY
        if day not in WORKING or _lies_still(known, day):
            continue
        total += 1
        used += day <= end
        if total == TERM:
            filled = day
    if reached is not None or _stands(known):
        return Looped(used, None, reached)
    # Where nothing was left as it went on, it ends on that day.
    assert filled is not None
    return Looped(used, max(filled, _since(known)), None)


def _stands(steps: Sequence[tuple[str, date]]) -> bool:
    return steps[-1][0] == "ask_more"


def _since(steps: Sequence[tuple[str, date]]) -> date:
    return max(day for name, day in steps if name in ("object", "give_more"))


def _lies_still(steps: Sequence[tuple[str, date]], day: date) -> bool:
    """Tell whether a day lies between a stop and what ends it, both included."""
    stopped = None
    for name, at in steps:
        if name == "ask_more":
            stopped = at
        elif name == "give_more":
            if stopped is not None and stopped <= day <= at:
                return True
            stopped = None
    return stopped is not None and stopped <= day


def as_looped(run: Counted) -> Looped:
    return Looped(run.used, run.due, run.reached)


starts = st.dates(date(2018, 1, 1), date(2026, 7, 31))


@st.composite
def stops(draw: st.DrawFn) -> list[tuple[str, date]]:
    """A life with stops and resumes; open, standing still, or answered."""
    day = draw(starts)
    steps = [("object", day)]
    for at, gap in enumerate(draw(st.lists(st.integers(0, 12), max_size=6))):
        day += gap * DAY
        steps.append(("give_more" if at % 2 else "ask_more", day))
    if not _stands(steps) and draw(st.booleans()):
        steps.append(("confirm", day + draw(st.integers(0, 20)) * DAY))
    return steps


@given(stops(), st.integers(0, 30))
def test_a_clock_is_as_a_plain_loop_counts_it(steps: list[tuple[str, date]], later: int) -> None:
    """On any day, past ones too, which know nothing of what came afterwards."""
    started = steps[0][1]
    asked = started + later * DAY
    runs = counted(OBJECTION, objection(1, steps), CALENDAR, RULES, asked)
    if started < IN_FORCE:
        assert runs == []
        return
    (run,) = runs
    assert as_looped(run) == looped(steps, asked)
    assert (run.days, run.started, run.late) == (TERM, started, run.used > TERM)


# Days on which a term of ten working days ends, by hand from the State Council's notices.
BY_HAND = {
    # 29 and 30 September are a working Saturday and Sunday, 1 to 7 October are off.
    "Golden Week of 2018": ("2018-09-27", "", "2018-10-16"),
    # The holiday was prolonged to 2 February; 19 January is a working Sunday.
    "Spring Festival of 2020": ("2020-01-17", "", "2020-02-07"),
    # 25 April and 8 May are working, 1 to 5 May are off.
    "Labour Day of 2021": ("2021-04-23", "", "2021-05-10"),
    # 26 January is a working Sunday, 8 February a working Saturday.
    "Spring Festival of 2025": ("2025-01-24", "", "2025-02-13"),
    # 20 September is a working Sunday; the 25th is Mid-Autumn Day, 1 to 7 October are off.
    "20 September 2026": ("2026-09-18", "", "2026-10-09"),
    "stopped on that Sunday": ("2026-09-17", "2026-09-20 2026-09-21", "2026-10-10"),
    "stopped over that weekend": ("2026-09-17", "2026-09-19 2026-09-20", "2026-10-09"),
    "stopped and gone on that Sunday": ("2026-09-18", "2026-09-20 2026-09-20", "2026-10-10"),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_make_up_weekends_by_hand(name: str) -> None:
    came, stopped, due = BY_HAND[name]
    steps = [("object", date.fromisoformat(came))]
    moves = zip(("ask_more", "give_more"), stopped.split(), strict=bool(stopped))
    steps += [(move, date.fromisoformat(day)) for move, day in moves]
    last = date.fromisoformat(due)
    (run,) = counted(OBJECTION, objection(1, steps), CALENDAR, RULES, last)
    assert (run.due, run.used, run.late) == (last, TERM, False)
    (after,) = counted(OBJECTION, objection(1, steps), CALENDAR, RULES, last + 7 * DAY)
    assert after.late and after.due == last


def test_who_asks_on_a_working_sunday_is_answered_from_monday_on() -> None:
    sunday = date(2026, 9, 20)
    steps = [("object", sunday), ("confirm", sunday + DAY)]
    (run,) = counted(OBJECTION, objection(1, steps), CALENDAR, RULES, date(2026, 12, 31))
    assert (run.used, run.reached) == (1, date(2026, 9, 21))
    on_friday = [("object", date(2026, 9, 18)), ("confirm", sunday)]
    (run,) = counted(OBJECTION, objection(1, on_friday), CALENDAR, RULES, date(2026, 12, 31))
    assert (run.used, run.reached) == (1, sunday)


def lives(chance: random.Random) -> Iterator[tuple[list[tuple[str, date]], str]]:
    for _ in range(500):
        day = date(2018, 5, 1) + chance.randrange(3_000) * DAY
        steps = [("object", day)]
        for at in range(chance.randrange(5)):
            day += chance.choice((0, 1, 3, 8)) * DAY
            steps.append(("give_more" if at % 2 else "ask_more", day))
        if not _stands(steps) and chance.random() < 0.8:
            steps.append(("confirm", day + chance.randrange(25) * DAY))
        yield steps, chance.choice(("transport", "health"))


def test_averages_of_five_hundred_cases_equal_a_plain_calculation() -> None:
    """By month and organization, as the statistics have them, on three days."""
    made = list(lives(random.Random("averages of objections")))
    cases = [objection(at, steps, who) for at, (steps, who) in enumerate(made, 1)]
    for asked in (date(2021, 6, 30), date(2024, 2, 29), date(2026, 10, 31)):
        found = groups_of(
            one for case in cases if (one := standing_of(case, CALENDAR, RULES, asked)) is not None
        )
        plain = defaultdict(list)
        for steps, who in made:
            if steps[0][1] <= asked:
                plain["objection", f"{steps[0][1]:%Y-%m}", who].append(looped(steps, asked))
        assert found.keys() == plain.keys()
        for key, loops in plain.items():
            used = [one.used for one in loops if one.reached is not None]
            group = found[key]
            expected = float(Fraction(sum(used), len(used))) if used else None
            assert average(group.answered) == expected
            assert (group.opened, len(group.answered)) == (len(loops), len(used))
            assert group.late == sum(one.used > TERM for one in loops)
    assert sum(len(one) for one in plain.values()) == 500
