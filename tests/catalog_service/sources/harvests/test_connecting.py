"""Sources that are connected, changed by two at once, and made to push."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from catalog_service.journal.writer import Writer
from catalog_service.sources.errors import NOT_HARVESTED
from catalog_service.sources.harvests import connecting
from catalog_service.sources.harvests.connecting import connect, is_visited
from ontology.errors import AtlasError
from tests.catalog_service.sources.harvests.visited import Visited


def change(visited: Visited, url: str | None = None, **given: Any) -> None:
    connect(visited.atlas, "pudong", kind="district", url=url, given=given)


@pytest.fixture
def connected(visited: Visited) -> Visited:
    change(visited, schedule="30 2 * * *")
    visited.run()
    return visited


def test_an_address_is_stored_together_with_what_is_forgotten(
    connected: Visited, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = connected.store.source("pudong")
    assert before.bookmark is not None

    def fail(*_given: object) -> None:
        raise AtlasError(NOT_HARVESTED, source="pudong")

    with monkeypatch.context() as broken, pytest.raises(AtlasError):
        broken.setattr(Writer, "change_source", fail)
        change(connected, url="https://new.example/")
    registered = connected.atlas.journal.source("pudong")
    assert registered is not None and registered.url == "https://pudong.example/"
    assert connected.store.source("pudong") == before
    change(connected, url="https://new.example/")
    assert connected.store.source("pudong").bookmark is None


def test_two_changes_at_once_are_both_kept(
    connected: Visited, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = connecting.opened

    def slowly(*given: Any, **more: Any) -> Any:
        monkeypatch.undo()
        # Another has been faster since the settings were read.
        change(connected, grace_days=3)
        return opened(*given, **more)

    monkeypatch.setattr(connecting, "opened", slowly)
    change(connected, parallel=2)
    settings = connected.store.source("pudong").settings
    assert (settings.grace_days, settings.parallel) == (3, 2)


def test_a_change_leaves_the_next_visit_alone(
    connected: Visited, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = connecting.opened

    def slowly(*given: Any, **more: Any) -> Any:
        connected.store.ask("pudong", full=False)
        return opened(*given, **more)

    monkeypatch.setattr(connecting, "opened", slowly)
    change(connected, parallel=2)
    assert connected.store.source("pudong").due == connected.house.clock.now()


def test_another_schedule_says_anew_when_the_next_visit_is(connected: Visited) -> None:
    change(connected, schedule="0 9 * * *", jitter_minutes=0)
    due = connected.store.source("pudong").due
    assert due is not None and (due + timedelta(hours=8)).hour == 9
    change(connected, schedule="none")
    assert connected.store.source("pudong").due is None


def test_a_source_that_pushes_from_now_on_is_not_visited(connected: Visited) -> None:
    interrupted = connected.run(full=True, stopped=lambda: True)
    connect(connected.atlas, "pudong", kind="push", given={})
    assert not is_visited(connected.atlas, "pudong")
    assert connected.store.due() == []
    with pytest.raises(AtlasError) as caught:
        connected.run()
    assert caught.value.kind is NOT_HARVESTED
    change(connected)
    assert connected.store.source("pudong").bookmark is None
    assert connected.run().run != interrupted.run
