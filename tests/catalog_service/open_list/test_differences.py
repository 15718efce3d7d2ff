"""Differences of lists: apply(diff(a, b), a) = b, and no order matters."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_service.open_list.differences import apply, counts, diff, ordered, with_fields
from catalog_service.open_list.model import LONGEST_CELL, OPEN_TYPES, Content, ListItem
from ontology.errors import AtlasError

# Few, and awkward ones: making them must cost little on a busy machine.
AWKWARD = ("", "公交", "停车、公交", "a,b", "\"'\\", "\n\r\t;", "\u0000\u200b", "\ufeffé", "😀")
texts = st.sampled_from(AWKWARD)
items = st.builds(
    ListItem,
    key=st.sampled_from([f"city/{n}" for n in range(8)]),
    title=texts,
    open_type=st.sampled_from(["", *OPEN_TYPES]),
    conditions=texts,
    frequency=st.sampled_from(["", "每日", "每月"]),
)
contents = st.lists(items, unique_by=lambda one: one.key, max_size=6).map(Content.of)


@given(contents, contents)
def test_a_difference_leads_from_one_to_the_other(a: Content, b: Content) -> None:
    assert apply(diff(a, b), a) == b
    assert (diff(a, b) == frozenset()) == (a == b)


@given(contents, contents, st.randoms())
def test_no_order_matters(a: Content, b: Content, chance: random.Random) -> None:
    shuffled = list(a.items.values())
    chance.shuffle(shuffled)
    assert Content.of(shuffled).hash == a.hash
    assert diff(Content.of(shuffled), b) == diff(a, b)
    changes = list(diff(a, b))
    chance.shuffle(changes)
    assert apply(frozenset(changes), a) == b
    assert ordered(frozenset(changes)) == ordered(diff(a, b))


@given(contents, contents)
def test_every_change_has_a_kind_and_its_fields(a: Content, b: Content) -> None:
    difference = diff(a, b)
    assert sum(counts(difference).values()) == len(difference)
    for one in difference:
        assert bool(one.fields) == (one.before is not None and one.after is not None)
        if one.narrows:
            assert one.before is not None
            assert one.before.openness > (one.after.openness if one.after else -1)


@given(contents)
def test_what_is_kept_is_read_again(a: Content) -> None:
    read = Content.read(a.body, a.hash)
    assert read == a
    assert (read.body, read.hash) == (a.body, Content.of(a.items.values()).hash)


@given(contents, contents, contents)
def test_what_changed_meanwhile_is_not_written_over(a: Content, b: Content, c: Content) -> None:
    difference = diff(a, b)
    touched = {one.key for one in difference}
    if all(a.items.get(key) == c.items.get(key) for key in touched):
        found = apply(difference, c)
        assert all(found.items.get(key) == b.items.get(key) for key in touched)
    else:
        with pytest.raises(AtlasError, match="open-list-changed"):
            apply(difference, c)


def test_two_items_of_one_key_are_no_list() -> None:
    with pytest.raises(ValueError, match="k"):
        Content.of([ListItem("k", "一"), ListItem("k", "二")])


def test_a_field_is_tidied_and_bounded_and_what_nobody_touched_stays() -> None:
    item = ListItem("k", "公交 \u0001 线路", note="甲\r\n乙")
    given = {"title": "公交  线路", "note": "甲\n乙", "scope": " 全\u0001市\ufffe ", "key": "x"}
    assert with_fields(item, given) == ListItem(
        "k", "公交 \u0001 线路", note="甲\r\n乙", scope="全市"
    )
    longest = LONGEST_CELL * "长"
    assert with_fields(item, {"title": longest}).title == longest
    with pytest.raises(AtlasError) as caught:
        with_fields(item, {"title": longest + "了"})
    assert caught.value.code == "open-list-field-too-long"
    assert "32,767" in caught.value.message("zh")
