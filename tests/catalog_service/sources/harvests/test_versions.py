"""Lists of versions: of each dataset the newest counts, in whatever order and process they come."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from catalog_service.sources.connection.harvest_settings import HarvestSettings
from catalog_service.sources.harvests.model import HarvestResult, HarvestRun
from catalog_service.sources.harvests.service import harvest
from harvesters.platforms.protocol import Connection
from harvesters.platforms.registry import connect
from ontology.record import mint_iri
from ontology.vocabulary import load_vocabulary
from tests.catalog_service.sources.harvests.visited import Visited
from tests.fixtures.web import BASE
from tests.harvesters.platforms.memory import NOW, ROOT, Memory
from tests.harvesters.platforms.test_ldes import Stream, member, relation


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def visited(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Visited]:
    more: dict[str, Any] = {}
    if request.param == "postgresql":
        more["database_url"] = request.getfixturevalue("empty_postgres")
    one = Visited(tmp_path, **more)
    with one.atlas:
        one.atlas.journal.put_source("stream", kind="ldes", url=f"{ROOT}/ldes")
        one.store.put_source("stream", HarvestSettings(), None)
        yield one


def misleading() -> Stream:
    """Fragments whose relations lead to the newer versions first."""
    return Stream(
        ldes=relation("ldes", "new", 1) + relation("ldes", "old", 5) + member("z", 1, "另"),
        new=member("a", 9, "甲新") + member("b", 8) + member("c", 7, "丙") + member("e", 9, "戊"),
        old=member("a", 2, "甲旧") + member("b", 3, "乙") + member("c", 4) + member("d", 2, "丁"),
    )


def run(visited: Visited, stream: Stream, **more: Any) -> HarvestResult:
    """Harvest with a platform of its own, as another process has one."""
    connection = Connection(
        "stream", f"{ROOT}/ldes", Memory(stream), BASE, load_vocabulary(), {}, lambda: NOW
    )
    platform = connect("ldes", connection)
    return harvest(visited.atlas, "stream", actor="test", platform=platform, **more)


def titles(visited: Visited) -> dict[str, str]:
    found = {}
    for state in visited.atlas.journal.list_records(source="stream", state="active"):
        record = visited.atlas.journal.get(state.iri)
        assert record is not None and record.nquads is not None
        (found[state.remote_id],) = (
            line.split('"')[1] for line in record.nquads.splitlines() if "/terms/title>" in line
        )
    return found


RIGHT = {"a": "甲新", "c": "丙", "d": "丁", "e": "戊", "z": "另"}


def test_an_older_version_in_a_later_fragment_is_passed_over(visited: Visited) -> None:
    result = run(visited, misleading())
    assert (result.status, visited.counted(result)) == ("done", {"read": 5, "created": 5})
    assert titles(visited) == RIGHT
    history = visited.atlas.journal.history(mint_iri(BASE, "stream", "a"))
    assert [one.kind for one in history] == ["created"]


@pytest.mark.parametrize("pages", [1, 2])
def test_also_by_the_process_that_goes_on_with_the_run(visited: Visited, pages: int) -> None:
    done: list[HarvestRun] = []
    left = run(visited, misleading(), stopped=lambda: len(done) >= pages, progress=done.append)
    assert left.status == "stopped"
    result = run(visited, misleading())
    assert (result.run, result.status) == (left.run, "done")
    assert titles(visited) == RIGHT


def test_a_dry_run_tells_of_the_newest_only(visited: Visited) -> None:
    result = run(visited, misleading(), dry_run=True)
    assert sorted((one.remote_id, one.status) for one in result.differences) == [
        (name, "created") for name in sorted(RIGHT)
    ]


def test_what_was_here_and_ended_stays_ended(visited: Visited) -> None:
    first = Stream(ldes=member("a", 1, "甲") + member("b", 1, "乙"))
    run(visited, first)
    later = Stream(
        ldes=first.pages["ldes"] + relation("ldes", "new", 1) + relation("ldes", "old", 5),
        new=member("b", 9),
        old=member("b", 6, "乙旧") + member("a", 6, "甲二"),
    )
    result = run(visited, later)
    assert (result.status, result.counters["missing"]) == ("done", 1)
    assert titles(visited) == {"a": "甲二"}
    # And what ended comes back by a version that is newer still.
    later.pages["new"] += member("b", 11, "乙回")
    assert run(visited, later).counters["revived"] == 1
    assert titles(visited) == {"a": "甲二", "b": "乙回"}


def test_what_was_never_here_is_not_remembered(visited: Visited) -> None:
    run(visited, misleading())
    assert visited.store.told_gone("stream") == []
    with visited.atlas.journal.reading_tables() as connection:
        rows = connection.exec_driver_sql(
            "SELECT remote_id FROM harvest_entries WHERE source = 'stream' ORDER BY remote_id"
        )
        assert [row[0] for row in rows] == sorted(RIGHT)
