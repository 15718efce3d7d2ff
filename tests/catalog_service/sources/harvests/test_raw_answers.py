"""What a platform answered for a rejected dataset: for a week, for stewards, without persons."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_service.sources.connection.harvest_settings import HarvestSettings
from catalog_service.sources.harvests.model import Problem
from catalog_service.sources.harvests.queries import problems_after
from catalog_service.sources.harvests.raw_answers import (
    MOST_OF_RUN,
    for_stewards,
    forget_expired,
    raw_answer,
)
from catalog_service.sources.harvests.service import harvest
from catalog_service.sources.harvests.store import HarvestStore
from harvesters.platforms.guarded_list import GuardedList
from ontology.errors import AtlasError
from tests.catalog_service.sources.harvests.memory_platform import MemoryPlatform
from tests.fixtures.web import opened


def test_kept_for_a_week_for_stewards(tmp_path: Path) -> None:
    with opened(tmp_path) as (house, client):
        journal, store = house.atlas.journal, HarvestStore(house.atlas.journal, house.clock)
        journal.put_source("pudong", kind="district", url="https://pudong.example/")
        store.put_source("pudong", HarvestSettings(), None)
        platform = MemoryPlatform("pudong")
        platform.put("A1", "A2", update_time="2026-08-20")
        platform.datasets["A2"] |= {"title": "", "linkman": "张三", "phone": "13812345678"}
        guarded = GuardedList(platform, "https://pudong.example/")
        run = harvest(house.atlas, "pudong", actor="test", platform=guarded).run
        assert run is not None
        ((_, problem),) = problems_after(journal, run, -1, 10)
        assert problem.remote_id == "A2" and problem.error["place"]["file"] == "A2"
        path = f"/api/v1/runs/{run}/problems/0/raw"
        refused = [client.get(path), client.get(path, headers=house.token("steward:other"))]
        assert [one.status_code for one in refused] == [401, 403]
        answer = client.get(path, headers=house.token("steward:pudong"))
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert "A2" in answer.text
        assert "张三" not in answer.text and "138" not in answer.text
        house.clock.step(minutes=7 * 24 * 60)
        forget_expired(journal, house.clock)
        with pytest.raises(AtlasError) as caught:
            raw_answer(journal, house.clock, run, 0)
        assert caught.value.code == "no-raw-answer"


def test_a_run_keeps_so_many() -> None:
    problems: list[tuple[Problem, bytes | None]] = [(Problem(None, {}), b"{}")] * 3
    kept = [raw for _, raw in for_stewards(problems, MOST_OF_RUN - 2)]
    assert kept == [b"{}", b"{}", None]
