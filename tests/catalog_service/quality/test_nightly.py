"""What leaves the service at night: bounded, in order, going on after a kill, ended at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from catalog_service.quality import nightly
from catalog_service.quality.addresses.keeping import states_of
from catalog_service.quality.data import fetching
from catalog_service.quality.data.night import Night, in_order
from catalog_service.quality.service import (
    ask_addresses,
    last_measured,
    profile_data,
    profiles_of,
)
from catalog_service.settings import Settings
from harvesters.platforms.politeness import Politeness
from tests.catalog_service.quality.answering import answering, named
from tests.catalog_service.quality.test_addresses import LOCAL, QUICK, on
from tests.catalog_service.quality.test_addresses import turtle as record
from tests.catalog_service.quality.test_data_kept import CSV, TODAY, platform, turtle
from tests.fixtures.records import BASE
from tests.fixtures.waiting import until
from tests.fixtures.web import House

ROOT = Path(__file__).resolve().parents[3]
ASKING = """
import sys
from pathlib import Path
from tests.catalog_service.quality.test_addresses import LOCAL, QUICK
from catalog_service.quality.service import ask_addresses
from dataclasses import replace
from tests.fixtures.web import House
with (house := House(Path(sys.argv[1]), quality_links=sys.argv[2])).atlas:
    ask_addresses(house.atlas, allow=LOCAL, manners=replace(QUICK, answer=300))
"""


def test_what_was_asked_before_a_kill_is_not_asked_again(tmp_path: Path) -> None:
    with answering({}) as server:
        seen: list[str] = []

        def third_hangs(path: str) -> Any:
            def told(method: str) -> tuple[int, dict[str, str]]:
                seen.append(path)
                if len(seen) == 3:
                    server.lets_go.wait(300)
                return 204, {}

            return told

        paths = [f"/{number}" for number in range(6)]
        server.answers |= {path: third_hangs(path) for path in paths}
        urls = [f"{server.url}{path}" for path in paths]
        with (house := House(tmp_path, quality_links=named(server))).atlas:
            house.submit_turtle("city", record("A", *urls[:3]))
            house.submit_turtle("city", record("B", *urls[3:]))
        child = subprocess.Popen(
            [sys.executable, "-c", ASKING, str(tmp_path), named(server)], cwd=ROOT
        )
        try:
            until(lambda: len(seen) == 3, "the third request")
        finally:
            os.kill(child.pid, signal.SIGKILL)
            child.wait()
        server.lets_go.set()
        with (house := House(tmp_path, quality_links=named(server))).atlas:
            assert len(states_of(house.atlas)) == 2
            assert ask_addresses(house.atlas, allow=LOCAL, manners=QUICK).answered == 4
            assert len(states_of(house.atlas)) == 6
        # The one that was under way alone was asked twice.
        assert sorted(seen) == sorted([*paths, seen[2]])


def test_the_worker_asks_and_fetches_once_a_night(tmp_path: Path) -> None:
    old = tmp_path / "atlas-fetched-old"
    old.mkdir()
    os.utime(old, (0, 0))
    with platform({"/a.csv": CSV.encode()}) as (url, asked):
        house = House(
            tmp_path,
            quality_links=url.removeprefix("http://"),
            quality_fetch=True,
            quality_fetch_hosts=url.removeprefix("http://"),
        )
        with house.atlas:
            on(house, TODAY)
            house.submit_turtle("city", turtle(url, "a"))
            iri = house.atlas.journal.states("city", ["a"])["a"].iri
            stop = threading.Event()
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(nightly.tempfile, "tempdir", str(tmp_path))
                task = threading.Thread(
                    target=nightly.run,
                    args=(house.atlas, stop),
                    kwargs={"look_every": 0.01, "allow": LOCAL},
                )
                task.start()
                try:
                    until(lambda: last_measured(house.atlas), "the day to be measured")
                finally:
                    stop.set()
                    task.join(30)
            assert not task.is_alive() and not old.exists()
            [kept] = profiles_of(house.atlas, iri)
            assert kept.profile is not None and len(states_of(house.atlas)) == 1
            # A HEAD is not served there, and so the first byte was asked for; then the file.
            assert asked == ["/robots.txt", "/a.csv", "/a.csv"]


def test_a_task_ends_at_once_where_nothing_is_allowed_or_the_service_stops(
    tmp_path: Path,
) -> None:
    with (house := House(tmp_path, quality_fetch=True)).atlas:
        nightly.run(house.atlas, threading.Event())
    with (
        answering({"/hang": (200, {})}) as server,
        (house := House(tmp_path / "b", quality_links=named(server))).atlas,
    ):
        url = f"{server.url}/hang"
        house.submit_turtle("city", record("A", url, url, url))
        stop = threading.Event()
        task = threading.Thread(
            target=nightly.run, args=(house.atlas, stop), kwargs={"allow": LOCAL}
        )
        task.start()
        until(lambda: "HEAD /hang" in server.asked, "the address to be asked")
        began = time.monotonic()
        stop.set()
        task.join(30)
        assert not task.is_alive() and time.monotonic() - began < 10
        # What was broken off says nothing of the address.
        assert states_of(house.atlas) == {}


def test_a_night_of_files_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "_POLITENESS", Politeness(per_second=None, attempts=1))
    files = {f"/{name}.csv": CSV.encode() for name in "abc"}
    with platform(files) as (url, asked), (house := House(tmp_path, quality_fetch=True)).atlas:
        for name in "abc":
            house.submit_turtle("city", turtle(url, name))
        house.project()

        def look(day: int, files: int = 1, size: int = 1_000, hosts: str = "") -> int:
            on(house, TODAY + timedelta(day))
            night = Night(hosts or url.removeprefix("http://"), files, size, 60.0)
            done = profile_data(house.atlas, night=night, allow=LOCAL)
            return done.profiled + done.failed

        assert look(0, hosts="other.example") == 0
        # A second run of the same night has no more than the first left over.
        assert [look(0), look(0), look(0, files=2)] == [1, 0, 1]
        # One that was never looked at comes before those that were.
        assert look(1) == 1 and sorted(asked) == ["/a.csv", "/b.csv", "/c.csv"]
        # What does not fit into the rest of a night is told of in none, and waits for another.
        assert look(40, files=3, size=len(CSV.encode()) + 1) == 1
        # What is larger than a whole night is told.
        assert look(80, files=1, size=5) == 1
        reasons = {
            kept.reason
            for name in "abc"
            for kept in profiles_of(
                house.atlas, house.atlas.journal.states("city", [name])[name].iri
            )
        }
        assert reasons == {"", "answer-too-large"}


def test_files_that_changed_or_are_new_come_first() -> None:
    def stored(name: str, day: int) -> Any:
        class Record:
            iri = f"{BASE}/{name}"
            changed = datetime(2026, 9, day, 4, tzinfo=UTC)

        return Record

    seen = {f"{BASE}/{name}": date(2026, 9, day) for name, day in (("a", 5), ("b", 4), ("c", 3))}
    records = [stored("a", 1), stored("b", 1), stored("c", 9), stored("d", 1)]
    assert [iri[-1] for iri in in_order(records, seen)] == ["d", "c", "b", "a"]


@pytest.mark.parametrize(
    "value",
    [
        "https://a.example",
        "a example",
        "a.example:0,b",
        "a.example:65536",
        "a.example:",
        "[::1",
        "::1:x",
        "a:1:2",
        "a/b",
    ],
)
def test_a_host_is_no_address(value: str) -> None:
    with pytest.raises(ValueError, match="no host name"):
        Settings(quality_links=value)
    assert Settings(quality_links=" A.example:80 , *,").quality_links == "a.example:80,*"
