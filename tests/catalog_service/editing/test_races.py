"""Two at once with one draft: what the catalogue takes in is what its people decided."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from catalog_service.accounts.four_eyes import FourEyes
from catalog_service.accounts.service import OPERATOR, Action, Role
from catalog_service.editing import releasing, service
from catalog_service.editing.desks import open_desk
from catalog_service.editing.model import Draft
from catalog_service.editing.service import newest
from ontology.errors import AtlasError
from tests.catalog_service.editing.conftest import TRANSPORT
from tests.catalog_service.editing.test_drafts import WHOLE, begun, draft, form, post
from tests.fixtures.people import person
from tests.fixtures.web import House

Step = Callable[[House, Draft], Any]


def take_back(house: House, one: Draft) -> None:
    releasing.take_back(house.atlas, OPERATOR, one)


def send_back(house: House, one: Draft) -> None:
    releasing.send_back(house.atlas, OPERATOR, one, version=one.version, reason="单位有误")


def written(house: House, one: Draft) -> None:
    text = one.record.nquads.replace("停车场名录", "停车场名录二")
    record = type(one.record).from_lines(
        text.splitlines(),
        iri=one.record.iri,
        source=one.record.source,
        remote_id=one.record.remote_id,
        focus=one.record.focus,
    )
    assert service.save(house.atlas, OPERATOR, one, record, version=one.version).is_written


def discard(house: House, one: Draft) -> None:
    releasing.discard(house.atlas, OPERATOR, one)


@pytest.fixture
def waiting(house: House, author: httpx.Client) -> Iterator[Draft]:
    """A draft that waits for somebody else to release it."""
    eyes = FourEyes(house.atlas.journal)
    eyes.demand(TRANSPORT, True)
    path = begun(author)
    post(author, path, {**form(author, path), **WHOLE}, "submit")
    found = draft(house, path)
    assert found.state == "submitted"
    yield found
    eyes.demand(TRANSPORT, False)


@pytest.fixture
def editing(house: House, author: httpx.Client) -> Draft:
    path = begun(author)
    post(author, path, {**form(author, path), **WHOLE}, "save")
    return draft(house, path)


@pytest.fixture(scope="module")
def reviewer(house: House) -> Any:
    made = person(house.atlas, "races-reviewer", Role.REVIEWER, "transport")
    return house.atlas.accounts.principal(made)


def standing(house: House, one: Draft) -> Draft:
    return service.read(house.atlas, OPERATOR, one.id)


@pytest.mark.parametrize("step", [take_back, send_back], ids=["taken-back", "returned"])
def test_what_was_taken_back_or_returned_is_not_released(
    house: House, waiting: Draft, reviewer: Any, monkeypatch: pytest.MonkeyPatch, step: Step
) -> None:
    checked = releasing._demand_conforming

    def overtaken(atlas: Any, one: Draft) -> None:
        checked(atlas, one)
        step(house, one)

    monkeypatch.setattr(releasing, "_demand_conforming", overtaken)
    with pytest.raises(AtlasError) as caught:
        releasing.release(house.atlas, reviewer, waiting, version=waiting.version)
    assert caught.value.code == "draft-state", "its version is the same: nobody wrote on it"
    assert house.atlas.journal.get(waiting.record.iri) is None, "nothing came into the catalogue"
    assert standing(house, waiting).state in ("editing", "returned")


@pytest.mark.parametrize(
    ("step", "code"),
    [(written, "draft-changed"), (discard, "draft-state")],
    ids=["written", "discarded"],
)
def test_what_was_written_or_discarded_meanwhile_is_not_submitted(
    house: House, editing: Draft, monkeypatch: pytest.MonkeyPatch, step: Step, code: str
) -> None:
    checked = releasing._demand_conforming

    def overtaken(atlas: Any, one: Draft) -> None:
        checked(atlas, one)
        step(house, one)

    monkeypatch.setattr(releasing, "_demand_conforming", overtaken)
    with pytest.raises(AtlasError) as caught:
        releasing.submit(house.atlas, OPERATOR, editing, version=editing.version)
    assert caught.value.code == code
    assert house.atlas.journal.get(editing.record.iri) is None
    assert standing(house, editing).state in ("editing", "discarded")


@pytest.mark.parametrize("step", [written, discard], ids=["writes", "discards"])
def test_whoever_comes_while_the_door_takes_it_in_is_told(
    house: House, editing: Draft, monkeypatch: pytest.MonkeyPatch, step: Step
) -> None:
    told: list[str] = []

    def other() -> None:
        try:
            step(house, editing)
        except AtlasError as error:
            told.append(error.code)

    thread = threading.Thread(target=other)

    def at_the_door(*given: Any) -> str:
        thread.start()
        return open_desk(*given)

    monkeypatch.setattr("catalog_service.editing.releasing.open_desk", at_the_door)
    done = releasing.submit(house.atlas, OPERATOR, editing, version=editing.version)
    thread.join()
    assert done.state == standing(house, editing).state == "released"
    assert told in (["draft-closed"], ["draft-state"])
    stored = house.atlas.journal.get(editing.record.iri)
    assert stored is not None and stored.nquads == editing.record.nquads


def test_what_was_saved_meanwhile_is_not_lost_by_taking_the_present_version_in(
    house: House, editing: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    releasing.submit(house.atlas, OPERATOR, editing, version=editing.version)
    again = service.begin_from(
        house.atlas, OPERATOR, editing.record.source, editing.record.remote_id
    )

    def overtaken(*given: Any) -> Any:
        found = newest(*given)
        written(house, again)
        return found

    monkeypatch.setattr("catalog_service.editing.releasing.newest", overtaken)
    with pytest.raises(AtlasError) as caught:
        releasing.take_in(house.atlas, OPERATOR, again)
    assert caught.value.code == "draft-changed"
    assert "停车场名录二" in standing(house, again).record.nquads
    monkeypatch.undo()
    releasing.discard(house.atlas, OPERATOR, standing(house, again))


def test_two_who_submit_for_release_at_once_are_both_answered(house: House, editing: Draft) -> None:
    eyes = FourEyes(house.atlas.journal)
    eyes.demand(TRANSPORT, True)
    try:
        answers: list[str] = []
        ready = threading.Barrier(2)

        def submit() -> None:
            ready.wait()
            try:
                made = releasing.submit(house.atlas, OPERATOR, editing, version=editing.version)
                answers.append(made.state)
            except AtlasError as error:
                answers.append(error.code)

        both = [threading.Thread(target=submit) for _ in range(2)]
        for one in both:
            one.start()
        for one in both:
            one.join()
    finally:
        eyes.demand(TRANSPORT, False)
    assert sorted(answers) == ["draft-state", "submitted"]
    steps = [one.action for one in service.events(house.atlas, editing)]
    assert steps.count("submitted") == 1


def test_a_right_that_was_revoked_releases_nothing(house: House, waiting: Draft) -> None:
    made = person(house.atlas, "races-leaver", Role.REVIEWER, "transport")
    accounts = house.atlas.accounts
    assert accounts.principal(made).may(Action.DATASET_RELEASE, TRANSPORT)
    (grant,) = accounts.grants.of(made.id)
    accounts.grants.revoke(grant.id, by="test")
    with pytest.raises(AtlasError) as caught:
        releasing.release(house.atlas, accounts.principal(made), waiting, version=waiting.version)
    assert caught.value.code == "right-missing"
    assert standing(house, waiting).state == "submitted"
