"""Which catalogue a command works on, what it says where there is none, and what it prints."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from catalog_service.operations.serve_command import reached_at
from catalog_service.settings import Settings, unknown_variables
from tests.fixtures.command import DRAFT, LIST, Cli

pytestmark = pytest.mark.slow


@pytest.fixture
def atlas(tmp_path: Path) -> Cli:
    return Cli(tmp_path)


@pytest.mark.parametrize(
    "arguments",
    [
        "search x",
        "sparql ASK{}",
        "history jtw/1",
        "show jtw/1",
        "source list",
        "source gate jtw report",
        "held list",
        "index status",
        "index rebuild",
        "rules recheck jtw",
        "token list",
    ],
)
def test_whoever_asks_where_there_is_no_catalogue_is_told_so(atlas: Cli, arguments: str) -> None:
    ran = atlas(*arguments.split(), "--json")
    assert (ran.code, ran.json["error"]["code"]) == (3, "journal-missing"), ran.err
    assert str(atlas.home / "var") in ran.err
    assert "atlas import" in ran.err
    assert list(atlas.home.iterdir()) == []


def test_the_doctor_says_that_there_is_no_catalogue_and_makes_none(atlas: Cli) -> None:
    ran = atlas("doctor", "--json")
    checks = {check["name"]: check for check in ran.json["checks"]}
    assert ran.code == 1
    assert checks["journal"]["verdict"] == "warning"
    assert "atlas import" in checks["journal"]["detail"]
    assert "graph" not in checks
    assert list(atlas.home.iterdir()) == []


def test_a_new_catalogue_is_said_once_and_the_demos_is_named(atlas: Cli) -> None:
    demo = atlas.home / "var" / "demo"
    demo.mkdir(parents=True)
    (demo / "journal.sqlite").touch()
    first = atlas("token", "create", "x", "--scope", "write", "--json")
    assert first.json["secret"]
    assert f"new catalogue in {atlas.home / 'var'}" in first.err
    assert f"ATLAS_HOME={demo}" in first.err
    assert "new catalogue" not in atlas("source", "add", "jtw").err


def test_the_doctor_finds_a_lost_index_a_lost_graph_and_a_server_that_is_away(atlas: Cli) -> None:
    atlas("import", LIST, "--source", "jtw")
    assert atlas("doctor").code == 0
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        away = f"http://127.0.0.1:{probe.getsockname()[1]}"
    ran = atlas("doctor", "--json", ATLAS_GRAPH_URL=away)
    checks = {check["name"]: check for check in ran.json["checks"]}
    assert ran.code == 3
    assert checks["graph"]["verdict"] == checks["sparql"]["verdict"] == "failed"
    assert away in checks["graph"]["detail"]
    assert "graph-unreachable" in checks["sparql"]["detail"]
    for name in ("index", "graph"):
        shutil.rmtree(atlas.home / "var" / name)
    ran = atlas("doctor", "--json")
    checks = {check["name"]: check for check in ran.json["checks"]}
    assert ran.code == 3
    for name in ("index", "graph"):
        assert checks[name]["verdict"] == "failed"
        assert "atlas index rebuild" in checks[name]["detail"]


def test_an_unknown_variable_is_named_with_the_nearest_setting(atlas: Cli) -> None:
    ran = atlas("doctor", "--json", ATLAS_BASE_URI="https://a.example", ATLAS_SERVE_X="1")
    checks = {check["name"]: check for check in ran.json["checks"]}
    assert checks["settings"]["verdict"] == "warning"
    assert "ATLAS_BASE_URI" in checks["settings"]["detail"]
    assert "ATLAS_BASE_IRI" in checks["settings"]["detail"]
    assert ran.err.count("ATLAS_BASE_URI") == 1
    assert "ATLAS_SERVE_X" not in ran.err
    assert [e.params["nearest"] for e in unknown_variables(["HOME", "ATLAS_GRAPHURL"])] == [
        "ATLAS_GRAPH_URL"
    ]
    assert unknown_variables([f"ATLAS_{name.upper()}" for name in Settings.model_fields]) == []


def test_an_unknown_name_in_the_file_is_named_with_the_nearest_setting(atlas: Cli) -> None:
    (atlas.home / "atlas.toml").write_text('base_uri = "https://a.example"\nsparql_timeout = -1\n')
    ran = atlas("doctor", "--json")
    assert (ran.code, ran.json["error"]["code"]) == (2, "settings-invalid")
    assert "atlas.toml: There is no setting base_uri" in ran.err
    assert "base_iri" in ran.err
    (atlas.home / "atlas.toml").write_text('base_uri = "https://a.example"\n')
    ran = atlas("doctor", "--json")
    assert (ran.code, ran.json["error"]["code"]) == (2, "unknown-setting")


def test_the_version_is_told(atlas: Cli) -> None:
    ran = atlas.process("--version")
    assert ran.code == 0
    name, number = ran.out.split()
    assert name == "atlas"
    assert number[0].isdigit()


def test_a_piped_table_has_a_line_for_each_row(atlas: Cli) -> None:
    atlas("import", LIST, "--source", "jtw")
    hits = atlas("search", "", "--json").json["hits"]
    lines = atlas("search", "", COLUMNS="40").out.splitlines()
    assert len(lines) == 2 + len(hits)
    assert [line.split("  ")[-1].strip() for line in lines[2:]] == [
        f"{hit['source']}/{hit['remote_id']}" for hit in hits
    ]
    rules = atlas("rules", "list").out.splitlines()
    assert len(rules) == 1 + len(atlas("rules", "list", "--json").json["rules"])


def test_on_a_terminal_identifiers_stay_whole(atlas: Cli) -> None:
    atlas("import", LIST, "--source", "a-source-with-quite-a-long-name")
    hits = atlas("search", "", "--json").json["hits"]
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "catalog_service.main", "search", ""],
        cwd=atlas.home,
        env=atlas.environment(COLUMNS="80", TERM="xterm"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 65_536):
                shown += part
        except OSError:
            pass  # how Linux says that the other end of a terminal is closed
        os.close(ours)
    assert process.returncode == 0
    for hit in hits:
        assert f"{hit['source']}/{hit['remote_id']}" in shown.decode()


def test_a_paused_source_takes_nothing(atlas: Cli) -> None:
    atlas("import", LIST, "--source", "jtw")
    journal = atlas.journal()
    journal.put_source("jtw", paused=True)
    head = journal.head()
    for more in ((), ("--dry-run",)):
        ran = atlas("import", DRAFT, "--source", "jtw", "--json", *more)
        assert (ran.code, ran.json["error"]["code"]) == (3, "source-paused"), ran.err
    assert journal.head() == head
    journal.close()


def test_violations_that_a_gate_only_reports_are_told_and_no_finding(atlas: Cli) -> None:
    ran = atlas("import", DRAFT, "--source", "draft", "--gate", "report")
    assert ran.code == 0
    assert "are taken in all the same" in ran.out
    told = atlas("import", DRAFT, "--source", "other", "--gate", "enforce", "--json").json
    assert told["violating"] == told["held"] > 0


def test_a_killed_run_is_known_and_ended_by_whoever_imports_next(atlas: Cli) -> None:
    path = atlas.home / "long.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(
            "公共数据开放主体名称,更新频率,开放属性,数据格式,数据集领域,数据集名称,数据摘要\n"
        )
        for n in range(20_000):
            file.write(f"上海市交通委员会,每月,无条件开放,csv,道路交通,清单{n},第 {n} 份清单。\n")
    with subprocess.Popen(
        [sys.executable, "-m", "catalog_service.main", "import", path],
        env=atlas.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        while not process.stderr.readline().startswith("5000 read"):
            assert process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
    journal = atlas.journal()
    (run,) = journal.runs(status="running")
    checks = {c["name"]: c for c in atlas("doctor", "--json").json["checks"]}
    assert checks["runs"]["verdict"] == "warning"
    assert run.id in checks["runs"]["detail"]
    assert atlas("import", LIST, "--source", "jtw").code == 0
    assert journal.run(run.id).status == "failed"
    shown = json.loads(atlas("source", "show", "long", "--json").out)
    assert [(r["id"], r["status"]) for r in shown["runs"]] == [(run.id, "failed")]
    assert list((atlas.home / "var" / "runs").iterdir()) == []
    journal.close()


def test_a_run_of_another_machine_is_left_to_whoever_imports_its_source(atlas: Cli) -> None:
    atlas("source", "add", "elsewhere")
    journal = atlas.journal()
    run = journal.start_run("elsewhere")
    assert atlas("import", LIST, "--source", "jtw").code == 0
    assert journal.run(run.id).status == "running"
    file = atlas.home / "var" / "runs" / run.id
    with file.open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert atlas("import", LIST, "--source", "jtw").code == 0
        assert journal.run(run.id).status == "running"
    assert atlas("import", LIST, "--source", "jtw").code == 0
    assert journal.run(run.id).status == "failed"
    journal.close()


def test_an_operators_own_platforms_are_registered(atlas: Cli) -> None:
    (atlas.home / "own.csv").write_text(
        "host,from,until,note\ndata.pudong.example,2026-01-01,,\ndata.sh.gov.cn,2012-06-01,2020-01-01,\n"
    )
    path = atlas.home / "one.ttl"

    def refused(host: str, **env: str) -> bool:
        path.write_text(
            """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
<http://example.org/1> a dcat:Dataset ; dct:title "公共厕所"@zh ;
  dct:publisher <https://w3id.org/shdata/vocab/organization/pudong> ;
  dcat:distribution [ a dcat:Distribution ; dcat:accessURL <https://HOST/1> ] .
""".replace("HOST", host),
            "utf-8",
        )
        rules = atlas("validate", path, "--json", **env).json["rules"]
        return "R10" in {rule["rule"] for rule in rules}

    assert refused("data.pudong.example")
    assert not refused("data.pudong.example", ATLAS_ACCESS_HOSTS="own.csv")
    assert not refused("data.sh.gov.cn")
    assert refused("data.sh.gov.cn", ATLAS_ACCESS_HOSTS="own.csv")
    ran = atlas("doctor", "--json", ATLAS_ACCESS_HOSTS="none.csv")
    assert (ran.code, ran.json["error"]["code"]) == (2, "settings-invalid")
    assert "none.csv" in ran.err


def test_the_public_address_is_where_is_listened_unless_it_is_set() -> None:
    plain = Settings.model_construct(_fields_set=set(), public_url="http://127.0.0.1:8080")
    assert reached_at(plain, "127.0.0.1", 9000).public_url == "http://127.0.0.1:9000"
    assert reached_at(plain, "0.0.0.0", 9000).public_url == "http://127.0.0.1:9000"
    assert reached_at(plain, "::1", 9000).public_url == "http://[::1]:9000"
    assert reached_at(plain, "127.0.0.1", 0).public_url == "http://127.0.0.1:8080"
    given = Settings(public_url="https://data.example")
    assert reached_at(given, "127.0.0.1", 9000).public_url == "https://data.example"


def test_the_doctor_names_a_file_of_the_thesaurus_that_is_broken(atlas: Cli) -> None:
    def told() -> dict[str, str]:
        checks = atlas("doctor", "--json").json["checks"]
        return next(check for check in checks if check["name"] == "thesaurus")

    assert told()["verdict"] == "ok"
    own = atlas.home / "var" / "thesaurus" / "own.ttl"
    own.parent.mkdir(parents=True)
    own.write_text("oops", "utf-8")
    found = told()
    assert found["verdict"] == "warning"
    assert "thesaurus-syntax" in found["detail"]
    assert str(own) in found["detail"]
