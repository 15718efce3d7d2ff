"""Held versions at the workbench: who sees which, decisions looked at, made and taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from catalog_service.accounts.four_eyes import FourEyes
from catalog_service.accounts.service import Grant, Organizations, Person, Role, set_owner
from catalog_service.journal.model import StoredRecord
from catalog_service.workbench.decisions import Choice, Release, decide, look_ahead, undo
from catalog_service.workbench.held import (
    HeldFilter,
    count_held,
    held_counts,
    held_versions,
    readable_sources,
)
from ontology.record import mint_iri
from ontology.terms import VOCAB
from tests.fixtures.web import BASE, HTML, House, portal, served

TRANSPORT, CIVIL = f"{VOCAB}organization/transport", f"{VOCAB}organization/civil-affairs"
OWNERS = {"transport": TRANSPORT, "civil": CIVIL}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Two departments with a source each: one version waits that never was public, one that was."""
    made = House(tmp_path / "var")
    with made.atlas:
        made.submit("transport", [portal("OLD", "公交线路"), portal("FINE", "停车场")])
        made.submit("civil", [portal("C1", "养老机构", is_open="")], gate="enforce")
        made.clock.step()
        made.submit(
            "transport",
            [portal("OLD", "公交线路与站点", is_open=""), portal("NEW", "轨道站点", is_open="")],
            gate="enforce",
        )
        for source, owner in OWNERS.items():
            set_owner(made.atlas.journal, made.atlas.vocabulary, source, owner)
        made.project()
        yield made


def person(house: House, *roles: Role, over: str | None = TRANSPORT) -> Person:
    hierarchy = Organizations(lambda: house.atlas.vocabulary)
    grants = tuple(Grant(role, over) for role in roles)
    return Person("p1", "li", "李", None, grants, hierarchy, OWNERS.get)


def chosen(house: House, who: Person, *remote_ids: str) -> list[Choice]:
    versions = held_versions(house.atlas, readable_sources(house.atlas, who), HeldFilter())
    return [
        Choice(one.source, one.remote_id, one.hash)
        for one in versions
        if one.remote_id in remote_ids
    ]


def stored(house: House, remote_id: str) -> StoredRecord:
    found = house.atlas.journal.get(mint_iri(BASE, "transport", remote_id))
    assert found is not None
    return found


def test_a_steward_sees_what_waits_in_the_own_sources(house: House) -> None:
    own = readable_sources(house.atlas, person(house, Role.STEWARD))
    assert [(one.source, one.count) for one in held_counts(house.atlas, own)] == [("transport", 2)]
    found = held_versions(house.atlas, own, HeldFilter())
    assert {one.remote_id for one in found} == {"OLD", "NEW"}
    assert all("R01" in one.violated for one in found)
    assert {one.remote_id: one.public for one in found} == {"OLD": True, "NEW": False}
    assert count_held(house.atlas, own, HeldFilter(rule="R01")) == 2
    assert count_held(house.atlas, own, HeldFilter(source="civil")) == 0
    everything = readable_sources(house.atlas, person(house, Role.CITY_OFFICE, over=None))
    assert count_held(house.atlas, everything, HeldFilter()) == 3
    assert held_counts(house.atlas, readable_sources(house.atlas, person(house))) == []


def test_a_decision_is_looked_at_before_it_is_made(house: House) -> None:
    who = person(house, Role.STEWARD)
    choices = [
        *chosen(house, who, "OLD", "NEW"),
        Choice("transport", "FINE", "0" * 64),
        Choice("civil", "C1", "0" * 64),
    ]
    looked = look_ahead(house.atlas, who, "release", choices)
    assert {(one.choice.remote_id, one.public, one.seq) for one in looked.done} == {
        ("OLD", True, None),
        ("NEW", True, None),
    }
    told = {one.choice.remote_id: one.why.code for one in looked.skipped}
    assert told == {"FINE": "nothing-waits", "C1": "right-missing"}
    # Of another department's record not even the title is told.
    assert [one.title for one in looked.skipped if one.choice.source == "civil"] == [{}]
    assert not stored(house, "NEW").public
    made = decide(house.atlas, who, "release", choices, "看过了")
    assert {one.choice.remote_id for one in made.done} == {"OLD", "NEW"}
    last = house.atlas.journal.history(stored(house, "NEW").iri)[-1]
    assert (last.kind, last.actor, last.reason) == ("released", "person:p1", "看过了")
    again = decide(house.atlas, who, "release", choices[:2], "再来")
    assert [one.why.code for one in again.skipped] == ["nothing-waits"] * 2


def test_a_release_is_taken_back(house: House) -> None:
    who = person(house, Role.STEWARD)
    before = {name: stored(house, name) for name in ("OLD", "NEW")}
    made = decide(house.atlas, who, "release", chosen(house, who, "OLD", "NEW"), "看过了")
    releases = [
        Release(e.choice.source, e.choice.remote_id, e.seq) for e in made.done if e.seq is not None
    ]
    done, skipped = undo(house.atlas, who, releases, "误放")
    assert len(done) == 2 and not skipped
    for name, then in before.items():
        now = stored(house, name)
        assert (now.public, now.held_hash) == (then.public, then.held_hash), name
        assert now.public is False or now.hash == then.hash, name
    # Only once: the last change is another one now.
    done, skipped = undo(house.atlas, who, releases, "误放")
    assert [one.why.code for one in skipped] == ["cannot-undo"] * 2


def test_nobody_takes_back_what_another_department_released(house: House) -> None:
    who = person(house, Role.STEWARD)
    made = decide(house.atlas, who, "release", chosen(house, who, "NEW"), "看过了")
    release = Release("transport", "NEW", made.done[0].seq or 0)
    _, skipped = undo(house.atlas, person(house, Role.STEWARD, over=CIVIL), [release], "误放")
    assert [one.why.code for one in skipped] == ["right-missing"]
    assert stored(house, "NEW").public


def test_what_may_not_be_open_is_let_through_by_who_reviews_secrecy(house: House) -> None:
    house.submit("transport", [portal("DOUBT", "内部线路", is_open="否")])
    steward, reviewer = person(house, Role.STEWARD), person(house, Role.REVIEWER)
    choices = chosen(house, steward, "DOUBT")
    (refused,) = look_ahead(house.atlas, steward, "release", choices).skipped
    assert refused.why.code == "needs-secrecy-review"
    assert [one.freed for one in look_ahead(house.atlas, reviewer, "release", choices).done] == [
        True
    ]


@pytest.mark.parametrize("demanded", [True, False])
def test_whoever_sent_a_version_does_not_release_it_where_four_eyes_are_demanded(
    house: House, demanded: bool
) -> None:
    house.submit("transport", [portal("DOUBT", "内部线路", is_open="否")], actor="person:p1")
    house.submit(
        "transport", [portal("MINE", "站点", is_open="")], gate="enforce", actor="person:p1"
    )
    FourEyes(house.atlas.journal).demand(TRANSPORT, demanded)
    who = person(house, Role.REVIEWER, Role.STEWARD)
    looked = look_ahead(house.atlas, who, "release", chosen(house, who, "DOUBT", "MINE", "OLD"))
    told = {one.choice.remote_id: one.why.code for one in looked.skipped}
    # A review of secrecy is somebody else's always.
    assert told == {"DOUBT": "sender-releases", **({"MINE": "sender-releases"} if demanded else {})}
    # Mapped anew, say, by the decision of another: it is not theirs by that.
    again = portal("MINE", "站点", is_open="", open_scope="全市")
    house.submit("transport", [again], gate="enforce", actor="person:p2", run="mapped-anew")
    looked = look_ahead(house.atlas, who, "release", chosen(house, who, "MINE"))
    assert bool(looked.skipped) == demanded
    another = replace(who, id="p2")
    looked = look_ahead(house.atlas, another, "release", chosen(house, who, "DOUBT", "MINE"))
    assert len(looked.done) == 2


def test_asking_the_rules_again_says_what_still_waits(house: House) -> None:
    who = person(house, Role.STEWARD)
    made = decide(house.atlas, who, "recheck", chosen(house, who, "OLD", "NEW"), "再查")
    assert [one.freed for one in made.done] == [False, False]


def test_the_pages_lead_from_the_list_to_the_decision_and_back(house: House) -> None:
    with served(house) as address, httpx.Client(base_url=address, timeout=60) as client:
        client.headers.update({**house.token("admin"), **HTML})
        page = client.get("/workbench/held?source=transport&lang=en")
        assert page.headers["cache-control"] == "private, no-store"
        assert "2 versions wait" in page.text
        versions = re.findall(r'name="version" value="([^"]+)"', page.text)
        assert len(versions) == 2
        form = {"version": versions, "verdict": "release"}
        looked = client.post("/workbench/held?lang=en", data=form)
        assert "becomes public" in looked.text
        missing = client.post("/workbench/held?lang=en", data={**form, "step": "decide"})
        assert missing.status_code == 400 and "needs its reason" in missing.text
        done = client.post(
            "/workbench/held?lang=en", data={**form, "step": "decide", "reason": "seen"}
        )
        assert "2 versions were let through." in done.text
        releases = re.findall(r'name="release" value="([^"]+)"', done.text)
        undone = client.post(
            "/workbench/held?lang=en", data={"step": "undo", "release": releases, "reason": "oops"}
        )
        assert "2 releases were taken back." in undone.text
        one = client.get("/workbench/held/transport/OLD?lang=en")
        assert "How to mend it" in one.text and "R01" in one.text
        assert client.get("/workbench/held/transport/FINE").status_code == 409
        wrong = client.post("/workbench/held", data={"version": versions, "verdict": "burn"})
        assert wrong.status_code == 400
