"""Errors of open lists name steps, states, reasons and organizations as people call them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest

from catalog_service.accounts.service import OPERATOR, Role
from catalog_service.open_list.differences import ItemChange, with_fields
from catalog_service.open_list.evaluation import decide
from catalog_service.open_list.lifecycle import STEPS, not_possible, step_from
from catalog_service.open_list.model import COLUMNS, LONGEST_CELL, OpenList
from catalog_service.open_list.reasons import REASONS, demand_fitting
from catalog_service.open_list.service import draft, edit, get, propose, take
from catalog_service.state_names import OPEN_LIST, OPEN_LIST_CHANGE
from catalog_service.working_calendar.service import set_working_day
from ontology.errors import AtlasError
from tests.catalog_service.open_list.conftest import CIVIL, TRANSPORT, People
from tests.fixtures.web import House

YEAR = 2026
INNER = re.compile(
    r"https?:|[a-z]+[._-][a-z]+|\b(?:" + "|".join(one.name for one in STEPS) + r")\b"
)
"""What the program calls things: IRIs, rights, codes and steps."""
PAGES = re.compile(r"docs/[a-z-]+\.md|/workbench\S*|atlas open-list draft")
"""What is to be read or typed as it stands."""


def refused(act: Callable[[], object]) -> AtlasError:
    with pytest.raises(AtlasError) as caught:
        act()
    return caught.value


def in_words(error: AtlasError) -> str:
    """Return a message in Chinese; fail where the program's own names stand in it."""
    told = error.message("zh")
    assert INNER.findall(PAGES.sub("", told)) == [], told
    return told


def begun(house: House) -> OpenList:
    return draft(house.atlas, OPERATOR, TRANSPORT, YEAR)


def test_a_list_that_is_not_there_is_told_by_its_organizations_name(house: House) -> None:
    error = refused(lambda: get(house.atlas, CIVIL, 2025))
    assert "上海市民政局" in in_words(error)
    assert "Civil Affairs" in error.message("en")
    assert error.codes == {"organization": CIVIL}
    in_words(refused(lambda: draft(house.atlas, OPERATOR, CIVIL, YEAR, last_year=True)))
    begun(house)
    assert "上海市交通委员会" in in_words(refused(lambda: begun(house)))
    nobody = OPERATOR
    in_words(refused(lambda: take(house.atlas, nobody, CIVIL, 2025, "accept")))
    in_words(refused(lambda: decide(house.atlas, nobody, (CIVIL, 2025), "k", "keep", "就这样")))


def test_steps_and_states_are_told_in_words(house: House, person: People) -> None:
    begun(house)
    error = refused(lambda: take(house.atlas, OPERATOR, TRANSPORT, YEAR, "accept"))
    told = "清单现为“草稿”，不能执行“予以接受”。现在可以：编辑、检查、放弃草稿。"
    assert in_words(error) == told
    assert "“Accept”" in error.message("en") and "“draft”" in error.message("en")
    assert error.codes["state"] == "draft" and "check" in error.codes["possible"]
    in_words(refused(lambda: propose(house.atlas, OPERATOR, (TRANSPORT, YEAR), frozenset(), "试")))
    in_words(refused(lambda: take(house.atlas, OPERATOR, TRANSPORT, YEAR, "evaluate")))
    in_words(refused(lambda: take(house.atlas, OPERATOR, TRANSPORT, YEAR, "abandon")))
    decided = refused(lambda: decide(house.atlas, OPERATOR, (TRANSPORT, YEAR), "k", "keep", "好"))
    assert "评估条目" in in_words(decided)
    day = refused(lambda: set_working_day(house.atlas, OPERATOR, date(2026, 5, 1), True, ""))
    assert "设定某天是否为工作日" in in_words(day)


@pytest.mark.parametrize("state", ["", *OPEN_LIST])
def test_every_step_from_every_state(state: str) -> None:
    for step in STEPS:
        if state not in step.come_from:
            in_words(refused(lambda name=step.name: step_from(state, name)))
    in_words(not_possible("decide", state))


def test_rights_are_told_by_what_they_allow(house: House, person: People) -> None:
    begun(house)
    citizen = person("李四", Role.MEMBER, CIVIL)
    error = refused(lambda: take(house.atlas, citizen, TRANSPORT, YEAR, "file"))
    assert "“报备开放清单”" in in_words(error), error.message("zh")
    assert error.codes == {"action": "open_list.file"}


def test_kinds_of_reasons_and_changes_are_told_in_words(house: House) -> None:
    there = begun(house)
    item = next(iter(there.content.items.values()))
    gone = frozenset({ItemChange(item, None)})
    error = refused(lambda: edit(house.atlas, OPERATOR, (TRANSPORT, YEAR), gone, code="new-data"))
    told = in_words(error)
    assert told.startswith("理由“新增数据”不能说明这项变更（撤回）。请选择：更正内容、")
    assert error.codes["code"] == "new-data" and error.codes["kinds"] == ["withdrawn"]
    assert set(error.codes["possible"]) < set(REASONS) and set(OPEN_LIST_CHANGE) > {"withdrawn"}
    # What somebody sent is told as it came.
    assert "no such" in refused(lambda: demand_fitting("no such", gone)).message("zh")


@pytest.mark.parametrize("field", COLUMNS)
def test_a_field_that_is_too_long_is_told_by_its_heading(house: House, field: str) -> None:
    item = next(iter(begun(house).content.items.values()))
    error = refused(lambda: with_fields(item, {field: "长" * (LONGEST_CELL + 1)}))
    assert in_words(error).startswith(COLUMNS[field][0])
    assert error.message("en").startswith(COLUMNS[field][1])
