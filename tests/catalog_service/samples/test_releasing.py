"""What a release demands, what it replaces, and that nothing is left of what ended."""

from __future__ import annotations

from threading import Event
from typing import Any
from unittest.mock import patch

import pytest

from catalog_service.accounts.service import Person
from catalog_service.context import Service
from catalog_service.samples import releasing, service, tidying
from catalog_service.samples.counting import count
from catalog_service.samples.errors import SAMPLE_STEP
from catalog_service.samples.model import Sample
from catalog_service.samples.outcomes import sample_answer
from catalog_service.samples.records import description
from catalog_service.samples.service import (
    Wish,
    ask,
    discard,
    draw,
    public_sample,
    public_samples,
    release,
    withdraw,
)
from catalog_service.samples.tidying import Tidying, run, tidy
from catalog_service.stored_files import StoredFiles
from catalog_service.stored_records import known_record
from harvesters.readers.files import Input
from ontology.errors import AtlasError
from tests.catalog_service.samples.conftest import PARK, TABLE, WISH
from tests.fixtures.web import House, portal

Two = tuple[Person, Person]


def fails(code: str, by: object, *arguments: object) -> None:
    with pytest.raises(AtlasError) as caught:
        by(*arguments)  # type: ignore[operator]
    assert caught.value.code == code


def asked(house: House, people: Two, wish: Wish = WISH) -> Sample:
    made = draw(house.atlas, people[0], PARK, TABLE, wish)
    return ask(house.atlas, people[0], made.number)


def released(house: House, people: Two, wish: Wish = WISH) -> Sample:
    return release(house.atlas, people[1], asked(house, people, wish).number)


def set_share(house: House, monkeypatch: pytest.MonkeyPatch, share: float | None) -> None:
    settings = house.atlas.settings.model_copy(update={"sample_largest_share": share})
    monkeypatch.setattr(house.atlas, "settings", settings)


def is_public(house: House, number: int) -> bool:
    record = known_record(house.atlas, f"samples-transport/{number}")
    return record.public and record.state == "active"


def test_the_whole_is_no_sample(house: House, people: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    atlas, (steward, reviewer) = house.atlas, people
    whole = Wish(1_000, "1", ("区",))
    fails("sample-over-share", draw, atlas, steward, PARK, TABLE, whole)
    fails("sample-over-share", draw, atlas, steward, PARK, TABLE, Wish(151, "1", ("区",)))
    half = asked(house, people, Wish(150, "1", ("区",)))
    set_share(house, monkeypatch, 0.1)
    fails("sample-over-share", release, atlas, reviewer, half.number)
    set_share(house, monkeypatch, None)
    fails("sample-without-largest-share", release, atlas, reviewer, half.number)
    drawn = draw(atlas, steward, PARK, TABLE, whole)
    assert drawn.report.rows == 297
    fails("sample-without-largest-share", ask, atlas, steward, drawn.number)


def test_a_column_that_says_the_same_in_every_row_makes_no_groups(
    house: House, people: Two
) -> None:
    rows = "".join(f"{number},上海市,{number % 3}\n" for number in range(300))
    table = Input("t.csv", content=f"编号,城市,档\n{rows}".encode())
    made = draw(house.atlas, people[0], PARK, table, Wish(50, "1", (), ("城市",)))
    fails("sample-without-groups", ask, house.atlas, people[0], made.number)
    made = draw(house.atlas, people[0], PARK, table, Wish(50, "1", (), ("档",)))
    assert ask(house.atlas, people[0], made.number).report.groups == 3


def test_none_is_released_of_which_no_column_makes_groups(house: House, people: Two) -> None:
    atlas, (steward, _) = house.atlas, people
    made = draw(atlas, steward, PARK, TABLE, Wish(50, "1"))
    fails("sample-without-groups", ask, atlas, steward, made.number)
    # A smallest group that nothing was held against is not claimed.
    assert sample_answer(atlas, made).smallest_group is None
    assert "组" not in description(made)["zh"]
    grouped = draw(atlas, steward, PARK, TABLE, Wish(50, "1", (), ("区",)))
    assert sample_answer(atlas, grouped).smallest_group == 5
    assert "按「区」分组，少于 5 行" in description(grouped)["zh"]


def test_a_new_release_takes_the_place_of_the_one_before(house: House, people: Two) -> None:
    first = released(house, people)
    second = released(house, people, Wish(60, "42", ("区",)))
    assert [one.number for one in public_samples(house.atlas)] == [second.number]
    assert (is_public(house, first.number), is_public(house, second.number)) == (False, True)
    fails("sample-step", release, house.atlas, people[1], first.number)


def rows_of(house: House, made: Sample) -> set[str]:
    content = StoredFiles(house.atlas.settings.home).get(made.file)
    assert content is not None
    return set(content.decode().splitlines()[1:])


def test_releases_one_after_the_other_do_not_add_up_to_the_whole(house: House, people: Two) -> None:
    atlas, (steward, reviewer) = house.atlas, people
    # Asked for before anything of the file was released.
    other = asked(house, people, Wish(50, "43", ("区",)))
    small = asked(house, people, Wish(50, "42", ("区",)))
    kept = rows_of(house, small)
    release(atlas, reviewer, small.number)
    fails("sample-other-seed", draw, atlas, steward, PARK, TABLE, Wish(50, "43", ("区",)))
    fails("sample-other-seed", release, atlas, reviewer, other.number)
    # Under the same seed the larger one holds the smaller one.
    large = asked(house, people, Wish(150, "42", ("区",)))
    assert kept < rows_of(house, large)
    release(atlas, reviewer, large.number)
    # By other columns it need not, and the largest share is reached.
    made = draw(atlas, steward, PARK, TABLE, Wish(20, "42", (), ("区",)))
    fails("sample-over-share-together", ask, atlas, steward, made.number)
    # A withdrawn one is kept by who took it.
    withdraw(atlas, reviewer, large.number, "有误")
    fails("sample-over-share-together", ask, atlas, steward, made.number)
    again = released(house, people, Wish(30, "42", ("区",)))
    assert rows_of(house, again) < kept


def test_of_two_released_at_the_same_time_one_is(house: House, people: Two) -> None:
    atlas, (_, reviewer) = house.atlas, people
    one, other = (asked(house, people, Wish(50, seed, ("区",))) for seed in ("1", "2"))
    publish = releasing._publish
    ran: list[int] = []

    def release_other(*arguments: object) -> object:
        found = publish(*arguments)  # type: ignore[arg-type]
        if not ran:
            ran.append(other.number)
            release(atlas, reviewer, other.number)
        return found

    with patch.object(releasing, "_publish", side_effect=release_other):
        fails("sample-other-seed", release, atlas, reviewer, one.number)
    assert [found.number for found in public_samples(atlas)] == [other.number]
    # Its record has ended without the worker.
    assert not is_public(house, one.number)
    assert is_public(house, other.number)
    assert tidy(atlas) == []


def test_interrupted_while_it_replaces_the_worker_ends_the_record(
    house: House, people: Two
) -> None:
    first = released(house, people)
    second = asked(house, people, Wish(60, "42", ("区",)))
    with (
        patch.object(releasing, "end_record", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        release(house.atlas, people[1], second.number)
    assert [one.number for one in public_samples(house.atlas)] == [second.number]
    work = Tidying(house.atlas)
    assert work.look()
    assert not is_public(house, first.number)
    # Ending it is new itself.
    assert [work.look(), work.look()] == [True, False]


def test_one_that_cannot_be_ended_keeps_no_other(house: House, people: Two) -> None:
    atlas = house.atlas
    made = [asked(house, people, Wish(60, seed, ("区",))).number for seed in "12"]
    for number in made:
        with (
            patch.object(releasing, "take_step", side_effect=KeyboardInterrupt),
            pytest.raises(KeyboardInterrupt),
        ):
            release(atlas, people[1], number)
        with (
            patch.object(service, "end_record", side_effect=KeyboardInterrupt),
            pytest.raises(KeyboardInterrupt),
        ):
            discard(atlas, people[0], number, "有误")
    end = releasing.end_record

    def refuse_first(atlas: Service, there: Sample, *arguments: Any) -> None:
        if there.number == made[0]:
            raise AtlasError(SAMPLE_STEP, number=there.number, state="")
        end(atlas, there, *arguments)

    work = Tidying(atlas)
    with patch.object(tidying, "end_record", side_effect=refuse_first):
        fails("sample-step", work.look)
    assert [is_public(house, number) for number in made] == [True, False]
    # It is tried again.
    work.look()
    assert not is_public(house, made[0])


def test_given_up_while_it_is_released_its_record_is_not_public(house: House, people: Two) -> None:
    atlas, (steward, reviewer) = house.atlas, people
    made = asked(house, people)
    publish = releasing._publish

    def discard_first(*arguments: object) -> object:
        discard(atlas, steward, made.number, "有误")
        return publish(*arguments)  # type: ignore[arg-type]

    with patch.object(releasing, "_publish", side_effect=discard_first):
        fails("sample-step", release, atlas, reviewer, made.number)
    fails("record-not-found", known_record, atlas, f"samples-transport/{made.number}")


def test_given_up_after_a_release_was_killed_its_record_ends(house: House, people: Two) -> None:
    atlas, (steward, reviewer) = house.atlas, people
    made = asked(house, people)
    with (
        patch.object(releasing, "take_step", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        release(atlas, reviewer, made.number)
    assert is_public(house, made.number)
    discard(atlas, steward, made.number, "有误")
    assert not is_public(house, made.number)
    assert tidy(atlas) == []


def test_a_release_that_was_killed_leaves_no_record(house: House, people: Two) -> None:
    atlas, (_, reviewer) = house.atlas, people
    made = asked(house, people)
    with (
        patch.object(releasing, "take_step", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        release(atlas, reviewer, made.number)
    assert tidy(atlas) == [made.number]
    assert not is_public(house, made.number)
    # To release it again completes it.
    assert release(atlas, reviewer, made.number).state == "released"
    assert is_public(house, made.number)
    assert public_samples(atlas)[0].number == made.number
    assert tidy(atlas) == []


def test_tidied_while_it_is_released_it_is_not_released_without_its_record(
    house: House, people: Two
) -> None:
    atlas, (_, reviewer) = house.atlas, people
    made = asked(house, people)
    publish, end = releasing._publish, releasing.end_record

    def tidy_after(*arguments: object) -> object:
        found = publish(*arguments)  # type: ignore[arg-type]
        tidy(atlas)
        return found

    with patch.object(releasing, "_publish", side_effect=tidy_after):
        fails("sample-step", release, atlas, reviewer, made.number)
    assert public_samples(atlas) == []

    def release_first(*arguments: object) -> None:
        release(atlas, reviewer, made.number)
        end(*arguments)  # type: ignore[arg-type]

    # Interrupted, and released again just before the worker ends its record.
    with (
        patch.object(releasing, "take_step", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        release(atlas, reviewer, made.number)
    with patch.object(tidying, "end_record", side_effect=release_first):
        fails("sample-step", tidy, atlas)
    assert is_public(house, made.number)


def test_a_sample_ends_with_its_dataset(house: House, people: Two) -> None:
    made = released(house, people)
    house.submit("transport", [portal("PARK", "停车场", is_open="无条件开放")])
    house.project()
    # Nothing counts what is not served.
    assert public_samples(house.atlas) == []
    assert count(house.atlas, public_samples(house.atlas)).served == 0
    assert is_public(house, made.number)
    stop = Event()
    stop.set()
    run(house.atlas, stop)
    assert not is_public(house, made.number)
    fails("sample-withdrawn", public_sample, house.atlas, made.number)
