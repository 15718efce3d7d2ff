"""``atlas evaluate`` over a small catalogue."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from catalog_service.main import app


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ATLAS_HOME", str(tmp_path / "home"))
    lines = [
        {"id": f"x-{n}", "title": title, "open_type": "无条件开放", "department": "市交通委"}
        for n, title in enumerate(["停车场名录", "公交站点", "典当行名录"])
    ]
    records = tmp_path / "records.jsonl"
    records.write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    done = CliRunner().invoke(app, ["import", str(records), "--source", "x", "--json"])
    assert done.exit_code in (0, 1), done.output
    return tmp_path


def test_engines_and_baseline_stand_side_by_side(home: Path) -> None:
    queries, qrels = home / "q.tsv", home / "r.tsv"
    queries.write_text("qid\tquery\tkind\n1\t停车场\tofficial\n2\t当铺\tsynonym\n", "utf-8")
    qrels.write_text("qid\tdoc\tgrade\n1\tx-0\t3\n2\tx-2\t3\n", "utf-8")
    done = CliRunner().invoke(app, ["evaluate", str(queries), "--qrels", str(qrels), "--json"])
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert (answer["queries"], answer["documents"]) == (2, 3)
    embedded, baseline = answer["results"]["embedded"], answer["results"]["bm25"]
    assert (embedded["success@1"], embedded["ndcg@10"]) == (1, 1)
    assert set(embedded["by_kind"]) == {"official", "synonym"}
    assert baseline["success@10"] == 0.5
    assert [row["query"] for row in baseline["failed"]] == ["当铺"]
    assert embedded["intervals"]["success@1"] == [1, 1]
    run, nothing = home / "run.json", home / "n.tsv"
    nothing.write_text("qid\tquery\n1\t比特币\n2\t停车场\n", "utf-8")
    whole = ["evaluate", str(queries), "--qrels", str(qrels), "--parts", "--grouped"]
    options = ["--run", str(run), "--no-answer", str(nothing), "--json"]
    kept = CliRunner().invoke(app, [*whole, *options])
    assert kept.exit_code == 0, kept.output
    answer = json.loads(kept.stdout)
    assert {"without synonym", "without meaning", "grouped"} <= set(answer["results"])
    assert answer["results"]["without synonym"]["success@1"] == 0.5
    assert answer["no_answer"] == {"queries": 2, "nothing_found": 1, "told": 1}
    again = CliRunner().invoke(
        app, [*whole[:4], "--against", str(run), "--no-answer", str(nothing)]
    )
    assert again.exit_code == 0, again.output
    assert "embedded: ndcg@10 +0.000 (+0.000 – +0.000), +0 −0" in again.stdout
    plain = CliRunner().invoke(app, ["evaluate", str(queries), "--qrels", str(qrels)])
    assert "embedded" in plain.stdout
