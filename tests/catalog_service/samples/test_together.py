"""Samples of one dataset, of whatever files, never add up to more than the largest share."""

from __future__ import annotations

import pytest

from catalog_service.accounts.service import Person
from catalog_service.samples.model import Sample
from catalog_service.samples.service import Wish, ask, draw, hindrance, release, withdraw
from harvesters.readers.files import Input
from tests.catalog_service.samples.conftest import PARK, TABLE, park_table
from tests.catalog_service.samples.test_releasing import asked, fails, released, rows_of
from tests.fixtures.web import House, portal

Two = tuple[Person, Person]

ONE_BYTE = Input("park.csv", content=park_table().replace(b"P0300", b"P0399"))
HALF, MOST = Wish(100, "42", ("区",)), Wish(150, "42", ("区",))


def longer(times: int) -> Input:
    """Return the table with as many times its rows."""
    head, _, rows = park_table().partition(b"\r\n")
    return Input("park.csv", content=b"\r\n".join([head, rows * times]))


def drawn(house: House, people: Two, table: Input, wish: Wish) -> Sample:
    return draw(house.atlas, people[0], PARK, table, wish)


def test_one_changed_byte_makes_no_new_share(house: House, people: Two) -> None:
    atlas, (steward, reviewer) = house.atlas, people
    first = released(house, people, MOST)
    kept = rows_of(house, first)
    # Under another seed it would tell other rows.
    fails("sample-other-seed", draw, atlas, steward, PARK, ONE_BYTE, Wish(20, "43", ("区",)))
    other = drawn(house, people, ONE_BYTE, MOST)
    assert rows_of(house, other) != kept
    fails("sample-over-share-together", ask, atlas, steward, other.number)
    # That the first one is withdrawn takes it from nobody.
    withdraw(atlas, reviewer, first.number, "有误")
    small = drawn(house, people, ONE_BYTE, Wish(10, "42", ("区",)))
    fails("sample-over-share-together", ask, atlas, steward, small.number)
    # The same file, by the same columns, tells nothing new.
    again = released(house, people, HALF)
    assert rows_of(house, again) < kept


def test_of_files_that_differ_all_rows_count(house: House, people: Two) -> None:
    atlas, (steward, reviewer) = house.atlas, people
    released(house, people, HALF)
    fits = drawn(house, people, ONE_BYTE, Wish(50, "42", ("区",)))
    over = drawn(house, people, ONE_BYTE, Wish(51, "42", ("区",)))
    why = hindrance(atlas, over)
    assert why is not None and (why.params["rows"], why.params["most"]) == (151, 150)
    fails("sample-over-share-together", ask, atlas, steward, over.number)
    ask(atlas, steward, fits.number)
    assert release(atlas, reviewer, fits.number).state == "released"
    # 150 of 300 are out: of either file nothing more, but what is in them already.
    for table in (TABLE, ONE_BYTE, longer(1)):
        more = drawn(house, people, table, Wish(120, "42", ("区",)))
        fails("sample-over-share-together", ask, atlas, steward, more.number)
    assert released(house, people, Wish(80, "42", ("区",))).state == "released"


def test_a_dataset_that_grows_may_tell_more(house: House, people: Two) -> None:
    atlas, (steward, reviewer) = house.atlas, people
    released(house, people, MOST)
    grown = longer(2)
    over = drawn(house, people, grown, Wish(151, "42", ("区",)))
    fails("sample-over-share-together", ask, atlas, steward, over.number)
    fits = drawn(house, people, grown, MOST)
    ask(atlas, steward, fits.number)
    assert release(atlas, reviewer, fits.number).state == "released"


def test_many_small_changes_add_up(house: House, people: Two) -> None:
    atlas, (steward, reviewer) = house.atlas, people
    seen = 0
    for number in range(20):
        table = Input("park.csv", content=park_table() + f"P{number},徐汇区,1,\r\n".encode())
        made = drawn(house, people, table, Wish(20, "42", ("区",)))
        if hindrance(atlas, made) is not None:
            break
        ask(atlas, steward, made.number)
        release(atlas, reviewer, made.number)
        seen += made.report.rows
    assert (number, seen) == (7, 140)


def test_asked_for_before_another_file_was_released_it_is_not(house: House, people: Two) -> None:
    atlas, (steward, reviewer) = house.atlas, people
    other = drawn(house, people, ONE_BYTE, MOST)
    ask(atlas, steward, other.number)
    release(atlas, reviewer, asked(house, people, MOST).number)
    fails("sample-over-share-together", release, atlas, reviewer, other.number)


@pytest.mark.parametrize("seed", ["42", "43"])
def test_one_file_of_two_datasets_is_one_file(house: House, people: Two, seed: str) -> None:
    atlas, (steward, _) = house.atlas, people
    house.submit("transport", [portal("PARK2", "停车场二", is_open="有条件开放")])
    released(house, people, MOST)
    wish = Wish(20, seed, (), ("区",))
    if seed == "43":
        fails("sample-other-seed", draw, atlas, steward, "transport/PARK2", TABLE, wish)
        return
    made = draw(atlas, steward, "transport/PARK2", TABLE, wish)
    fails("sample-over-share-together", ask, atlas, steward, made.number)
    # Another file of the other dataset is its own.
    own = draw(atlas, steward, "transport/PARK2", ONE_BYTE, Wish(20, "7", ("区",)))
    assert ask(atlas, steward, own.number).state == "asked"
