"""The yearly evaluation (R23): every item is decided, and next year begins from the decisions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from catalog_service.accounts.service import OPERATOR, Role
from catalog_service.open_list import taking
from catalog_service.open_list.differences import ItemChange
from catalog_service.open_list.evaluation import (
    DECISIONS,
    decide,
    decisions_of,
    finish,
    next_content,
    progress,
)
from catalog_service.open_list.model import Content, ListItem
from catalog_service.open_list.service import amend, draft, get, propose, public_versions, take
from ontology.errors import AtlasError
from tests.catalog_service.open_list.conftest import CIVIL, TRANSPORT, People
from tests.fixtures.web import House

NAME = (TRANSPORT, 2026)
BUS, PARK = "transport/BUS", "transport/PARK"

Change = Callable[[ListItem], ListItem]


def published(house: House) -> None:
    draft(house.atlas, OPERATOR, *NAME)
    for step in ("check", "review", "file", "accept", "publish"):
        take(house.atlas, OPERATOR, *NAME, step)


def code_of(*arguments: object, **more: object) -> str:
    with pytest.raises(AtlasError) as caught:
        decide(*arguments, **more)  # type: ignore[arg-type]
    return caught.value.code


def test_every_item_is_decided_and_the_decisions_are_next_years_draft(
    house: House, person: People
) -> None:
    atlas, steward = house.atlas, person("s", Role.STEWARD)
    published(house)
    decide(atlas, steward, NAME, BUS, "keep", "使用量大")
    with pytest.raises(AtlasError) as caught:
        finish(atlas, person("r", Role.REVIEWER), *NAME)
    assert caught.value.code == "open-list-not-evaluated"
    decide(atlas, steward, NAME, PARK, "withdraw", "误判")
    decide(atlas, steward, NAME, PARK, "open-further", "已脱敏")
    decided = decisions_of(atlas, *NAME)
    assert decided[PARK].decision == "open-further"
    assert progress(get(atlas, *NAME), decided).decided == 2
    assert finish(atlas, person("r", Role.REVIEWER), *NAME).state == "evaluated"
    next_year = draft(atlas, steward, TRANSPORT, 2027, last_year=True).content
    assert {one.open_type for one in next_year.items.values()} == {"无条件开放"}
    assert take(atlas, OPERATOR, *NAME, "close").state == "closed"


def test_what_is_not_a_decision_is_refused(house: House, person: People) -> None:
    atlas, steward = house.atlas, person("s", Role.STEWARD)
    draft(atlas, OPERATOR, *NAME)
    assert code_of(atlas, steward, NAME, BUS, "keep", "x") == "open-list-step"
    for step in ("check", "review", "file", "accept", "publish"):
        take(atlas, OPERATOR, *NAME, step)
    assert code_of(atlas, steward, NAME, "none", "keep", "x") == "unknown-open-list-item"
    assert code_of(atlas, steward, NAME, BUS, "keep", "  ") == "open-list-reason"
    assert code_of(atlas, steward, NAME, BUS, "none", "x") == "parameter-invalid"
    assert code_of(atlas, steward, NAME, BUS, "open-further", "x") == "open-list-open-already"
    other = person("o", Role.STEWARD, CIVIL)
    assert code_of(atlas, other, NAME, BUS, "keep", "x") == "right-missing"


@pytest.mark.parametrize(
    ("decision", "before", "after"),
    [
        ("keep", "有条件开放", "有条件开放"),
        ("open-further", "有条件开放", "无条件开放"),
        ("restrict", "无条件开放", "有条件开放"),
        ("restrict", "有条件开放", None),
        ("sample", "有条件开放", "有条件开放"),
        ("improve", "无条件开放", "无条件开放"),
        ("withdraw", "无条件开放", None),
    ],
)
def test_what_a_decision_makes_of_an_item(
    house: House, decision: str, before: str, after: str | None
) -> None:
    assert decision in DECISIONS
    published(house)
    there = get(house.atlas, *NAME).content
    (item,) = (one for one in there.items.values() if one.open_type == before)
    decide(house.atlas, OPERATOR, NAME, item.key, decision, "理由")
    found = next_content(Content.of([item]), decisions_of(house.atlas, *NAME))
    assert [one.open_type for one in found.items.values()] == ([] if after is None else [after])


def amended(house: House, key: str, change: Change) -> None:
    item = get(house.atlas, *NAME).content.items[key]
    propose(house.atlas, OPERATOR, NAME, frozenset({ItemChange(item, change(item))}), "理由")
    amend(house.atlas, OPERATOR, *NAME)


def narrower(item: ListItem) -> ListItem:
    return replace(item, open_type="有条件开放", conditions="协议")


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_decision_that_was_carried_out_is_not_applied_again(house: House, when: str) -> None:
    """By an amendment before the evaluation ended, or after it."""
    atlas = house.atlas
    published(house)
    decide(atlas, OPERATOR, NAME, BUS, "restrict", "含位置")
    decide(atlas, OPERATOR, NAME, PARK, "keep", "使用量大")
    if when == "before":
        amended(house, BUS, narrower)
    finish(atlas, OPERATOR, *NAME)
    if when == "after":
        amended(house, BUS, narrower)
    assert get(atlas, *NAME).state == "evaluated"
    found = draft(atlas, OPERATOR, TRANSPORT, 2027, last_year=True).content
    assert {key: one.open_type for key, one in found.items.items()} == {
        BUS: "有条件开放",
        PARK: "有条件开放",
    }


def test_what_is_decided_after_an_amendment_is_about_what_it_says_now(house: House) -> None:
    published(house)
    amended(house, BUS, narrower)
    # Restricted once more: it is opened no more.
    decide(house.atlas, OPERATOR, NAME, BUS, "restrict", "含位置")
    decide(house.atlas, OPERATOR, NAME, PARK, "keep", "使用量大")
    found = draft(house.atlas, OPERATOR, TRANSPORT, 2027, last_year=True).content
    assert set(found.items) == {PARK}


def test_an_evaluated_list_is_adjusted_until_it_is_closed(house: House) -> None:
    """Implementing rules, arts. 9-12: evaluated every year, and adjusted by it."""
    atlas = house.atlas
    published(house)
    for key in (BUS, PARK):
        decide(atlas, OPERATOR, NAME, key, "keep", "使用量大")
    finish(atlas, OPERATOR, *NAME)
    amended(house, BUS, lambda one: replace(one, note="夜班"))
    there = get(atlas, *NAME)
    assert (there.state, there.content.items[BUS].note) == ("evaluated", "夜班")
    assert len(public_versions(atlas)) == 2
    take(atlas, OPERATOR, *NAME, "close")
    with pytest.raises(AtlasError) as caught:
        amended(house, BUS, lambda one: replace(one, note=""))
    assert caught.value.code == "open-list-step"


def test_who_decided_to_withdraw_does_not_end_the_evaluation(house: House, person: People) -> None:
    atlas, office = house.atlas, person("o", Role.CITY_OFFICE, None)
    published(house)
    decide(atlas, office, NAME, PARK, "withdraw", "停止采集")
    decide(atlas, OPERATOR, NAME, BUS, "keep", "使用量大")
    with pytest.raises(AtlasError) as caught:
        finish(atlas, office, *NAME)
    assert caught.value.code == "open-list-needs-another"
    # What somebody else decided takes its place.
    decide(atlas, OPERATOR, NAME, PARK, "withdraw", "停止采集")
    assert finish(atlas, office, *NAME).state == "evaluated"


def meanwhile(monkeypatch: pytest.MonkeyPatch, work: Callable[[], object]) -> None:
    """Do something after the evaluation was asked to end, and before it is written."""
    looked_up = taking.may_be_told

    def then(*arguments: Any) -> list[str]:
        monkeypatch.setattr(taking, "may_be_told", looked_up)
        work()
        return looked_up(*arguments)

    monkeypatch.setattr(taking, "may_be_told", then)


def test_what_is_decided_while_the_evaluation_ends_counts(
    house: House, person: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    atlas, office = house.atlas, person("o", Role.CITY_OFFICE, None)
    published(house)
    for key in (BUS, PARK):
        decide(atlas, OPERATOR, NAME, key, "keep", "使用量大")
    meanwhile(monkeypatch, lambda: decide(atlas, office, NAME, PARK, "withdraw", "停止采集"))
    with pytest.raises(AtlasError) as caught:
        finish(atlas, office, *NAME)
    assert caught.value.code == "open-list-needs-another"
    assert get(atlas, *NAME).state == "published"


def test_the_last_missing_decision_may_come_while_the_evaluation_ends(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    atlas = house.atlas
    published(house)
    decide(atlas, OPERATOR, NAME, BUS, "keep", "使用量大")
    meanwhile(monkeypatch, lambda: decide(atlas, OPERATOR, NAME, PARK, "keep", "使用量大"))
    assert finish(atlas, OPERATOR, *NAME).steps[-1].details["items"] == 2
