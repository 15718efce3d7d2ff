"""``atlas validate`` and ``atlas rules impact`` as a steward reads them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fixtures.command import ROOT, Cli

pytestmark = pytest.mark.slow


@pytest.fixture
def atlas(tmp_path: Path) -> Cli:
    return Cli(tmp_path)


def _list(folder: Path, rows: int) -> Path:
    path = folder / "list.csv"
    lines = [f"{n},数据集{n},,天天看,联系人：张三 13812345678" for n in range(1, rows + 1)]
    path.write_text("编号,数据集名称,提供单位,更新频率,摘要\n" + "\n".join(lines), "utf-8")
    return path


def test_what_cannot_be_read_counts_as_read(atlas: Cli, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"id": "1", "title": "甲"}\n{broken\n{"id": "2", "title": "乙"}\n', "utf-8")
    done = atlas("validate", str(path), "--json")
    found = done.json
    assert done.code == 1
    assert (found["read"], found["unreadable"]) == (3, 1)
    assert found["conforming"] + found["violating"] == 2
    assert [error["line"] for error in found["errors"]] == [2]


def test_validate_names_file_line_field_and_value(atlas: Cli, tmp_path: Path) -> None:
    path = _list(tmp_path, 5)
    report = atlas("validate", str(path), "--json").json
    rules = {rule["rule"]: rule for rule in report["rules"]}
    found = rules["V-unknown"]["findings"]
    assert rules["V-unknown"]["count"] == rules["V-unknown"]["records"] == len(found) == 5
    assert [(Path(f["file"]).name, f["line"]) for f in found] == [
        ("list.csv", n) for n in range(2, 7)
    ]
    assert found[0]["field"] == "shd:unmappedAccrualPeriodicity"
    assert found[0]["value"] == '"天天看"@zh'
    assert {f["field"] for f in rules["D-publisher"]["findings"]} == {"dct:publisher"}
    # What an aggregated rule misses is named element by element.
    assert len({f["field"] for f in rules["R28"]["findings"] if f["field"]}) > 3
    assert report["removed"][0]["line"] == 2
    assert "张三" not in json.dumps(report, ensure_ascii=False)

    short, whole = atlas("validate", str(path)), atlas("validate", str(path), "--all")
    assert short.code == whole.code == 1
    assert f"{path}:2  1  " in short.out
    assert f"{path}:6  5  " not in short.out
    assert f"{path}:6  5  " in whole.out
    assert "dct:publisher  ×5" in short.out
    assert "5 in all (--all lists them" in short.out
    lines = short.out.splitlines()
    violations, warnings = (
        next(n for n, line in enumerate(lines) if line.startswith(heading))
        for heading in ("Violations", "Warnings")
    )
    publisher, core = (
        next(n for n, line in enumerate(lines) if line.startswith(f"  {rule}  ["))
        for rule in ("D-publisher  Publisher", "R28  Core metadata")
    )
    assert violations < publisher < warnings < core
    assert "in all" not in whole.out


def test_impact_tells_of_severities_and_findings_without_verdicts(
    atlas: Cli, tmp_path: Path
) -> None:
    atlas("import", str(_list(tmp_path, 2)), "--source", "jtw")
    rules = (ROOT / "shapes" / "rules" / "R28.ttl").read_text("utf-8")
    milder = tmp_path / "R28.ttl"
    milder.write_text(rules.replace("sh:Warning", "sh:Info"), "utf-8")
    done = atlas("rules", "impact", str(milder))
    assert done.code == 1
    assert "R28: Warning becomes Hint in 2 records" in done.out
    assert "R28: 2 appear, 2 vanish" in done.out
    assert "  ~ " in done.out
    result = atlas("rules", "impact", str(milder), "--json").json
    assert result["severity_changed"] == [
        {"rule": "R28", "from": "Warning", "to": "Info", "records": 2}
    ]
    assert len(result["records_changed"]) == 2
    missing = atlas("rules", "impact", str(tmp_path / "none.ttl"), "--json")
    assert (missing.code, missing.json["error"]["code"]) == (3, "file-missing")
