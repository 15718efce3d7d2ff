"""Dumps that are made anew: what they are withheld for, what went meanwhile, and by whose turn."""

from __future__ import annotations

import shutil
from array import array
from pathlib import Path
from threading import Event

import anyio
import httpx
import pytest
from structlog.testing import capture_logs

from catalog_service.atlas import Atlas
from catalog_service.dumps import nightly, work
from catalog_service.dumps.model import DumpFile, Manifest
from catalog_service.dumps.open_file import OpenFileResponse
from tests.catalog_service.dumps.test_dumps import CITY, Site, text
from tests.fixtures.web import own_site, portal

__all__ = ["own_site"]


def test_what_a_dump_was_made_anew_without_is_dropped_by_the_next(own_site: Site) -> None:
    house, client = own_site
    first = work.create(house.atlas)
    house.submit("city", [portal("BUS1", "公交线路", is_open="非开放")])
    (renewed,) = work.renew(house.atlas)
    house.withdraw("city", "COND")
    # Of the same day and snapshot, whose revisions before held both.
    again = work.create(house.atlas)
    assert (again.name, renewed.revision, again.revision) == (first.name, 2, 3)
    withdrawn = house.atlas.dumps.shelf.withdrawn(again)
    assert withdrawn == {f"{CITY}/BUS1", f"{CITY}/COND"}
    house.submit("city", [portal("BUS1", "公交线路回来")])
    house.project()
    second = work.create(house.atlas)
    assert second.since == first.name
    dropped = text(client, second, "dropped.txt").split("\n")
    assert {f"{CITY}/BUS1", f"{CITY}/COND"} <= set(dropped)


def test_a_file_that_went_while_it_was_asked_for_is_being_renewed(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, client = own_site
    made = work.create(house.atlas)
    found = house.atlas.dumps.file(made, "catalog.nq.gz")

    def renewed(manifest: Manifest, name: str) -> tuple[DumpFile, Path]:
        """Find the file as a request does just before the dump is made anew."""
        shutil.rmtree(found[1].parent)
        return found

    monkeypatch.setattr(house.atlas.dumps, "file", renewed)
    answer = client.get(f"/dumps/{made.name}/catalog.nq.gz")
    assert (answer.status_code, answer.json()["code"]) == (503, "dump-renewed")
    assert answer.headers["retry-after"] == "1"


def test_an_open_file_is_sent_whole_though_it_was_removed(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(200_000))
    opened = path.open("rb")
    answer = OpenFileResponse(opened, {}, "application/zstd")
    path.unlink()

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(answer)) as web:
            return await web.get("http://here/")

    assert anyio.run(ask).content == bytes(200_000)
    assert opened.closed


def test_what_ended_is_looked_at_once(own_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    house, client = own_site
    work.create(house.atlas)
    # In no dump: each request must know this, and none must read for it what the last one has.
    house.submit("city", [portal("NEW", "新的线路")])
    house.withdraw("city", "NEW")
    offer, shelf = house.atlas.dumps.offer, house.atlas.dumps.shelf
    reads: list[str] = []
    digests = shelf.digests

    def counted(manifest: Manifest) -> array[int]:
        reads.append(manifest.name)
        return digests(manifest)

    monkeypatch.setattr(shelf, "digests", counted)
    for _ in range(3):
        assert len(client.get("/api/v1/dumps").json()["dumps"]) == 1
    assert len(reads) == 1
    (manifest,) = shelf.manifests()
    house.withdraw("city", "COND")
    assert offer.is_withheld(manifest) and offer.is_withheld(manifest)
    assert len(reads) == 2
    # What it is made anew without is asked for whole.
    house.submit("city", [portal("BUS1", "公交线路", is_open="非开放")])
    assert offer.holds_ended(manifest) == {f"{CITY}/COND", f"{CITY}/BUS1"}
    (renewed,) = work.renew(house.atlas)
    assert offer.stands(renewed) and not offer.stands(manifest)


def test_a_dump_that_cannot_be_made_keeps_none_from_being_renewed(own_site: Site) -> None:
    house = own_site[0]
    jobs: list[str] = []
    hours = [24, 0, 0]

    class Stop(Event):
        def wait(self, timeout: float | None = None) -> bool:
            if hours:
                house.clock.step(60 * hours.pop(0))
            return not hours

    def perform(atlas: Atlas, job: nightly.Job, stop: Event) -> None:
        jobs.append(job)

    work.create(house.atlas)
    house.withdraw("city", "COND")
    nightly.run(house.atlas, Stop(), perform=perform)
    assert jobs == ["create", "renew"]


def test_a_job_that_fails_is_logged(own_site: Site) -> None:
    house = own_site[0]
    with house.atlas.dumps.shelf.locked(), capture_logs() as logs:
        nightly.in_a_process(house.atlas, "create", Event())
    assert {"event": "dump-job-failed", "job": "create", "returned": 1}.items() <= logs[-1].items()
