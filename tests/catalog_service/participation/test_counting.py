"""The counts that a process keeps are those of a loop over all cases, whatever happens."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import get_args

import pytest
import sqlalchemy as sa

from catalog_service.accounts.service import OPERATOR
from catalog_service.participation import counting
from catalog_service.participation.counting import groups_of, groups_of_today, standing_of
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.machine import NO_CASE
from catalog_service.participation.model import BY_ASKER, Case, CaseStep, KindName
from catalog_service.participation.stored_cases import (
    add_case,
    add_step,
    every_case,
    find_case,
    new_numbers,
)
from catalog_service.working_calendar.service import set_working_day, working_days
from ontology.errors import AtlasError
from tests.fixtures.people import ORGANIZATION
from tests.fixtures.web import House

KINDS: tuple[KindName, ...] = get_args(KindName)
RESPONSIBLE = (None, ORGANIZATION + "transport", ORGANIZATION + "health")
ROUNDS = 60


@dataclass
class Crowd:
    """Cases of which anything legal becomes."""

    house: House
    chance: random.Random
    cases: list[int] = field(default_factory=list)

    def bring_up(self) -> None:
        kind = self.chance.choice(KINDS)
        begins = MACHINES[kind].begins
        with self.house.atlas.journal.writing_tables() as connection:
            number, step = new_numbers(connection)
            first = self._step(step, number, begins.name, begins.leads_to(NO_CASE))
            add_case(
                connection,
                first,
                kind=kind,
                subject=None,
                part=None,
                topic=None,
                title=None,
                asker=None,
            )
        self.cases.append(number)

    def go_on(self) -> None:
        with self.house.atlas.journal.writing_tables() as connection:
            case = find_case(connection, self.chance.choice(self.cases))
            assert case is not None
            possible = MACHINES[case.kind].steps_from(case.state)
            if possible:
                kind = self.chance.choice(possible)
                number = new_numbers(connection)[1]
                add_step(
                    connection,
                    self._step(number, case.number, kind.name, kind.leads_to(case.state)),
                )

    def _step(self, number: int, case: int, name: str, state: str) -> CaseStep:
        clock = self.house.clock
        to = self.chance.choice(RESPONSIBLE)
        return CaseStep(number, case, name, state, BY_ASKER, clock.now(), clock.today(), to)


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    house = House(tmp_path_factory.mktemp("counting"))
    # Early enough that each day to come has a calendar.
    house.clock.step_days(-500)
    with house.atlas:
        made = Crowd(house, random.Random("counts that are kept"))
        for _ in range(40):
            made.bring_up()
        yield made


def test_kept_counts_are_those_of_a_loop_over_all_cases(crowd: Crowd) -> None:
    house, chance = crowd.house, crowd.chance
    for number in range(ROUNDS):
        if chance.random() < 0.3:
            crowd.bring_up()
        for _ in range(chance.randrange(12)):
            crowd.go_on()
        if number % 20 == 10:
            day = house.clock.today()
            set_working_day(house.atlas, OPERATOR, day, chance.choice((True, False)), "示例")
        # A day goes by, a week, or none; once the clock is put back.
        house.clock.step_days(chance.choice((0, 0, 1, 4, 7)) if number != 45 else -9)
        assert groups_of_today(house.atlas) == looped(house), number
    groups = looped(house).values()
    assert len({state for group in groups for state in group.states}) > 5
    assert sum(group.late for group in groups) > 10 and sum(group.ended for group in groups) > 10
    assert sum(len(group.answered) for group in groups) > 10


def test_a_case_that_nobody_touched_is_not_read_again(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []

    def counted(connection: sa.Connection, *, since: int) -> Iterator[Case]:
        for one in every_case(connection, since=since):
            read.append(one.number)
            yield one

    groups_of_today(crowd.house.atlas)
    monkeypatch.setattr(counting, "every_case", counted)
    groups_of_today(crowd.house.atlas)
    crowd.house.clock.step_days(1)
    groups_of_today(crowd.house.atlas)
    assert read == []
    crowd.bring_up()
    assert groups_of_today(crowd.house.atlas) == looped(crowd.house)
    assert read == crowd.cases[-1:]


def test_counting_that_failed_leaves_nothing_half_counted(crowd: Crowd) -> None:
    clock = crowd.house.clock
    before = clock.moment, clock.day
    crowd.bring_up()
    clock.step_days(2_000)
    with pytest.raises(AtlasError) as found:
        groups_of_today(crowd.house.atlas)
    assert found.value.code == "no-working-calendar"
    clock.moment, clock.day = before
    assert groups_of_today(crowd.house.atlas) == looped(crowd.house)


def looped(house: House) -> dict[counting.Key, counting.Group]:
    """Count all cases."""
    atlas, day = house.atlas, house.atlas.clock.today()
    calendar = working_days(atlas)
    with atlas.journal.reading_tables() as connection:
        found = [standing_of(one, calendar, atlas.rules, day) for one in every_case(connection)]
    return groups_of(one for one in found if one is not None)
