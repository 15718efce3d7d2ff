"""The machines of cases: no illegal path, no case without an end, no clock that runs backwards."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import pytest

from catalog_service.participation.clocks import counted
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.machine import NO_CASE, Machine, drawing, table
from catalog_service.participation.model import BY_ASKER, Case, CaseStep
from catalog_service.working_days import WorkingDays
from shapes.rules import Rules
from tests.fixtures.web import SteppingClock

CALENDAR = WorkingDays()
ROOT = Path(__file__).resolve().parents[3]
LIVES = 2_500
KINDS = sorted(MACHINES)


@pytest.fixture(scope="module")
def rules() -> Rules:
    return Rules.load()


@pytest.mark.parametrize("kind", KINDS)
def test_every_state_is_reached_and_leads_to_an_end(kind: str) -> None:
    machine = MACHINES[kind]  # type: ignore[index]
    reached = {NO_CASE}
    while True:
        more = {
            one.leads_to(state) for state in reached for one in machine.steps_from(state)
        } - reached
        if not more:
            break
        reached |= more
    assert reached - {NO_CASE} == set(machine.states)
    ends = set(machine.final)
    while True:
        more = {
            state
            for state in machine.states
            if any(one.leads_to(state) in ends for one in machine.steps_from(state))
        } - ends
        if not more:
            break
        ends |= more
    assert ends == set(machine.states)


@pytest.mark.parametrize("kind", KINDS)
def test_steps_and_clocks_are_declared(kind: str) -> None:
    machine = MACHINES[kind]  # type: ignore[index]
    clocks = {one.name for one in machine.clocks}
    names = [one.name for one in machine.steps]
    assert len(names) == len(set(names))
    for one in machine.steps:
        assert set(one.come_from) <= {NO_CASE, *machine.states}
        assert one.to is None or one.to in machine.states
        assert set(one.moves) <= clocks
    assert sum(NO_CASE in one.come_from for one in machine.steps) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_no_clock_runs_in_an_end(kind: str) -> None:
    """Whatever way led there: an open clock in a case that has ended would be late for ever."""
    machine = MACHINES[kind]  # type: ignore[index]
    # State and whether each clock runs or stands: all combinations that can be reached.
    waiting = [(NO_CASE, frozenset[str]())]
    seen = set(waiting)
    while waiting:
        state, open_clocks = waiting.pop()
        for one in machine.steps_from(state):
            after = set(open_clocks)
            for name, move in one.moves.items():
                if move == "start":
                    after.add(name)
                elif move in ("reach", "end"):
                    after.discard(name)
                else:
                    assert name in after, (one.name, name)
            found = (one.leads_to(state), frozenset(after))
            if found not in seen:
                seen.add(found)
                waiting.append(found)
    assert not [found for found in seen if found[0] in machine.final and found[1]]


def life(machine: Machine, chance: random.Random) -> Case:
    """A random life of a case: legal steps on later and later days, until its end or 60 steps."""
    state, day, steps = NO_CASE, date(2019, 1, 1) + timedelta(days=chance.randrange(2_600)), []
    taken: dict[str, int] = {}
    while len(steps) < 60:
        possible = [
            one
            for one in machine.steps_from(state)
            if one.most is None or taken.get(one.name, 0) < one.most
        ]
        if not possible or (state in machine.final and chance.random() < 0.7):
            break
        kind = chance.choice(possible)
        taken[kind.name] = taken.get(kind.name, 0) + 1
        state = kind.leads_to(state)
        clock = SteppingClock()
        steps.append(
            CaseStep(len(steps) + 1, 1, kind.name, state, BY_ASKER, clock.now(), day, None)
        )
        day += timedelta(days=chance.choice((0, 0, 1, 2, 5, 11)))
    return Case(1, machine.kind, None, None, None, None, tuple(steps))


@pytest.mark.parametrize("kind", KINDS)
def test_clocks_of_random_lives_never_run_backwards(kind: str, rules: Rules) -> None:
    machine = MACHINES[kind]  # type: ignore[index]
    chance = random.Random(f"lives of {kind}")
    for _ in range(LIVES):
        case = life(machine, chance)
        first, last = case.opened, case.steps[-1].day
        before: dict[tuple[str, int], int] = {}
        # A past day answers the same whatever happened afterwards.
        for at in range(0, (last - first).days + 3, 3):
            day = first + timedelta(days=at)
            now: dict[tuple[str, int], int] = {}
            for number, run in enumerate(counted(machine, case, CALENDAR, rules, day)):
                now[run.clock.name, number] = run.used
                assert run.reached is None or run.reached <= day
                assert run.due is None or run.due >= run.started
            # Runs that a withdrawal ended are not counted any more.
            for name, used in now.items():
                assert used >= before.get(name, 0) or case.state in machine.final
            before = now


@pytest.mark.parametrize("kind", KINDS)
def test_the_documentation_shows_the_machine(kind: str) -> None:
    machine = MACHINES[kind]  # type: ignore[index]
    text = (ROOT / "docs" / "participation.md").read_text("utf-8")
    assert drawing(machine) in text
    assert table(machine) in text
