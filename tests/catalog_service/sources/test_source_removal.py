"""Removing a source: what is refused, withdrawn, forgotten and kept, and taking it back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from catalog_service.atlas import Atlas
from catalog_service.catalog import lifecycle_changes
from catalog_service.errors import SOURCE_REMOVED, UNKNOWN_SOURCE
from catalog_service.journal.model import RecordState
from catalog_service.secret_keys import create_file
from catalog_service.settings import Settings
from catalog_service.sources.connection.secrets import SourceSecrets
from catalog_service.sources.connection.source_credentials import put_credentials
from catalog_service.sources.errors import (
    NOT_HARVESTED,
    NOTHING_TO_DECIDE,
    SOURCE_BUSY,
    SOURCE_HAS_RECORDS,
)
from catalog_service.sources.harvests.connecting import connect, is_visited
from catalog_service.sources.harvests.queries import problems_after
from catalog_service.sources.harvests.raw_answers import raw_answer
from catalog_service.sources.harvests.service import decide
from catalog_service.sources.notices.reporting import notices_of
from catalog_service.sources.service import a_run
from catalog_service.sources.source_removal import RemovedSource, remove_source
from harvesters.platforms.protocol import Entry
from harvesters.protocols import Submission
from ontology.errors import AtlasError, ErrorKind
from ontology.record import mint_iri
from tests.catalog_service.sources.harvests.visited import Visited
from tests.fixtures.command import Cli
from tests.fixtures.web import BASE, HTML, House, own_site, portal

__all__ = ["own_site"]

Site = tuple[House, httpx.Client]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def visited(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    more: dict[str, Any] = {"secret_file": tmp_path / "keys"}
    if request.param == "postgresql":
        more["database_url"] = request.getfixturevalue("empty_postgres")
    one = Visited(tmp_path / "home", **more)
    with one.atlas:
        yield one


def remove(visited: Visited, *, withdraw: bool = True, **more: Any) -> RemovedSource:
    return remove_source(visited.atlas, "pudong", withdraw=withdraw, actor="test", **more)


def refused(kind: ErrorKind, visited: Visited, **more: Any) -> AtlasError:
    with pytest.raises(AtlasError) as caught:
        remove(visited, **more)
    assert caught.value.kind is kind
    return caught.value


def states(visited: Visited) -> set[str]:
    found: list[RecordState] = visited.atlas.journal.list_records(source="pudong")
    return {one.state for one in found}


def test_a_source_with_records_goes_only_with_them(visited: Visited) -> None:
    visited.run()
    visited.atlas.catalog.delete("A0", _submission())
    error = refused(SOURCE_HAS_RECORDS, visited, withdraw=False)
    assert error.params["records"] == error.params["public"] == 9
    assert visited.store.source("pudong").listed == 10
    iri = mint_iri(BASE, "pudong", "A1")
    done = remove(visited, reason="merged")
    assert (done.withdrawn, done.seq) == (9, visited.atlas.journal.head())
    assert done.source.removed == visited.house.clock.now()
    assert states(visited) == {"withdrawn"}
    history = visited.atlas.journal.history(iri)
    assert [(one.kind, one.reason) for one in history][-1] == ("withdrawn", "merged")
    # Again it does nothing, and the time of the first stays.
    visited.house.clock.step()
    again = remove(visited, withdraw=False)
    assert (again.withdrawn, again.source.removed) == (0, done.source.removed)
    assert visited.atlas.journal.inspect().damages == []


def test_what_it_was_visited_with_is_forgotten(visited: Visited) -> None:
    atlas = visited.atlas
    create_file(atlas.settings)
    connect(
        atlas,
        "pudong",
        given={"schedule": "30 2 * * *", "notify_webhook": "https://hooks.example/x"},
    )
    put_credentials(atlas, "pudong", "header", {"name": "token", "secret": "hidden"})
    visited.platform.broken = {"A3"}
    result = visited.run()
    assert result.run is not None
    assert len(problems_after(atlas.journal, result.run, -1, 10)) == 1
    assert notices_of(atlas.journal, "pudong") != []
    remove(visited)
    assert not is_visited(atlas, "pudong")
    assert visited.store.due() == []
    assert SourceSecrets(atlas.journal, atlas.settings).read("pudong", "credentials") is None
    assert notices_of(atlas.journal, "pudong") == []
    with pytest.raises(AtlasError):
        raw_answer(atlas.journal, visited.house.clock, result.run, 0)
    # The run and what went wrong in it stay.
    assert len(problems_after(atlas.journal, result.run, -1, 10)) == 1


def test_a_run_that_waits_is_settled(visited: Visited) -> None:
    visited.run()
    for name in list(visited.platform.datasets)[:4]:
        del visited.platform.datasets[name]
    waiting = visited.run(full=True)
    assert (waiting.status, waiting.run is not None) == ("waiting", True)
    remove(visited)
    run = visited.atlas.journal.run(str(waiting.run))
    assert (run.status, run.message) == ("done", "removed")
    with pytest.raises(AtlasError) as caught:
        decide(visited.atlas, run.id, approve=True, reason="why", actor="test")
    assert caught.value.kind is NOTHING_TO_DECIDE


def test_while_a_run_is_under_way_nothing_is_removed(visited: Visited) -> None:
    seen: list[str] = []

    def look(_page: int) -> None:
        seen.append(refused(SOURCE_BUSY, visited).params["run"])

    visited.platform.before_page = look
    result = visited.run()
    assert result.status == "done"
    assert set(seen) == {result.run}
    with a_run(visited.atlas, "pudong") as run:
        assert refused(SOURCE_BUSY, visited).params["run"] == run.id
        visited.atlas.journal.finish_run(run.id, {})
    assert remove(visited).withdrawn == 10


def test_a_run_whose_process_died_does_not_keep_a_source(
    visited: Visited, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = visited.store.begin("pudong", full=True, bookmark=None)
    refused(SOURCE_BUSY, visited)
    monkeypatch.setattr("catalog_service.sources.harvests.lease_store.is_dead", lambda _owner: True)
    remove(visited)
    assert visited.atlas.journal.run(begun.id).status == "failed"


def test_nothing_is_taken_from_it_any_more(visited: Visited) -> None:
    visited.run()
    remove(visited)
    house = visited.house
    for write in (
        lambda: house.submit("pudong", [portal("A1", "回来了")]),
        lambda: visited.atlas.catalog.withdraw(["A1"], _submission()),
        lambda: visited.atlas.journal.put_source("pudong", paused=True),
        lambda: connect(visited.atlas, "pudong", kind="push", given={}),
    ):
        with pytest.raises(AtlasError) as caught:
            write()
        assert caught.value.kind is SOURCE_REMOVED
    with pytest.raises(AtlasError) as caught:
        visited.run()
    assert caught.value.kind in (SOURCE_REMOVED, NOT_HARVESTED)
    assert states(visited) == {"withdrawn"}


def test_a_write_that_began_before_the_removal_is_refused(visited: Visited) -> None:
    intake = visited.atlas.catalog.intake(_submission())
    remove(visited)
    item = visited.platform.fetch(Entry("A1"))
    with pytest.raises(AtlasError) as caught:
        list(intake.take([item]))
    assert caught.value.kind is SOURCE_REMOVED
    assert visited.atlas.journal.list_records(source="pudong") == []


def test_one_that_died_on_its_way_is_gone_on_with(
    visited: Visited, monkeypatch: pytest.MonkeyPatch
) -> None:
    visited.run()
    with monkeypatch.context() as broken, pytest.raises(MemoryError):
        broken.setattr("catalog_service.catalog.catalog.BATCH_ITEMS", 4)

        def die(*given: Any) -> Any:
            if given[2][0] != "A0":
                raise MemoryError
            return change(*given)

        change = lifecycle_changes.change
        broken.setattr(lifecycle_changes, "change", die)
        remove(visited)
    assert states(visited) == {"active", "withdrawn"}
    refused(SOURCE_HAS_RECORDS, visited, withdraw=False)
    assert remove(visited).withdrawn == 6
    assert states(visited) == {"withdrawn"}


def test_taken_back_its_datasets_have_their_iris_and_histories(visited: Visited) -> None:
    visited.run()
    remove(visited)
    connect(
        visited.atlas,
        "pudong",
        kind="district",
        url="https://pudong.example/",
        restore=True,
        given={},
    )
    visited.set()
    assert visited.counted(visited.run())["revived"] == 10
    history = visited.atlas.journal.history(mint_iri(BASE, "pudong", "A1"))
    assert [one.kind for one in history] == ["created", "withdrawn", "revived"]
    assert visited.atlas.journal.inspect().damages == []


def test_one_that_never_was(visited: Visited) -> None:
    with pytest.raises(AtlasError) as caught:
        remove_source(visited.atlas, "none", withdraw=True, actor="test")
    assert caught.value.kind is UNKNOWN_SOURCE


def test_by_the_api_and_on_the_pages(own_site: Site) -> None:
    house, client = own_site
    admin = house.token("admin")
    address = "/api/v1/sources/city"
    assert client.delete(address).status_code == 401
    steward = house.token("steward:city", "write:city")
    assert client.delete(address, headers=steward).status_code == 403
    busy = client.delete(address, headers=admin)
    assert (busy.status_code, busy.json()["code"]) == (409, "source-has-records")
    done = client.delete(address, headers=admin, params={"withdraw": "true", "reason": "并入"})
    assert done.status_code == 200, done.text
    assert done.json()["withdrawn"] == 6
    house.project()
    assert client.get("/api/v1/datasets/city/BUS1").status_code == 410
    assert client.get("/dataset/city/BUS1", headers=HTML).status_code == 410
    # What the public never saw has no tombstone either.
    assert client.get("/api/v1/datasets/city/CLOSED").status_code == 404
    assert [one["id"] for one in client.get("/api/v1/sources").json()["sources"]] == ["strict"]
    one = client.get(address).json()
    assert (one["freshness"]["step"], one["removed"]) == ("removed", done.json()["removed"])
    assert "已移除" in client.get("/sources/city", headers=HTML).text
    assert "/sources/city" not in client.get("/sources", headers=HTML).text
    written = client.put(
        "/api/v1/sources/city/records/NEW",
        json=portal("NEW", "新的线路"),
        headers=house.token("write"),
    )
    assert (written.status_code, written.json()["code"]) == (409, "source-removed")
    visit = client.post(f"{address}/harvest", headers=admin)
    assert (visit.status_code, visit.json()["code"]) == (409, "source-removed")
    again = client.delete(address, headers=admin).json()
    assert (again["already_removed"], again["withdrawn"]) == (True, 0)
    again = client.post("/api/v1/sources", json={"id": "city"}, headers=admin)
    assert (again.status_code, again.json()["code"]) == (409, "source-removed")
    assert client.put(address, json={"title": "市"}, headers=admin).status_code == 409
    back = client.put(address, json={"restore": True}, headers=admin)
    assert (back.status_code, back.json()["removed"]) == (200, None)


def test_a_removal_that_died_midway_is_told(tmp_path: Path) -> None:
    atlas = Cli(tmp_path)
    file = tmp_path / "one.jsonl"
    file.write_text('{"id": "1", "title": "公园名录", "is_open": "无条件开放"}\n', "utf-8")
    assert atlas("import", file, "--source", "parks", "--json").json["created"] == 1
    assert "none is unfinished" in atlas("doctor", LANG="en").out
    with Atlas(Settings(home=tmp_path / "var")) as service:
        # The process ends between noting it and withdrawing the records.
        service.journal.remove_source("parks", beside=lambda _connection: None)
    told = atlas("doctor", LANG="en")
    assert told.code == 1
    assert "1 record is not withdrawn yet: run `atlas source remove parks --withdraw`" in told.out
    atlas("source", "remove", "parks", "--withdraw")
    assert "none is unfinished" in atlas("doctor", LANG="en").out


def test_by_the_command_line(tmp_path: Path) -> None:
    atlas = Cli(tmp_path)
    file = tmp_path / "one.jsonl"
    file.write_text('{"id": "1", "title": "公园名录", "is_open": "无条件开放"}\n', "utf-8")
    assert atlas("import", file, "--source", "parks", "--json").json["created"] == 1
    assert atlas("source", "show", "parks", "--json").json["rules"] != []
    refused = atlas("source", "remove", "parks")
    assert refused.code == 3
    assert "source-has-records" in refused.err
    done = atlas("source", "remove", "parks", "--withdraw", "--json")
    assert (done.code, done.json["source"], done.json["withdrawn"]) == (0, "parks", 1)
    assert done.json["already_removed"] is False
    assert atlas("source", "show", "parks", "--json").json["rules"] == []
    again = atlas("source", "remove", "parks", LANG="en").out
    assert "already removed on" in again and "nothing was left" in again
    assert atlas("source", "remove", "parks", "--json").json["already_removed"] is True
    (line,) = [
        one
        for one in atlas("source", "list", "--all", LANG="en").out.splitlines()
        if "parks" in one
    ]
    assert "removed" in line
    assert atlas("search", "公园", "--json").json["total"] == 0
    assert atlas("source", "list", "--json").json["sources"] == []
    assert [one["id"] for one in atlas("source", "list", "--all", "--json").json["sources"]] == [
        "parks"
    ]
    assert "removed" in atlas("source", "show", "parks").out
    assert "source-removed" in atlas("import", file, "--source", "parks").err
    assert "source-removed" in atlas("source", "add", "parks").err
    assert atlas("source", "add", "parks", "--restore").code == 0
    assert atlas("import", file, "--source", "parks", "--json").json["updated"] == 1


def _submission() -> Submission:
    return Submission("pudong", "test")
