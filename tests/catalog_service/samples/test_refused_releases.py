"""A release that is refused at whatever step leaves no public record, and says what to do next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest

from catalog_service.accounts.service import Person
from catalog_service.samples import releasing, steps
from catalog_service.samples.errors import SAMPLE_STEP
from catalog_service.samples.service import Wish, ask, hindrance, public_samples, release
from catalog_service.samples.tidying import tidy
from catalog_service.stored_records import known_record
from ontology.errors import AtlasError
from tests.catalog_service.samples.conftest import WISH
from tests.catalog_service.samples.test_releasing import asked, fails, is_public, released
from tests.fixtures.web import House, portal

Two = tuple[Person, Person]


def refusal() -> AtlasError:
    return AtlasError(SAMPLE_STEP, number=0, state="")


@contextmanager
def after_publishing(act: Callable[[], object]) -> Iterator[None]:
    """Do something once, between the record and the step."""
    publish = releasing._publish
    ran: list[bool] = []

    def both(*arguments: Any) -> object:
        found = publish(*arguments)
        if not ran:
            ran.append(True)
            act()
        return found

    with patch.object(releasing, "_publish", side_effect=both):
        yield


@pytest.mark.parametrize(
    ("where", "what", "error"),
    [
        (releasing, "take_step", refusal()),
        (releasing, "demand_together", refusal()),
        (releasing, "write_step", refusal()),
        (steps, "write_step", refusal()),
        (steps, "demand_state", refusal()),
        (steps.stored, "add_step", OSError("disk")),
        (releasing, "take_step", RuntimeError("anything")),
    ],
)
def test_refused_at_a_step_its_record_is_not_public(
    house: House, people: Two, where: Any, what: str, error: Exception
) -> None:
    atlas, (_, reviewer) = house.atlas, people
    before = released(house, people)
    made = asked(house, people, Wish(60, "42", ("区",)))
    with patch.object(where, what, side_effect=error), pytest.raises(type(error)):
        release(atlas, reviewer, made.number)
    # No worker came.
    assert not is_public(house, made.number)
    assert [one.number for one in public_samples(atlas)] == [before.number]
    assert tidy(atlas) == []
    # What hindered it is gone: the same sample is released.
    assert release(atlas, reviewer, made.number).state == "released"
    assert [one.number for one in public_samples(atlas)] == [made.number]
    assert is_public(house, made.number) and not is_public(house, before.number)


def test_whose_right_ended_meanwhile_leaves_no_record(house: House, people: Two) -> None:
    atlas, (_, reviewer) = house.atlas, people
    made = asked(house, people)
    now: list[Person] = [reviewer]
    who = replace(reviewer, read_again=lambda: now[0])

    def end() -> None:
        now[0] = replace(reviewer, grants=())

    with after_publishing(end):
        fails("right-missing", release, atlas, who, made.number)
    assert not is_public(house, made.number)
    assert public_samples(atlas) == []


def test_refused_by_the_door_what_was_left_by_a_kill_ends_too(house: House, people: Two) -> None:
    atlas, (_, reviewer) = house.atlas, people
    made = asked(house, people)
    with (
        patch.object(releasing, "take_step", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        release(atlas, reviewer, made.number)
    assert is_public(house, made.number)
    with patch.object(releasing, "_publish", side_effect=refusal()):
        fails("sample-step", release, atlas, reviewer, made.number)
    assert not is_public(house, made.number)


def test_what_cannot_be_taken_back_the_worker_ends(house: House, people: Two) -> None:
    atlas, (_, reviewer) = house.atlas, people
    made = asked(house, people)
    with (
        patch.object(releasing, "take_step", side_effect=OSError("disk")),
        patch.object(releasing, "end_record", side_effect=refusal()),
        pytest.raises(OSError, match="disk"),
    ):
        release(atlas, reviewer, made.number)
    assert is_public(house, made.number) and public_samples(atlas) == []
    assert tidy(atlas) == [made.number]
    assert not is_public(house, made.number)


def test_one_that_is_replaced_and_cannot_be_ended_hinders_no_release(
    house: House, people: Two
) -> None:
    atlas, (_, reviewer) = house.atlas, people
    before = released(house, people)
    made = asked(house, people, Wish(60, "42", ("区",)))
    with patch.object(releasing, "end_record", side_effect=refusal()):
        assert release(atlas, reviewer, made.number).state == "released"
    assert [one.number for one in public_samples(atlas)] == [made.number]
    assert tidy(atlas) == [before.number]
    assert not is_public(house, before.number)


def test_released_by_two_at_once_it_is_not_taken_back(house: House, people: Two) -> None:
    atlas, (_, reviewer) = house.atlas, people
    made = asked(house, people)
    with after_publishing(lambda: release(atlas, reviewer, made.number)):
        fails("sample-step", release, atlas, reviewer, made.number)
    assert is_public(house, made.number)
    assert [one.number for one in public_samples(atlas)] == [made.number]


@pytest.mark.parametrize("became", ["无条件开放", "非开放", None])
def test_a_dataset_that_ends_before_or_during_the_release_stops_it(
    house: House, people: Two, became: str | None
) -> None:
    atlas, (steward, reviewer) = house.atlas, people
    before, during = asked(house, people), asked(house, people)

    def end() -> None:
        if became is None:
            house.withdraw("transport", "PARK")
        else:
            house.submit("transport", [portal("PARK", "停车场", is_open=became)])

    with after_publishing(end):
        fails("sample-dataset-ended", release, atlas, reviewer, during.number)
    assert not is_public(house, during.number)
    fails("sample-dataset-ended", release, atlas, reviewer, before.number)
    # It is told before anybody tries, with what to do.
    why = hindrance(atlas, before)
    assert why is not None and why.code == "sample-dataset-ended"
    assert "Discard it" in why.message("en") and "放弃" in why.message("zh")
    what = "不再有条件开放" if became == "无条件开放" else "已撤回"
    assert what in why.message("zh")
    house.submit("transport", [portal("PARK", "停车场", is_open="有条件开放")])
    assert release(atlas, reviewer, before.number).state == "released"
    fails("sample-step", ask, atlas, steward, before.number)


def test_a_dataset_that_changes_during_the_release_is_looked_at_again(
    house: House, people: Two
) -> None:
    atlas, (_, reviewer) = house.atlas, people
    made = asked(house, people, WISH)

    def rename() -> None:
        house.submit("transport", [portal("PARK", "公共停车场", is_open="有条件开放")])

    with after_publishing(rename):
        fails("sample-dataset-changed", release, atlas, reviewer, made.number)
    assert not is_public(house, made.number) and public_samples(atlas) == []
    assert release(atlas, reviewer, made.number).state == "released"
    assert known_record(atlas, f"samples-transport/{made.number}").public
