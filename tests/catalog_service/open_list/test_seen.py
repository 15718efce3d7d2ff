"""Steps are taken with what was seen; amendments add up; drafts are given up."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from catalog_service.accounts.service import OPERATOR, Principal, Role
from catalog_service.audit.service import Wanted
from catalog_service.open_list.amending import waiting_changes
from catalog_service.open_list.comparing import compare
from catalog_service.open_list.differences import ItemChange, with_fields
from catalog_service.open_list.evaluation import decide_all, finish
from catalog_service.open_list.model import Content, ListItem
from catalog_service.open_list.published import counted_lists, year_of_lists
from catalog_service.open_list.seen import Seen, changed_since, merged_item, working_content
from catalog_service.open_list.service import (
    amend,
    content_of,
    draft,
    due_at,
    edit,
    get,
    listed,
    lists_at,
    possible_steps,
    propose,
    proposed,
    public_versions,
    refuse,
    retract,
    take,
)
from catalog_service.open_list.waiting import WAITING
from ontology.errors import AtlasError
from tests.catalog_service.open_list.conftest import TRANSPORT, People
from tests.catalog_service.open_list.test_lifecycle import fails, published
from tests.fixtures.web import House

YEAR = 2026
NAME = (TRANSPORT, YEAR)


def item_of(house: House, key: str) -> ListItem:
    """Return an item as a proposal finds it."""
    return working_content(house.atlas, get(house.atlas, *NAME)).items[f"transport/{key}"]


def suggest(house: House, key: str, by: Principal = OPERATOR, **texts: str) -> None:
    """Propose other texts of an item; without any, that it goes."""
    before = item_of(house, key)
    change = ItemChange(before, replace(before, **texts) if texts else None)
    propose(house.atlas, by, NAME, frozenset({change}), f"因{key}", "correction")


def note(house: House, text: str) -> None:
    before = item_of(house, "BUS")
    change = ItemChange(before, replace(before, note=text))
    edit(house.atlas, OPERATOR, NAME, frozenset({change}))


def test_a_step_is_taken_with_what_was_seen(house: House) -> None:
    atlas = house.atlas
    draft(atlas, OPERATOR, *NAME)
    seen = Seen(take(atlas, OPERATOR, *NAME, "check").content.hash)
    note(house, "夜班")
    fails("open-list-seen", by=lambda: take(atlas, OPERATOR, *NAME, "check", seen=seen))
    take(atlas, OPERATOR, *NAME, "check")
    for step in ("review", "file", "accept", "publish"):
        with pytest.raises(AtlasError, match="open-list-seen"):
            take(atlas, OPERATOR, *NAME, step, seen=seen)
        there = take(atlas, OPERATOR, *NAME, step, seen=Seen(get(atlas, *NAME).content.hash))
    assert [one.fields for one in changed_since(atlas, there, seen)] != []
    assert changed_since(atlas, there, Seen("0" * 64)) == []
    fails(
        "open-list-seen",
        by=lambda: decide_all(
            atlas, OPERATOR, NAME, list(there.content.items), "keep", "x", seen=seen
        ),
    )
    note_of = {one.key: [f.field for f in one.fields] for one in changed_since(atlas, there, seen)}
    assert note_of == {"transport/BUS": ["note"]}


def test_what_is_returned_is_seen_too(house: House) -> None:
    atlas = house.atlas
    draft(atlas, OPERATOR, *NAME)
    for step in ("check", "review", "file"):
        there = take(atlas, OPERATOR, *NAME, step)
    assert there.returned is None
    wrong = Seen("0" * 64)
    fails("open-list-seen", by=lambda: take(atlas, OPERATOR, *NAME, "return", "补正", seen=wrong))
    take(atlas, OPERATOR, *NAME, "return", "补正", seen=Seen(there.content.hash))
    note(house, "补")
    returned = get(atlas, *NAME).returned
    assert returned is not None
    assert returned.reason == "补正"


def test_an_amendment_that_was_not_seen_is_not_released(house: House, person: People) -> None:
    atlas = house.atlas
    published(house)
    suggest(house, "BUS", note="夜班")
    there = get(atlas, *NAME)
    seen = Seen(there.content.hash, there.waiting)
    suggest(house, "PARK")
    fails("open-list-seen", by=lambda: amend(atlas, OPERATOR, *NAME, seen=seen))
    (later,) = changed_since(atlas, get(atlas, *NAME), seen)
    assert (later.kind, later.here.title) == ("withdrawn", "停车场")
    there = get(atlas, *NAME)
    amended = amend(atlas, OPERATOR, *NAME, seen=Seen(there.content.hash, there.waiting))
    assert amended.waiting is None
    fails("open-list-seen", by=lambda: amend(atlas, OPERATOR, *NAME, seen=seen))


def test_proposals_add_up(house: House, person: People) -> None:
    atlas = house.atlas
    published(house)
    before = get(atlas, *NAME).content
    one, other = person("a", Role.STEWARD), person("b", Role.STEWARD)
    suggest(house, "BUS", one, note="夜班")
    suggest(house, "PARK", other)
    suggest(house, "BUS", other, scope="郊区")
    there = get(atlas, *NAME)
    told = [
        (each.change.kind, each.change.here.title, [step.reason for step in each.steps])
        for each in waiting_changes(atlas, there)
    ]
    assert told == [
        ("withdrawn", "停车场", ["因PARK"]),
        ("changed", "公交线路", ["因BUS", "因BUS"]),
    ]
    assert there.writers == {one.actor, other.actor}
    amended = amend(atlas, person("r", Role.REVIEWER), *NAME)
    assert amended.steps[-1].details["titles"] == ["停车场", "公交线路"]
    (bus,) = amended.content.items.values()
    assert (bus.note, bus.scope) == ("夜班", "郊区")
    assert content_of(atlas, public_versions(atlas)[0]) == before


def test_an_item_is_taken_out_of_what_waits(house: House, person: People) -> None:
    atlas = house.atlas
    published(house)
    steward = person("a", Role.STEWARD)
    suggest(house, "BUS", steward, note="夜班")
    suggest(house, "PARK", steward)
    fails("right-missing", atlas, person("r", Role.REVIEWER), NAME, ["transport/PARK"], by=retract)
    fails("unknown-open-list-item", atlas, steward, NAME, ["transport/NONE"], by=retract)
    stale = Seen(proposed="0" * 64)
    fails(
        "open-list-seen",
        by=lambda: retract(atlas, steward, NAME, ["transport/PARK"], seen=stale),
    )
    there = retract(atlas, steward, NAME, ["transport/PARK"], "仍在采集")
    (left,) = waiting_changes(atlas, there)
    assert (left.change.here.title, there.steps[-1].details["titles"]) == ("公交线路", ["停车场"])
    # While it waits, the evaluation does not end: nobody would tell that it was forgotten.
    decide_all(atlas, OPERATOR, NAME, list(there.content.items), "keep", "仍有用")
    fails("open-list-amendment-waits", atlas, OPERATOR, *NAME, by=finish)
    (amending,) = (one for one in WAITING if one.name == "open-list-amend")
    reviewer = person("r", Role.REVIEWER)
    assert len(list(amending.find(atlas, reviewer))) == 1
    there = retract(atlas, steward, NAME, ["transport/BUS"])
    assert (there.waiting, proposed(atlas, there), there.writers) == (None, None, frozenset())
    assert list(amending.find(atlas, reviewer)) == []
    assert {"amend", "refuse", "retract"}.isdisjoint(
        one.name for one in possible_steps(atlas, OPERATOR, there)
    )
    assert finish(atlas, OPERATOR, *NAME).state == "evaluated"


def test_a_reviewer_refuses_what_waits_with_a_reason(house: House, person: People) -> None:
    atlas = house.atlas
    published(house)
    steward, reviewer = person("a", Role.STEWARD), person("r", Role.REVIEWER)
    fails("open-list-step", atlas, reviewer, NAME, "无", by=refuse)
    suggest(house, "BUS", steward, note="夜班")
    suggest(house, "PARK", steward)
    fails("right-missing", atlas, steward, NAME, "不", by=refuse)
    fails("open-list-reason", atlas, reviewer, NAME, " ", by=refuse)
    fails("unknown-open-list-item", atlas, reviewer, NAME, "不", ["transport/NO"], by=refuse)
    office = person("o", Role.CITY_OFFICE, None)
    suggest(house, "BUS", office, scope="郊区")
    fails("open-list-needs-another", atlas, office, NAME, "不", by=refuse)
    stale = Seen(proposed="0" * 64)
    fails("open-list-seen", by=lambda: refuse(atlas, reviewer, NAME, "不", seen=stale))
    # One item, and what else waits goes on waiting.
    there = refuse(atlas, reviewer, NAME, "仍在采集", ["transport/PARK"])
    assert [one.change.key for one in waiting_changes(atlas, there)] == ["transport/BUS"]
    assert there.writers == {steward.actor, office.actor}
    assert there.refused is not None
    assert there.refused.details["titles"] == ["停车场"]
    # Then the rest: nothing waits, and the list says what it said.
    before = there.content
    there = refuse(atlas, reviewer, NAME, "说明不清")
    assert (there.waiting, there.state, there.writers) == (None, "published", frozenset())
    assert there.content == before
    assert waiting_changes(atlas, there) == []
    entries = list(atlas.audit.walk(Wanted(action="open_list.refuse", organization=TRANSPORT)))
    assert {one.reason for one in entries} == {"仍在采集", "说明不清"}
    # It may be proposed otherwise, and is released then.
    suggest(house, "BUS", steward, note="末班")
    assert get(atlas, *NAME).refused is None
    assert amend(atlas, office, *NAME).content.items["transport/BUS"].note == "末班"


def test_only_lists_of_this_year_and_the_next_are_begun(house: House, person: People) -> None:
    steward = person("s", Role.STEWARD)
    for year in (2025, 2028, 2999):
        fails("open-list-year", house.atlas, steward, TRANSPORT, year, by=draft)
    for year in (2026, 2027):
        assert draft(house.atlas, steward, TRANSPORT, year).state == "draft"
    # Who runs the machine takes in old lists.
    assert draft(house.atlas, OPERATOR, TRANSPORT, 2014).year == 2014


def test_a_draft_is_given_up_and_begun_anew(house: House, person: People) -> None:
    atlas = house.atlas
    steward, other = person("s", Role.STEWARD), person("t", Role.STEWARD)
    draft(atlas, steward, TRANSPORT, 2027)
    fails("open-list-reason", atlas, steward, TRANSPORT, 2027, "abandon", by=take)
    fails("right-missing", atlas, person("r", Role.REVIEWER), TRANSPORT, 2027, "abandon", by=take)
    given_up = take(atlas, steward, TRANSPORT, 2027, "abandon", "年度写错")
    assert (given_up.state, [one.reason for one in given_up.steps]) == (
        "abandoned",
        ["", "年度写错"],
    )
    house.clock.step(1)
    now = house.clock.now()
    assert (listed(atlas, OPERATOR), lists_at(atlas, now), due_at(atlas, now)) == ([], [], [])
    assert [one.state for one in listed(atlas, OPERATOR, given_up=True)] == ["abandoned"]
    assert "open_list.abandon" in {one.action for one in atlas.audit.walk(Wanted())}
    for step in ("check", "abandon", "review"):
        fails("open-list-step", atlas, OPERATOR, TRANSPORT, 2027, step, "x", by=take)
    fails("unknown-open-list", by=lambda: draft(atlas, OPERATOR, TRANSPORT, 2028, last_year=True))
    following = draft(atlas, OPERATOR, TRANSPORT, 2028)
    assert compare(atlas, following).against == "catalog"
    again = draft(atlas, other, TRANSPORT, 2027)
    assert (again.state, len(again.steps), again.writers) == ("draft", 3, {other.actor})


def test_a_list_that_was_filed_is_not_given_up(house: House) -> None:
    atlas = house.atlas
    draft(atlas, OPERATOR, *NAME)
    for step in ("check", "review", "file"):
        take(atlas, OPERATOR, *NAME, step)
    take(atlas, OPERATOR, *NAME, "return", "补正")
    note(house, "补")
    assert get(atlas, *NAME).state == "draft"
    fails("open-list-filed", atlas, OPERATOR, *NAME, "abandon", "x", by=take)
    there = get(atlas, *NAME)
    assert "abandon" not in {one.name for one in possible_steps(atlas, OPERATOR, there)}


@pytest.mark.parametrize(
    ("given", "merged", "conflicts"),
    [
        ({"scope": "郊区"}, {"note": "他", "scope": "郊区"}, {}),
        ({"note": "旧", "scope": "郊区"}, {"note": "他", "scope": "郊区"}, {}),
        ({"note": "我"}, {"note": "我"}, {"note": "他"}),
        ({"note": "他"}, {"note": "他"}, {}),
        ({"note": " 旧\r\n "}, {"note": "他"}, {}),
        ({"key": "x", "source": "y"}, {"note": "他"}, {}),
    ],
    ids=["apart", "untouched", "contradicting", "alike", "spaces", "no-field"],
)
def test_a_form_is_merged_field_by_field(
    given: dict[str, str], merged: dict[str, str], conflicts: dict[str, str]
) -> None:
    was = ListItem("k", "线路", note="旧", scope="全市")
    now = replace(was, note="他")
    found = merged_item(was, now, given)
    assert with_fields(now, dict(found.texts)) == replace(now, **merged)
    assert found.conflicts == conflicts


def test_no_list_is_read_or_packed_while_others_wait(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    atlas = house.atlas
    item = draft(atlas, OPERATOR, *NAME).content.items["transport/BUS"]
    journal = type(atlas.journal)
    begin, read, compress = journal.writing_tables, Content.read, zlib.compress
    within: list[bool] = [False]
    meanwhile: list[str] = []

    @contextmanager
    def writing(self: Any, *touched: str) -> Iterator[Any]:
        with begin(self, *touched) as connection:
            within.append(True)
            yield connection
            within.append(False)

    def told(name: str, made: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            if within[-1]:
                meanwhile.append(name)
            return made(*arguments)

        return call

    monkeypatch.setattr(journal, "writing_tables", writing)
    monkeypatch.setattr(Content, "read", told("read", read))
    monkeypatch.setattr(zlib, "compress", told("pack", compress))
    change = frozenset({ItemChange(item, replace(item, note="夜班"))})
    edit(atlas, OPERATOR, NAME, change, "补充")
    assert get(atlas, *NAME).content.items[item.key].note == "夜班"
    assert True in within
    assert meanwhile == []


def test_items_of_public_lists_are_counted_without_reading_them_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(house)
    ((version, _),) = year_of_lists(house.atlas, YEAR)
    assert counted_lists(house.atlas, YEAR) == [(version, 2)]
    monkeypatch.setattr(Content, "read", None)
    assert counted_lists(house.atlas, YEAR) == [(version, 2)]
