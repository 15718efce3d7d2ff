"""A record that is not public is acknowledged as such: by the API, an import, the commands."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import orjson
import pytest
from typer.testing import CliRunner

from catalog_service.main import app
from ontology.access_wording import NOT_OPEN
from ontology.terms import DCT
from tests.fixtures.web import House, portal, served

Site = tuple[House, httpx.Client]
ONE = "/api/v1/sources/city/records"
CLOSING = [
    "保密",
    "封闭",
    "closed",
    "private",
    "私密",
    "strictly confidential",
    "仅内部",
    "无法开放：系统尚未建成",
    "非开放（涉及商业秘密）",
    "ｃｌｏｓｅｄ",
    "not for release",
]


@contextmanager
def _opened(folder: Path) -> Iterator[Site]:
    house = House(folder)
    with house.atlas, served(house) as address, httpx.Client(base_url=address, timeout=60) as web:
        yield house, web


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An empty catalogue that is served."""
    with _opened(tmp_path_factory.mktemp("closed") / "home") as found:
        yield found


@pytest.mark.parametrize("said", CLOSING)
def test_a_value_that_closes_is_read_as_closed_and_told(site: Site, said: str) -> None:
    house, client = site
    token = house.token("write")
    name = f"C{CLOSING.index(said)}"
    record = {"title": "内部线路", "description": "线路与站点。", "open_type": said}
    answer = client.put(f"{ONE}/{name}?lang=zh", json=record, headers=token)
    told = answer.json()
    assert (answer.status_code, told["status"], told["public"]) == (201, "created", False)
    assert "Location" not in answer.headers, "no reader finds it"
    (warning,) = told["warnings"]
    assert f"“{said}”按“非开放”理解" in warning
    assert not {"R01", "V-no-access"} & {found["rule"] for found in told["rules"]}
    stored = house.atlas.journal.get(told["iri"])
    assert stored is not None
    assert stored.nquads is not None
    assert (stored.state, stored.public) == ("active", False)
    rights = [line for line in stored.nquads.splitlines() if f"<{DCT.accessRights}>" in line]
    assert [line.split(" ")[2] for line in rights] == [f"<{NOT_OPEN}>"]
    assert said.casefold() in stored.nquads.casefold(), "what was given is kept"
    english = client.put(f"{ONE}/{name}?lang=en", json={**record, "title": "b"}, headers=token)
    (warning,) = english.json()["warnings"]
    assert "was read as 非开放" in warning
    assert "Write 非开放 at the source" in warning


@pytest.mark.parametrize(
    "said", ["非开放", "不予开放", "不公开", "涉密", "内部", "不开放", "CONFIDENTIAL"]
)
def test_a_plain_label_is_no_cause_to_warn_and_not_public(site: Site, said: str) -> None:
    house, client = site
    record = {"title": "内部线路", "description": "线路与站点。", "open_type": said}
    answer = client.put(f"{ONE}/PLAIN{said}", json=record, headers=house.token("write")).json()
    assert (answer["status"], answer["public"], answer["warnings"]) == ("created", False, [])
    assert not {"R01", "V-no-access"} & {found["rule"] for found in answer["rules"]}


def test_of_two_labels_the_one_that_closes_is_written(site: Site) -> None:
    house, client = site
    record = portal("TWO", "线路", is_open="无条件开放", open_type="保密")
    told = client.put(f"{ONE}/TWO?lang=zh", json=record, headers=house.token("write")).json()
    (warning,) = told["warnings"]
    assert "“保密”" in warning
    stored = house.atlas.journal.get(told["iri"])
    assert stored is not None
    assert f"<{DCT.accessRights}> <{NOT_OPEN}>" in (stored.nquads or "")
    assert "open-type/unconditional" not in (stored.nquads or "")


def test_open_held_and_withdrawn_are_told_as_they_are(site: Site) -> None:
    house, client = site
    token = house.token("write")
    answer = client.put(f"{ONE}/OPEN", json=portal("OPEN", "线路"), headers=token)
    assert (answer.status_code, answer.json()["public"]) == (201, True)
    assert answer.headers["Location"] == "/api/v1/datasets/city/OPEN"
    again = client.put(f"{ONE}/OPEN", json=portal("OPEN", "线路"), headers=token).json()
    assert (again["status"], again["public"]) == ("unchanged", True)
    doubt = client.put(f"{ONE}/OPEN", json=portal("OPEN", "线路", is_open="否"), headers=token)
    assert (doubt.status_code, doubt.json()["public"]) == (202, False)
    gone = client.delete(f"{ONE}/OPEN", headers=token).json()
    assert (gone["status"], gone["public"]) == ("withdrawn", False)


def test_waiting_claims_no_reader(tmp_path: Path) -> None:
    with _opened(tmp_path / "home") as (house, client), house.atlas.runner() as runner:
        stop = threading.Event()
        thread = threading.Thread(target=runner.run, args=(stop,))
        thread.start()
        try:
            token = house.token("write")
            told = {
                said: client.put(
                    f"{ONE}/{name}?wait=true",
                    json=portal(name, "线路", is_open=said),
                    headers=token,
                )
                for name, said in (("A", "非开放"), ("B", "private"), ("C", "无条件开放"))
            }
            assert {
                said: (a.status_code, a.json()["public"], a.json()["visible"])
                for said, a in told.items()
            } == {
                "非开放": (201, False, False),
                "private": (201, False, False),
                "无条件开放": (201, True, True),
            }
            ended = client.delete(f"{ONE}/C?wait=true", headers=token)
            assert (ended.status_code, ended.json()["visible"]) == (200, True)
        finally:
            stop.set()
            thread.join()


def test_a_batch_counts_what_no_reader_sees(site: Site) -> None:
    house, client = site
    lines = [
        portal("N1", "线路甲"),
        portal("N2", "线路乙", is_open="非开放"),
        portal("N3", "线路丙", is_open="保密"),
        portal("N4", "线路丁", is_open="否"),
    ]
    body = b"\n".join(map(orjson.dumps, lines))
    headers = {**house.token("write"), "Content-Type": "application/x-ndjson"}
    told = client.post(ONE, content=body, headers=headers).json()
    assert (told["created"], told["held"], told["not_public"]) == (3, 1, 2)
    told = client.post(ONE, content=body, headers=headers).json()
    assert (told["unchanged"], told["not_public"]) == (4, 3), "one waits still"
    listed = client.post(ONE, content=body, headers={**headers, "Accept": "application/x-ndjson"})
    outcomes = [json.loads(line) for line in listed.text.splitlines()]
    assert [one["public"] for one in outcomes] == [True, False, False, False]


@pytest.mark.slow
def test_the_commands_tell_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    file = tmp_path / "list.csv"
    file.write_text(
        "id,title,open_type\nA,公交线路,无条件开放\nB,内部线路,保密\nC,旧线路,非开放\n", "utf-8"
    )

    def run(*arguments: str) -> tuple[str, str]:
        done = CliRunner().invoke(app, list(arguments))
        assert done.exit_code == 0, done.output
        return done.stdout, done.stderr

    out, err = run("import", str(file), "--source", "city")
    assert "created 3" in out
    assert "2 of them are not public" in out
    assert err.count("read-as-closed") == 1
    out, _ = run("import", str(file), "--source", "city", "--json")
    assert json.loads(out)["not_public"] == 2
    for name, closed in (("A", False), ("B", True), ("C", True)):
        out, err = run("show", f"city/{name}")
        assert ("not public: 非开放" in err) is closed
        assert "not public" not in out, "what is printed there is RDF"
        out, _ = run("history", f"city/{name}")
        assert ("not public: 非开放" in out) is closed
    out, _ = run("source", "list")
    header, row = (line.split() for line in out.splitlines()[:2])
    listed = dict(zip(header, row, strict=True))
    assert (listed["active"], listed["public"]) == ("3", "1")
    out, _ = run("source", "show", "city")
    assert "active 3  public 1" in out
    out, _ = run("source", "list", "--json")
    assert json.loads(out)["sources"][0]["public"] == 1
    out, _ = run("source", "show", "city", "--json")
    assert json.loads(out)["public"] == 1
