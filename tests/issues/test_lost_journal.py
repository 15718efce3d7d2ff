"""An empty new journal where graph and index come from another is refused until it is meant."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import httpx
import pytest

from catalog_service.accounts.tokens import Tokens
from catalog_service.atlas import Atlas
from catalog_service.clock import SystemClock
from catalog_service.journal import Journal
from catalog_service.settings import Settings
from ontology.errors import AtlasError
from tests.fixtures.command import LIST, ROOT, Cli
from tests.fixtures.service import serving
from tests.fixtures.waiting import until

pytestmark = pytest.mark.slow
RECORDS = 16


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    done = Cli(folder)("import", LIST, "--source", "jtw", "--json")
    assert done.json["created"] == RECORDS
    return folder


@pytest.fixture
def atlas(made: Path, tmp_path: Path) -> Cli:
    folder = tmp_path / "own"
    shutil.copytree(made, folder)
    return Cli(folder)


def home_of(atlas: Cli) -> Path:
    return atlas.home / "var"


def lose(home: Path) -> None:
    for path in home.glob("journal.sqlite*"):
        path.unlink()


def public(home: Path) -> tuple[int, int]:
    """Return how many records graph and index show, whatever the journal says."""
    with Atlas(Settings(home=home)) as atlas:
        graph, index = (list(atlas.published(name).hashes()) for name in ("graph", "index"))
    return len(graph), len(index)


COMMANDS = [
    ("import", LIST, "--source", "other"),
    ("index", "rebuild"),
    ("search", "停车"),
    ("serve", "--port", "0"),
]


@pytest.mark.parametrize("kind", ["deleted", "emptied", "new"])
def test_an_empty_journal_is_not_opened_beside_another_ones_records(atlas: Cli, kind: str) -> None:
    home = home_of(atlas)
    lose(home)
    if kind == "emptied":
        (home / "journal.sqlite").touch()
    elif kind == "new":
        Journal.open(f"sqlite:///{home / 'journal.sqlite'}", SystemClock()).close()
    for create in (True, False):
        with Atlas(Settings(home=home), create=create) as opened:
            with pytest.raises(AtlasError) as caught:
                _ = opened.journal
            assert caught.value.code == "journal-lost"
            assert caught.value.params["shown"] == RECORDS
            assert "--new-journal" in caught.value.message("zh")
    if kind == "deleted":
        assert not (home / "journal.sqlite").exists(), "no empty journal is made"
    assert public(home) == (RECORDS, RECORDS)


def test_no_command_wipes_the_last_public_copy(atlas: Cli) -> None:
    home = home_of(atlas)
    lose(home)
    for command in COMMANDS:
        run = atlas.process if command[0] == "serve" else atlas
        done = run(*command)
        assert done.code == 3, (command, done.out, done.err)
        assert "journal-lost" in done.err, (command, done.err)
    doctor = atlas("doctor", "--json")
    assert doctor.code == 3
    told = {check["name"]: check for check in doctor.json["checks"]}
    assert told["journal"]["verdict"] == "failed"
    assert "journal-lost" in told["journal"]["detail"]
    assert public(home) == (RECORDS, RECORDS)
    assert not (home / "journal.sqlite").exists(), "no empty journal is made"


def test_a_backup_put_back_goes_on(atlas: Cli, tmp_path: Path) -> None:
    home = home_of(atlas)
    backup = shutil.copy(home / "journal.sqlite", tmp_path / "backup.sqlite")
    lose(home)
    shutil.copy(backup, home / "journal.sqlite")
    assert atlas("import", LIST, "--source", "jtw", "--json").json["unchanged"] == RECORDS
    assert atlas("index", "compare", "--deep").code == 0


def test_the_operator_may_say_that_an_empty_journal_is_meant(atlas: Cli) -> None:
    home = home_of(atlas)
    lose(home)
    done = atlas("index", "rebuild", "--new-journal", "--json")
    assert done.code == 0, done.err
    assert public(home) == (0, 0)
    assert atlas("import", LIST, "--source", "jtw", "--json").json["created"] == RECORDS
    assert public(home) == (RECORDS, RECORDS)


def test_it_is_said_for_graph_and_index_together(atlas: Cli) -> None:
    assert atlas("index", "rebuild", "graph", "--new-journal").code == 2


def test_a_first_start_needs_no_word(tmp_path: Path) -> None:
    with Atlas(Settings(home=tmp_path / "fresh")) as atlas:
        atlas.journal.put_source("first")
        assert atlas.journal.head() == 0


@pytest.fixture
def token(atlas: Cli) -> str:
    journal = atlas.journal()
    made = Tokens(journal, SystemClock()).create("test", ["write:jtw"]).secret
    journal.close()
    return made


def test_a_running_service_refuses_keeps_and_goes_on(atlas: Cli, token: str) -> None:
    home = home_of(atlas)
    first = sorted((ROOT / "examples" / "city").glob("portal-*.jsonl"))[0]
    record = json.loads(first.read_text("utf-8").splitlines()[0])
    headers = {"Authorization": f"Bearer {token}"}
    with serving(home) as (_, url), httpx.Client(base_url=url, timeout=60) as client:

        def put(name: str) -> int:
            body = {**record, "id": name}
            answer = client.put(f"/api/v1/sources/jtw/records/{name}", json=body, headers=headers)
            if answer.status_code == 503:
                assert answer.json()["code"] in {
                    "journal-vanished",
                    "journal-replaced",
                    "journal-lost",
                }
            return answer.status_code

        def ready() -> bool:
            return client.get("/health/ready").status_code == 200

        until(ready, "the service")
        assert put("before") == 201
        until(lambda: total(client) == RECORDS + 1, "the record to be shown")
        aside = home / "aside"
        aside.mkdir()
        for path in home.glob("journal.sqlite*"):
            path.rename(aside / path.name)
        assert put("lost") == 503
        parts = client.get("/health/ready").json()["parts"]
        assert parts["journal"] == {"ok": False, "reason": "journal-vanished", "figures": {}}
        assert client.get("/health/live").status_code == 200
        assert atlas("import", LIST, "--source", "jtw").code == 3
        assert not (home / "journal.sqlite").exists()
        for path in aside.iterdir():
            path.rename(home / path.name)
        until(lambda: put("after") == 201, "writes to be taken again")
        until(ready, "everything to be well again")
        until(lambda: total(client) == RECORDS + 2, "the next record to be shown")
        # An empty one in its place, made by somebody else: refused, and nothing is wiped.
        lose(home)
        Journal.open(f"sqlite:///{home / 'journal.sqlite'}", SystemClock()).close()
        for _ in range(5):
            assert put("never") == 503
        assert client.get("/health/ready").status_code == 503
        # Until the operator says that it is meant: the running worker empties them.
        assert atlas("index", "rebuild", "--new-journal").code == 0
        assert public(home) == (0, 0)
        until(ready, "the new catalogue")


def total(client: httpx.Client) -> int:
    answer = client.get("/api/v1/search", params={"limit": 1})
    return int(answer.json()["total"]) if answer.status_code == 200 else -1


def test_a_status_of_another_journal_is_enough(tmp_path: Path) -> None:
    (tmp_path / "projections.json").write_text(
        json.dumps({"pid": 1, "projections": [{"name": "graph", "published": 7}]})
    )
    with Atlas(Settings(home=tmp_path)) as atlas, pytest.raises(AtlasError) as caught:
        _ = atlas.journal
    assert caught.value.code == "journal-lost"
    assert caught.value.params["shown"] == 7
