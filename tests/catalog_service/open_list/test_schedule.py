"""What is announced counts from its day on, whatever is amended before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_service.accounts.service import OPERATOR
from catalog_service.open_list.comparing import compare_public
from catalog_service.open_list.differences import ItemChange, apply, diff
from catalog_service.open_list.model import Content, ListItem, Version
from catalog_service.open_list.published import announced_changes, public_list
from catalog_service.open_list.reasons import OTHER
from catalog_service.open_list.schedule import carried, counting, predecessor, to_come
from catalog_service.open_list.service import (
    amend,
    content_of,
    draft,
    get,
    in_force,
    propose,
    public_versions,
    take,
)
from ontology.errors import AtlasError
from tests.catalog_service.open_list.conftest import TRANSPORT
from tests.fixtures.web import HTML, House, served

YEAR = 2026
NAME = (TRANSPORT, YEAR)
BUS, PARK = "transport/BUS", "transport/PARK"

Change = Callable[[ListItem], ListItem | None]


@pytest.fixture
def listed(house: House) -> House:
    draft(house.atlas, OPERATOR, *NAME)
    for step in ("check", "review", "file", "accept", "publish"):
        take(house.atlas, OPERATOR, *NAME, step)
    return house


def amended(
    house: House, key: str, change: Change, day: date | None = None, code: str = OTHER
) -> None:
    item = get(house.atlas, *NAME).content.items[key]
    propose(house.atlas, OPERATOR, NAME, frozenset({ItemChange(item, change(item))}), "理由", code)
    amend(house.atlas, OPERATOR, *NAME, day)


def said(house: House, day: date) -> dict[str, str]:
    one = in_force(public_versions(house.atlas), day)[NAME]
    return {key: item.note for key, item in content_of(house.atlas, one).items.items()}


def test_a_harmless_amendment_brings_no_announced_withdrawal_forward(listed: House) -> None:
    today = listed.clock.today()
    day = today + timedelta(30)
    amended(listed, PARK, lambda _: None, day)
    amended(listed, BUS, lambda one: replace(one, note="夜班"))
    assert said(listed, today) == {BUS: "夜班", PARK: ""}
    assert said(listed, day - timedelta(1)) == {BUS: "夜班", PARK: ""}
    assert said(listed, day) == {BUS: "夜班"}
    there = public_list(listed.atlas, YEAR, TRANSPORT)
    assert (there.version.number, [one.number for one in there.announced]) == (3, [4])
    assert there.before is not None
    assert there.before.number == 1
    last = get(listed.atlas, *NAME).steps[-1].details
    assert last["versions"] == {"3": today.isoformat(), "4": day.isoformat()}
    (change,) = compare_public(listed.atlas, YEAR, TRANSPORT).changes
    assert (change.kind, change.key) == ("withdrawn", PARK)


def test_an_amendment_for_a_later_day_changes_nothing_before(listed: House) -> None:
    today = listed.clock.today()
    amended(listed, BUS, lambda one: replace(one, note="十月"), today + timedelta(30))
    amended(listed, PARK, lambda one: replace(one, note="九月"), today + timedelta(9))
    notes = [said(listed, today + timedelta(n)) for n in (0, 8, 9, 29, 30)]
    assert notes == [
        {BUS: "", PARK: ""},
        {BUS: "", PARK: ""},
        {BUS: "", PARK: "九月"},
        {BUS: "", PARK: "九月"},
        {BUS: "十月", PARK: "九月"},
    ]


def test_an_announced_withdrawal_can_be_taken_back(listed: House) -> None:
    today = listed.clock.today()
    park = get(listed.atlas, *NAME).content.items[PARK]
    amended(listed, PARK, lambda _: None, today + timedelta(30))
    propose(listed.atlas, OPERATOR, NAME, frozenset({ItemChange(None, park)}), "保留")
    amend(listed.atlas, OPERATOR, *NAME)
    assert said(listed, today + timedelta(30)) == {BUS: "", PARK: ""}
    assert public_list(listed.atlas, YEAR, TRANSPORT).announced == ()


def test_coming_back_narrower_is_announced_too(listed: House) -> None:
    """Compared with the list as last amended it is added; with what counts, restricted."""
    today = listed.clock.today()
    bus = get(listed.atlas, *NAME).content.items[BUS]
    amended(listed, BUS, lambda _: None, today + timedelta(30))
    less = replace(bus, open_type="有条件开放", conditions="协议")
    propose(listed.atlas, OPERATOR, NAME, frozenset({ItemChange(None, less)}), "改为有条件")
    with pytest.raises(AtlasError) as caught:
        amend(listed.atlas, OPERATOR, *NAME, today)
    assert caught.value.code == "open-list-not-announced"
    amend(listed.atlas, OPERATOR, *NAME)
    one = in_force(public_versions(listed.atlas), today)[NAME]
    assert content_of(listed.atlas, one).items[BUS] == bus


def item(key: str, kind: str, note: str = "", conditions: str = "") -> ListItem:
    return ListItem(key, key, open_type=kind, note=note, conditions=conditions)


def test_conditions_stay_with_the_open_type_to_which_they_belong() -> None:
    free = item("a", "无条件开放")
    bound = item("a", "有条件开放", conditions="协议")
    other = replace(bound, conditions="申请", note="附注")
    content = Content.of([free])
    found = carried(frozenset({ItemChange(bound, other)}), content)
    assert found == Content.of([replace(free, note="附注")])
    back = carried(frozenset({ItemChange(bound, replace(free, note="附注"))}), content)
    assert back == Content.of([replace(free, note="附注")])
    # What comes later is changed then, and does not come earlier.
    assert carried(frozenset({ItemChange(bound, other)}), Content.of([])) == Content.of([])


items = st.builds(item, st.sampled_from("abc"), st.sampled_from(["有条件开放", "无条件开放"]))
contents = st.lists(items, unique_by=lambda one: one.key).map(Content.of)


@given(contents, contents)
def test_a_difference_carried_where_it_was_seen_is_applied(a: Content, b: Content) -> None:
    assert carried(diff(a, b), a) == apply(diff(a, b), a) == b


days = st.integers(0, 9).map(lambda n: date(2026, 6, 1) + timedelta(n))


@given(st.lists(days, min_size=1, max_size=6), days)
def test_what_is_to_come_is_what_counts_later(starts: list[date], day: date) -> None:
    published = datetime(2026, 5, 1, tzinfo=UTC)
    versions = [
        Version("o", YEAR, number, "", start, published) for number, start in enumerate(starts, 1)
    ]
    later = (day + timedelta(n) for n in range(1, 12))
    seen = [counting(versions, one) for one in later]
    now = counting(versions, day)
    expected = dict.fromkeys(one for one in seen if one is not None and one != now)
    assert to_come(versions, day) == list(expected)
    for one in expected:
        before = predecessor(versions, one)
        assert before is None or before.in_force <= one.in_force


def test_what_was_replaced_before_its_day_never_came_into_force(listed: House) -> None:
    today = listed.clock.today()
    day, later = today + timedelta(30), today + timedelta(40)
    amended(listed, PARK, lambda _: None, day)
    amended(listed, BUS, lambda one: replace(one, note="夜班"))
    amended(listed, BUS, lambda one: replace(one, note="早班"), later)
    listed.clock.today = lambda: today + timedelta(41)  # type: ignore[method-assign]
    with served(listed) as address, httpx.Client(base_url=address, timeout=60) as client:
        answer = client.get(f"/api/v1/open-list/{YEAR}/transport").json()
        told = {
            one["version"]: (one["in_force"], one["announced_for"], one["replaced_by"])
            for one in answer["versions"]
        }
        assert told == {
            1: (today.isoformat(), None, None),
            2: (None, day.isoformat(), 4),
            3: (today.isoformat(), None, None),
            4: (day.isoformat(), None, None),
            5: (later.isoformat(), None, None),
        }
        page = client.get(f"/open-list/{YEAR}/transport?lang=en&version=2", headers=HTML).text
        assert f"Version 2, in force from {day}" not in page
        assert f"Version 2, announced for {day} and replaced before by version 4" in page
        assert "never came into force; today version 5 counts" in page
        assert f"Version 4, in force from {day}" in page
        feed = client.get("/feeds/open-lists.atom?lang=en").text
        assert f"Announced for {day}, and replaced before by version 4." in feed
        assert feed.count(f"In force from {day}.") == 1


def test_what_counted_for_a_part_of_its_day_came_into_force(listed: House) -> None:
    amended(listed, BUS, lambda one: replace(one, note="夜班"))
    found = public_list(listed.atlas, YEAR, TRANSPORT)
    assert [found.replaced_by(one) for one in found.versions] == [None, None]


def announced(house: House) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return what is announced: of which item, what, and the codes of the reasons."""
    found = announced_changes(house.atlas, public_list(house.atlas, YEAR, TRANSPORT))
    return [(one.change.key, one.change.kind, one.codes) for one in found]


def bound(item: ListItem) -> ListItem:
    return replace(item, open_type="有条件开放", conditions="协议")


def test_what_is_announced_keeps_its_reason_when_the_item_is_amended_before(listed: House) -> None:
    day = listed.clock.today() + timedelta(30)
    amended(listed, BUS, bound, day, "privacy")
    amended(listed, BUS, lambda one: replace(one, note="夜班"), code="update")
    assert announced(listed) == [(BUS, "restricted", ("privacy",))]
    amended(listed, BUS, lambda one: replace(one, note="早班"), day + timedelta(9), "correction")
    assert announced(listed) == [
        (BUS, "restricted", ("privacy",)),
        (BUS, "changed", ("correction",)),
    ]


def test_what_is_announced_twice_has_both_reasons(listed: House) -> None:
    day = listed.clock.today() + timedelta(30)
    amended(listed, BUS, bound, day, "privacy")
    amended(listed, BUS, lambda one: replace(one, note="夜班"), day, "update")
    amended(listed, PARK, lambda one: replace(one, note="地下"), code="duty")
    assert announced(listed) == [(BUS, "restricted", ("privacy", "update"))]


def test_what_was_taken_back_leaves_no_reason(listed: House) -> None:
    day = listed.clock.today() + timedelta(30)
    park = get(listed.atlas, *NAME).content.items[PARK]
    amended(listed, PARK, lambda _: None, day, "ceased")
    propose(listed.atlas, OPERATOR, NAME, frozenset({ItemChange(None, park)}), "保留", "demand")
    amend(listed.atlas, OPERATOR, *NAME, day)
    assert announced(listed) == []
    amended(listed, PARK, lambda _: None, day, "duplicate")
    assert announced(listed) == [(PARK, "withdrawn", ("duplicate",))]
