"""Graph and index deleted or damaged, by themselves and under a running service; other journals."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fixtures.command import Cli
from tests.fixtures.live_files import change_files, live_files
from tests.fixtures.lives import ATLAS, Life, environment, run, versions
from tests.fixtures.service import serving, worker_of
from tests.fixtures.waiting import until

pytestmark = pytest.mark.slow

KILLS = min(20, int(os.environ.get("ATLAS_CRASHES", "2")))
QUERY = "ASK { GRAPH ?g { ?s ?p ?o } }"


def atlas(home: Path, *arguments: str) -> tuple[int, dict[str, Any], str]:
    """Run a command; return its exit code, its JSON and what it said."""
    done = Cli(home.parent)(*arguments, "--json", ATLAS_HOME=str(home))
    assert "Traceback" not in done.err, done.err
    return done.code, done.json if done.out else {}, done.err


def file_of(folder: Path, name: str, numbers: range, version: int = 0) -> Path:
    path = folder / name
    current = dict.fromkeys(numbers, version) if version else {}
    path.write_bytes(b"".join(line + b"\n" for line in versions(numbers, current)))
    return path


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a list, and a data folder into which it was imported; each test copies it."""
    made = tmp_path_factory.mktemp("imported")
    run([str(file_of(made, "first.jsonl", range(60))), "city"], made / "home")
    return made


@pytest.fixture
def home(imported: Path, tmp_path: Path) -> Path:
    shutil.copytree(imported, tmp_path, dirs_exist_ok=True)
    return tmp_path / "home"


def _away(path: Path) -> None:
    """Delete a file or folder; what works on it may put something back meanwhile, so try again."""
    if not path.is_dir():
        path.unlink(missing_ok=True)
        return
    for _ in range(99):
        shutil.rmtree(path, ignore_errors=True)
        if not path.exists():
            return
    shutil.rmtree(path)


def delete(*names: str) -> Callable[[Path], None]:
    def lose(home: Path) -> None:
        for name in names:
            for path in live_files(home, name):
                _away(path)

    return lose


def _damaged(path: Path) -> None:
    # As a new file: one that is mapped into memory must not become shorter.
    beside = path.with_name("damaged")
    beside.write_bytes(bytes(byte ^ 0x5A for byte in path.read_bytes()))
    beside.replace(path)


def damage(*names: str) -> Callable[[Path], None]:
    def lose(home: Path) -> None:
        for name in names:
            change_files(home, name, _damaged)

    return lose


LOSSES: dict[str, Callable[[Path], None]] = {
    "the index": delete("index"),
    "the index's pointer": delete("index/v*/current"),
    "the index's list of files": damage("index/v*/g*/meta.json"),
    "the index's documents": damage("index/v*/g*/*.store"),
    "the graph": delete("graph"),
    "the graph's database": delete("graph/store-*"),
    "the snapshots": delete("graph/snapshots"),
    "the snapshots' pointer": damage("graph/snapshots/current"),
    "the snapshots' files": damage("graph/snapshots/0*/*.sst"),
    "everything": delete("graph", "index", "projections.json"),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_what_is_lost_is_told_and_the_advice_mends_it(home: Path, loss: str) -> None:
    LOSSES[loss](home)
    database_alone = loss == "the graph's database"  # its readers have their snapshot
    hit = "graph" if "graph" in loss or "snapshots" in loss else "index"
    if not database_alone:
        code, status, _ = atlas(home, "index", "status")
        assert code == 1
        (row,) = (r for r in status["projections"] if r["name"] == hit)
        assert (row["published"], row["lag"]) == (0, status["head"])
        assert "atlas index rebuild" in row["error"]
        code, doctor, _ = atlas(home, "doctor")
        assert code == 3
        assert {c["name"]: c["verdict"] for c in doctor["checks"]}[hit] == "failed"
        arguments = ("search", "停车") if hit == "index" else ("sparql", QUERY)
        code, _, said = atlas(home, *arguments)
        assert code == 3, said
        code, compared, _ = atlas(home, "index", "compare")
        assert code == 1
        (row,) = (r for r in compared["projections"] if r["name"] == hit)
        assert row["missing"] == row["records"] > 0
    assert atlas(home, "index", "rebuild", hit if loss != "everything" else "all")[0] == 0
    assert atlas(home, "index", "status")[0] == 0
    assert atlas(home, "doctor")[0] in (0, 1)  # 1: little space on the disk
    assert atlas(home, "search", "")[1]["total"] > 0
    code, answer, _ = atlas(home, "sparql", QUERY)
    assert (code, answer["boolean"]) == (0, True)
    assert atlas(home, "index", "compare", "--deep")[0] == 0


@pytest.mark.parametrize("loss", ["the index", "the graph", "everything"])
@pytest.mark.parametrize("command", ["import", "repair"])
def test_an_import_without_news_and_a_repair_mend_it_too(
    home: Path, loss: str, command: str
) -> None:
    LOSSES[loss](home)
    if command == "import":
        again = str(home.parent / "first.jsonl")
        assert atlas(home, "import", again, "--source", "city")[1]["unchanged"] == 60
    else:
        code, found, _ = atlas(home, "index", "compare", "--repair")
        assert code == 0
        repaired = {p["name"]: p["repaired"] for p in found["projections"]}
        records = found["projections"][0]["records"]
        lost = {"the index": {"index"}, "the graph": {"graph"}}.get(loss, {"graph", "index"})
        assert repaired == {n: records if n in lost else 0 for n in ("graph", "index")}
    assert atlas(home, "index", "compare", "--deep")[0] == 0


def works(client: httpx.Client) -> bool:
    search = client.get("/api/v1/search", params={"limit": 1})
    ask = client.get("/sparql", params={"query": QUERY}, headers={"Accept": "application/json"})
    return (
        search.status_code == ask.status_code == 200
        and search.json()["total"] > 0
        and ask.json()["boolean"]
    )


def test_a_running_service_brings_everything_back_by_itself(home: Path) -> None:
    with serving(home) as (supervisor, url), httpx.Client(base_url=url, timeout=60) as client:
        until(lambda: works(client), "the service")
        worker = worker_of(supervisor).pid
        for loss, lose in LOSSES.items():
            lose(home)
            until(lambda: works(client), f"{loss} to come back for those who ask here")
            until(lambda: atlas(home, "index", "status")[0] == 0, f"{loss} to come back")
            code, found, _ = atlas(home, "index", "compare", "--deep")
            assert code == 0, (loss, found)
        assert worker_of(supervisor).pid == worker, "none of it ended the worker"


@contextmanager
def searching(url: str) -> Iterator[list[str]]:
    """Search all the time; yield what went wrong."""
    wrong: list[str] = []
    asked: list[int] = []
    over = threading.Event()

    def ask() -> None:
        with httpx.Client(base_url=url, timeout=60) as client:
            while not over.is_set():
                answer = client.get("/api/v1/search", params={"limit": 1})
                asked.append(answer.status_code)
                if answer.status_code != 200 or not answer.json()["total"]:
                    wrong.append(f"{answer.status_code} {answer.text[:200]}")

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield wrong
    finally:
        over.set()
        thread.join()
    assert len(asked) > 10


def test_rebuilding_and_repairing_beside_a_running_service(home: Path) -> None:
    with serving(home) as (supervisor, url):
        worker = worker_of(supervisor).pid
        with searching(url) as wrong:
            for name in ("index", "graph", "all"):
                code, told, _ = atlas(home, "index", "rebuild", name)
                assert code == 0
                assert told["rebuilt"] == (["graph", "index"] if name == "all" else [name])
            assert atlas(home, "index", "compare", "--repair", "--deep")[0] == 0
        assert wrong == []
        log = (home / "serve.log").read_text("utf-8")
        assert log.count('"event": "projection-rebuilt"') == 4, "the worker did it"
        assert worker_of(supervisor).pid == worker
    assert not any((home / "projections.requests").iterdir()), "a request is left"


def test_a_rebuild_that_is_killed_is_taken_up_again(home: Path) -> None:
    chance = random.Random(20260903)
    with serving(home) as (supervisor, url), searching(url) as wrong:
        for _ in range(KILLS):
            asking = subprocess.Popen(
                [*ATLAS, "index", "rebuild"], env=environment(home), stdout=subprocess.DEVNULL
            )
            worker = worker_of(supervisor)
            until(lambda: any(home.glob("projections.requests/*")), "the request")
            time.sleep(chance.random() * 0.2)
            worker.kill()
            assert asking.wait(120) == 0
        assert wrong == []
        assert atlas(home, "index", "compare", "--deep")[0] == 0


def test_a_restored_journal_that_has_grown_again_is_another_one(tmp_path: Path, home: Path) -> None:
    backup = tmp_path / "backup.sqlite"
    shutil.copy(home / "journal.sqlite", backup)
    run([str(file_of(tmp_path, "lost.jsonl", range(60, 90))), "city"], home)
    for path in home.glob("journal.sqlite*"):
        path.unlink()
    shutil.copy(backup, home / "journal.sqlite")
    # As many changes as were lost, and others: the numbers alone would tell nothing.
    other = str(file_of(tmp_path, "other.jsonl", range(200, 230)))
    run([other, "city"], home)
    life = Life(home)
    life.head = 90
    life.compare()


def test_another_journal_in_its_place_is_noticed(tmp_path: Path, home: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    run([str(file_of(tmp_path, "other.jsonl", range(100, 160))), "city"], elsewhere)
    for path in home.glob("journal.sqlite*"):
        path.unlink()
    shutil.copy(elsewhere / "journal.sqlite", home / "journal.sqlite")
    code, status, _ = atlas(home, "index", "status")
    assert code == 1
    assert [row["code"] for row in status["projections"]] == ["projection-foreign"] * 2
    with serving(home) as (_, url), httpx.Client(base_url=url, timeout=60) as client:
        until(lambda: works(client), "the service")
        until(lambda: atlas(home, "index", "status")[0] == 0, "the new journal to be shown")
        assert atlas(home, "index", "compare", "--deep")[0] == 0
