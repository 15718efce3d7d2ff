"""Who applied for a dataset or objected to it is told what becomes of it; corrections are told."""

from __future__ import annotations

import pytest

from catalog_service.accounts.service import Principal
from catalog_service.following import service
from catalog_service.participation.service import Brought, bring_up, find_subject, take_step
from ontology.errors import AtlasError
from tests.catalog_service.following.conftest import Town, iri
from tests.fixtures.web import portal


def objected(town: Town, name: str) -> int:
    atlas, who = town.house.atlas, town.who(name)
    subject, organization = find_subject(atlas, "city/BUS1")
    brought = Brought(
        "objection", "站名写错了", {"fault": "wrong"}, subject, organization=organization
    )
    return bring_up(atlas, who, brought).number


def corrected(town: Town, number: int) -> None:
    atlas, steward = town.house.atlas, town.who("steward")
    day = {"day": "2026-09-01", "version": "2026.9"}
    take_step(atlas, steward, number, "confirm", "属实", {})
    take_step(atlas, steward, number, "correct_source", "", day)
    take_step(atlas, steward, number, "correct_opened", "", day)
    take_step(atlas, steward, number, "corrected", "已更正", {})


def whys(town: Town, who: Principal) -> list[tuple[str, str | None]]:
    return [(one.target.value, one.why) for one in service.own(town.house.atlas, who)]


def test_a_correction_reaches_followers_and_other_reporters(town: Town) -> None:
    town.follow("wang", "dataset", "city/BUS1")
    first, _ = objected(town, "li"), objected(town, "zhou")
    town.look()
    assert whys(town, town.who("li")) == [(iri("BUS1"), "objection")]
    corrected(town, first)
    assert (town.look(), town.look()) == (2, 0)
    said = "您关注的“公交线路”：错误已更正（异议 O2026-000001）。"
    assert town.told("wang") == [said] == town.told("zhou")
    assert town.told("li") == [], "who reported it is told of each step of the case"


def test_whoever_uses_a_dataset_follows_it_as_long_as_the_case_runs(town: Town) -> None:
    atlas = town.house.atlas
    number = objected(town, "li")
    town.look()
    (own,) = service.own(atlas, town.who("li"))
    assert own.why == "objection"
    with pytest.raises(AtlasError, match="follow-stays"):
        service.leave(atlas, town.who("li"), own.target.id)
    service.change(atlas, town.who("li"), own.target.id, "each")
    town.submit(portal("BUS1", "公交线路", fields=["甲"]))
    assert town.look() == 1
    # What is told of the end of the case's time is told before the following ends.
    town.submit(portal("BUS1", "公交线路", fields=["乙"]))
    take_step(atlas, town.who("li"), number, "withdraw", "", {})
    assert town.look() == 1
    assert service.own(atlas, town.who("li")) == []
    town.submit(portal("BUS1", "公交线路", fields=["丙"]))
    assert town.look() == 0


def test_what_was_chosen_outlasts_the_case(town: Town) -> None:
    atlas = town.house.atlas
    number = objected(town, "li")
    town.look()
    town.follow("li", "dataset", "city/BUS1", "weekly")
    town.look()
    take_step(atlas, town.who("li"), number, "withdraw", "", {})
    town.look()
    (own,) = service.own(atlas, town.who("li"))
    assert (own.why, own.how) == (None, "weekly")


def test_what_is_erased_for_oneself_leaves_what_a_case_needs(town: Town) -> None:
    atlas = town.house.atlas
    objected(town, "li")
    town.follow("li", "dataset", "city/PARK")
    town.look()
    assert service.erase_all(atlas, town.people["li"].id) == 1
    assert whys(town, town.who("li")) == [(iri("BUS1"), "objection")]
    atlas.accounts.people.disable(town.people["li"].id)
    town.house.clock.step_days(1)
    town.look()
    assert service.erase_all(atlas, town.people["li"].id, with_cases=True) == 0
