"""The command line as its users call it: real files, JSON and exit codes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.command import DRAFT, LIST, ROOT, Cli

pytestmark = pytest.mark.slow


@pytest.fixture
def atlas(tmp_path: Path) -> Cli:
    return Cli(tmp_path)


def test_an_open_list_becomes_a_catalogue_with_a_report_and_a_history(atlas: Cli) -> None:
    first = atlas("import", LIST, "--source", "jtw", "--json")
    assert first.code == 0, first.err
    counts = first.json
    assert counts["read"] == counts["created"] == 16
    assert all(rule["article"]["zh"] and rule["message"]["en"] for rule in counts["rules"])

    again = atlas("import", LIST, "--source", "jtw", "--json").json
    assert (again["unchanged"], again["seq"]) == (16, None)

    hits = atlas("search", "停车", "--limit", "3", "--json").json
    assert hits["total"] > 0
    name = f"{hits['hits'][0]['source']}/{hits['hits'][0]['remote_id']}"
    changes = atlas("history", name, "--json").json["changes"]
    assert [change["kind"] for change in changes] == ["created"]
    shown = atlas("show", name, "--json").json
    assert shown["public"] is True
    assert shown["hash"] == changes[0]["hash"]
    before = atlas("show", name, "--at", "2020-01-01")
    assert before.code == 1
    assert "no good version" in before.err

    bogus = atlas("search", "停车", "--filter", "freshness=bogus")
    assert "value-unknown" in bogus.err
    assert "month, quarter" in bogus.err

    count = atlas.process(
        "sparql", "-", "--format", "csv", stdin="SELECT (COUNT(*) AS ?n) { ?d a dcat:Dataset }"
    )
    assert count.out.split() == ["n", "16"]

    compared = atlas("index", "compare", "--json")
    assert compared.code == 0
    assert compared.json["equal"] is True
    assert atlas("index", "rebuild", "--json").json["rebuilt"] == ["graph", "index"]
    assert atlas("index", "status", "--json").code == 0
    assert atlas("doctor", "--json").code == 0


def test_an_enforcing_gate_holds_what_violates(atlas: Cli) -> None:
    held = atlas("import", DRAFT, "--source", "hongkou", "--gate", "enforce", "--json")
    assert held.code == 1
    counts = held.json
    assert counts["held"] > 0
    assert counts["read"] == sum(
        counts[name] for name in ("created", "updated", "unchanged", "held", "rejected")
    )
    source = atlas("source", "show", "hongkou", "--json").json
    assert source["gate"] == "enforce"
    assert source["records"].get("held") == counts["held"]
    total = atlas("search", "", "--json").json["total"]
    assert total == counts["created"]


def test_a_dry_run_writes_nothing(atlas: Cli) -> None:
    tried = atlas("import", LIST, "--dry-run", "--json").json
    assert (tried["created"], tried["seq"], tried["dry_run"]) == (16, None, True)
    assert not (atlas.home / "var").exists()
    atlas("import", LIST, "--source", "jtw")
    again = atlas("import", LIST, "--source", "other", "--dry-run", "--json").json
    assert (again["created"], again["seq"]) == (16, None)
    assert [s["id"] for s in atlas("source", "list", "--json").json["sources"]] == ["jtw"]


def test_a_missing_file_is_a_finding_and_the_others_go_on(atlas: Cli) -> None:
    done = atlas("import", "missing.csv", LIST, "--source", "jtw", "--json")
    assert done.code == 1
    assert (done.json["read"], done.json["created"], done.json["rejected"]) == (17, 16, 1)
    (error,) = done.json["errors"]
    assert error["code"] == "file-missing"
    assert "missing.csv" in error["message"]["zh"]


def test_validate_names_rule_article_record_and_value(atlas: Cli) -> None:
    done = atlas("validate", DRAFT, "--json")
    assert done.code == 1
    report = done.json
    assert report["violating"] > 0
    rules = {rule["rule"]: rule for rule in report["rules"]}
    assert "第四十一条" in rules["R01"]["article"]["zh"]
    assert rules["R01"]["findings"][0]["remote_id"]
    assert not (atlas.home / "var" / "journal.sqlite").exists()


def test_validate_names_a_row_once_for_all_that_it_lacks(atlas: Cli, tmp_path: Path) -> None:
    short = tmp_path / "short.csv"
    short.write_text("名称,摘要\n停车场,全市停车场\n公园,全市公园\n", "utf-8")
    done = atlas("validate", short)
    assert done.code == 1
    lines = [line.strip() for line in done.out.splitlines()]
    lacking = "dct:spatial, dct:temporal, shd:dataItem  each ×2"
    assert lacking in lines
    at = lines.index(lacking)
    assert [line.split()[0].rpartition("/")[2] for line in lines[at + 1 : at + 3]] == [
        "short.csv:2",
        "short.csv:3",
    ]


def test_the_impact_of_a_changed_rule(atlas: Cli, tmp_path: Path) -> None:
    atlas("import", LIST, "--source", "jtw")
    rule = atlas("rules", "show", "R28", "--json").json
    assert rule["severity"] == "Warning"
    same = atlas("rules", "impact", ROOT / "shapes" / "rules", "--json")
    assert (same.code, same.json["changed"]) == (0, 0)
    stricter = tmp_path / "R28.ttl"
    (source,) = [
        path
        for path in (ROOT / "shapes" / "rules").glob("*.ttl")
        if "rule:R28 " in path.read_text("utf-8") or "rule:R28\n" in path.read_text("utf-8")
    ]
    stricter.write_text(source.read_text("utf-8").replace("sh:Warning", "sh:Violation"), "utf-8")
    done = atlas("rules", "impact", stricter, "--json")
    assert done.code == 1
    assert "R28" in done.json["rules"]
    assert done.json["records"] == 16
    assert done.json["appeared"]["R28"] > 0


@pytest.mark.parametrize(
    ("arguments", "code", "kind"),
    [
        (["rules", "show", "R99", "--json"], 3, "unknown-rule"),
        (["history", "nobody/1", "--json"], 3, "record-not-found"),
        (["import", str(LIST), "--source", "Not A Source", "--json"], 2, "illegal-source-id"),
        (["search", "x", "--filter", "colour=red", "--json"], 2, "filter-invalid"),
        (["token", "create", "x", "--scope", "everything", "--json"], 2, "illegal-scope"),
    ],
)
def test_errors_have_codes_and_exit_codes(
    atlas: Cli, arguments: list[str], code: int, kind: str
) -> None:
    atlas("source", "add", "jtw")
    done = atlas(*arguments)
    assert done.code == code
    assert done.json["error"]["code"] == kind
    assert kind in done.err


def test_wrong_use_ends_with_2(atlas: Cli) -> None:
    assert atlas("import").code == 2
    assert atlas("import", LIST, "--gate", "maybe").code == 2
    assert atlas("nonsense").code == 2
    wrong = atlas("doctor", ATLAS_SPARQL_TIMEOUT="-1")
    assert wrong.code == 2
    assert "settings-invalid" in wrong.err


def test_another_base_iri_is_refused(atlas: Cli) -> None:
    atlas("import", LIST, "--source", "jtw")
    done = atlas("import", LIST, "--source", "jtw", "--json", ATLAS_BASE_IRI="https://b.example")
    assert done.code == 3
    assert done.json["error"]["code"] == "base-iri-changed"
    for command in (("show", "jtw/1"), ("history", "jtw/1"), ("mcp",)):
        # No record would be found, and a reader would take it for gone.
        asked = atlas(*command, ATLAS_BASE_IRI="https://b.example")
        assert asked.code == 3
        assert "base-iri-changed" in asked.err


def test_messages_follow_the_locale(atlas: Cli) -> None:
    assert "用时" in atlas("import", LIST, "--dry-run", LANG="zh_CN.UTF-8").out
    assert "seconds" in atlas("import", LIST, "--dry-run").out


def test_tokens_are_shown_once(atlas: Cli) -> None:
    made = atlas("token", "create", "platform", "--scope", "write:jtw", "--days", "30", "--json")
    secret = made.json["secret"]
    listed = atlas("token", "list", "--json")
    assert secret not in listed.out
    (token,) = listed.json["tokens"]
    assert token["scopes"] == ["write:jtw"]
    ended = atlas("token", "revoke", token["id"], "--json").json
    assert ended["revoked"]
    kept = {"id", "name", "scopes", "created", "expires", "revoked", "last_used"}
    kept |= {"owner", "organization"}
    assert set(token) == set(ended) == kept
    assert set(made.json) == {*kept, "secret"}
    assert secret.encode() not in (atlas.home / "var" / "journal.sqlite").read_bytes()


def test_the_real_list_of_2014(atlas: Cli, shared_data: Path) -> None:
    path = shared_data / "shanghai" / "open_list_2014.csv"
    first = atlas("import", path, "--source", "sh2014", "--gate", "report", "--json").json
    assert (first["read"], first["created"]) == (190, 190)
    again = atlas("import", path, "--source", "sh2014", "--gate", "report", "--json").json
    assert (again["unchanged"], again["seq"]) == (190, None)
    joint = atlas(
        "sparql",
        "SELECT ?d (COUNT(?p) AS ?n) { ?d a dcat:Dataset ; dct:publisher ?p } "
        "GROUP BY ?d HAVING (COUNT(?p) > 1)",
        "--format",
        "csv",
    )
    assert len(joint.out.split()) == 1 + 9
    # Every publisher is a concept of the vocabulary, and the ended ones have successors.
    unknown = atlas(
        "sparql",
        "SELECT ?p { ?d dct:publisher ?p FILTER NOT EXISTS { ?p a skos:Concept } }",
        "--format",
        "csv",
    )
    assert unknown.out.split() == ["p"]
    successors = atlas(
        "sparql",
        "ASK { ?old skos:prefLabel|skos:altLabel|skos:hiddenLabel ?name ; dct:isReplacedBy ?new "
        "FILTER (CONTAINS(STR(?name), '食品药品监督管理局')) }",
        "--json",
    )
    assert successors.json["boolean"] is True


def test_what_waits_is_listed_shown_and_released(atlas: Cli) -> None:
    atlas("import", DRAFT, "--source", "hongkou", "--gate", "enforce")
    listed = atlas("held", "list", "--json")
    assert listed.code == 1
    held = listed.json["held"]
    assert held
    assert all(row["violations"] for row in held)
    name = f"hongkou/{held[0]['remote_id']}"
    shown = atlas("held", "show", name, "--json").json
    assert {f["rule"] for f in shown["findings"]} >= set(held[0]["violations"])
    released = atlas("held", "release", name, "--reason", "核对无误", "--json")
    assert released.code == 0
    assert atlas("history", name, "--json").json["changes"][-1]["reason"] == "核对无误"
    assert len(atlas("held", "list", "--json").json["held"]) == len(held) - 1
    assert atlas("held", "release", name, "--reason", "again", "--json").code == 3
    checked = atlas("rules", "recheck", "hongkou", "--json").json
    assert (checked["read"], checked["released"]) == (47, 0)


def test_an_import_that_was_killed_before_projecting_is_caught_up(atlas: Cli) -> None:
    atlas("import", LIST, "--source", "jtw")
    for name in ("graph", "index"):
        shutil.rmtree(atlas.home / "var" / name)
    (atlas.home / "var" / "projections.json").unlink()
    assert atlas("import", LIST, "--source", "jtw", "--json").json["unchanged"] == 16
    assert atlas("search", "", "--json").json["total"] == 16
    assert atlas("index", "compare", "--json").json["equal"] is True


def test_a_source_keeps_what_is_not_given_again(atlas: Cli) -> None:
    atlas("source", "add", "jtw", "--gate", "enforce", "--type", "spreadsheet")
    changed = atlas("source", "add", "jtw", "--title", "交通委", "--json").json
    assert (changed["gate"], changed["type"], changed["title"]) == (
        "enforce",
        "spreadsheet",
        "交通委",
    )


def test_a_file_whose_name_is_no_source_asks_for_one(atlas: Cli, tmp_path: Path) -> None:
    named = tmp_path / "浦东2023.csv"
    shutil.copy(LIST, named)
    refused = atlas("import", named, "--json")
    assert (refused.code, refused.json["error"]["code"]) == (2, "source-needed")
    assert atlas("validate", named, "--json").json["read"] == 16


def test_names_that_search_prints_are_names_that_show_takes(atlas: Cli, tmp_path: Path) -> None:
    odd = tmp_path / "odd.jsonl"
    odd.write_text('{"id": "a/b 号", "title": "公共厕所"}\n', "utf-8")
    atlas("import", odd, "--source", "odd")
    (hit,) = atlas("search", "厕所", "--json").json["hits"]
    assert atlas("show", f"{hit['source']}/{hit['remote_id']}", "--json").json["public"] is True


@pytest.mark.parametrize("home", ["/dev/null", "/etc/passwd", "/proc/x"])
def test_a_home_that_cannot_be_one_is_a_typed_error(atlas: Cli, home: str) -> None:
    ran = atlas("import", LIST, "--source", "jtw", "--json", ATLAS_HOME=home)
    assert (ran.code, ran.json["error"]["code"]) == (3, "storage-failed"), ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("content", [b"home = ", b'home="a"\nhome="b"\n', b'home = "\xff"', None])
def test_a_broken_settings_file_is_wrong_use(atlas: Cli, content: bytes | None) -> None:
    file = atlas.home / "atlas.toml"
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
    ran = atlas("source", "list", "--json")
    assert (ran.code, ran.json["error"]["code"]) == (2, "settings-invalid"), ran.err
    assert "atlas.toml" in ran.err


def test_arguments_that_nothing_could_store_are_wrong_use(atlas: Cli) -> None:
    ran = atlas.process("show", os.fsdecode(b"http://x/\xff"), "--json")
    assert (ran.code, ran.json["error"]["code"]) == (2, "argument-not-text"), ran.err
    ran = atlas("token", "create", "x", "--scope", "write", "--days", "99999999")
    assert ran.code == 2
    assert "Traceback" not in ran.err


@pytest.fixture
def _interruptible() -> Iterator[None]:
    """As in a terminal: tests that are run in the background hand an ignored SIGINT on."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_interruptible")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_import_says_what_is_safe(atlas: Cli, number: int, code: int) -> None:
    path = atlas.home / "long.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(
            "公共数据开放主体名称,更新频率,开放属性,数据格式,数据集领域,数据集名称,数据摘要\n"
        )
        for n in range(20_000):
            file.write(f"上海市交通委员会,每月,无条件开放,csv,道路交通,清单{n},第 {n} 份清单。\n")
    with subprocess.Popen(
        [sys.executable, "-m", "catalog_service.main", "import", path, "--json"],
        env=atlas.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        while not process.stderr.readline().startswith("5000 read"):
            assert process.poll() is None
        process.send_signal(number)
        out, err = process.communicate(timeout=120)
    assert process.returncode == code, err
    result = json.loads(out)
    assert result["interrupted"] is True
    assert 5_000 <= result["created"] == result["read"] < 20_000
    journal = atlas.journal()
    (run,) = journal.runs("long")
    assert (run.status, run.counters["created"]) == ("stopped", result["created"])
    assert journal.head() == result["seq"]
    journal.close()


def test_a_run_whose_process_was_killed_ends_with_the_next_import(atlas: Cli) -> None:
    assert atlas("import", LIST, "--source", "jtw").code == 0
    journal = atlas.journal()
    lost = journal.start_run("jtw")
    assert atlas("import", LIST, "--source", "jtw", "--json").json["interrupted"] is False
    assert journal.run(lost.id).status == "failed"
    assert [run.status for run in journal.runs("jtw")] == ["done", "failed", "done"]
    journal.close()


@pytest.mark.parametrize("name", ["", "a\nb", "\x1b[31mred", "x" * 201])
def test_a_token_has_a_name_that_can_be_printed(atlas: Cli, name: str) -> None:
    ran = atlas("token", "create", name, "--scope", "write", "--json")
    assert (ran.code, ran.json["error"]["code"]) == (2, "illegal-token-name"), ran.err
