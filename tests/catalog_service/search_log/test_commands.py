"""``atlas search-log``: what is kept, and seeds of judgements made of it."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from catalog_service.search_log.model import Click, Reformulation
from catalog_service.search_log.seed import QRELS, QUERIES, REFORMULATIONS
from catalog_service.search_log.store import SearchLogStore
from ontology.errors import AtlasError
from search.evaluation.judgements import read_judged
from tests.fixtures.command import LIST, Cli

BASE = "http://127.0.0.1:8080/id/dataset/city"
MONDAY, TUESDAY = date(2026, 8, 31), date(2026, 9, 1)


@pytest.fixture
def kept(tmp_path: Path) -> Cli:
    cli = Cli(tmp_path)
    assert cli("import", LIST, "--source", "city").code in (0, 1)
    with closing(cli.journal()) as journal:
        SearchLogStore(journal).merge(
            [
                Click(MONDAY, "停车", f"{BASE}/a%2Fb", "2-3", 5),
                Click(TUESDAY, "停车", f"{BASE}/a%2Fb", "1", 10),
                Click(TUESDAY, "停车", f"{BASE}/C", "4-10", 5),
                Reformulation(TUESDAY, '"停车" 费', "停车收费", 5),
            ]
        )
    return cli


def test_what_is_kept_is_shown_by_day(kept: Cli) -> None:
    found = kept("search-log", "show", "--json").json
    assert (found["on"], found["least"], found["days"]) == (False, 5, 90)
    assert [(c["day"], c["networks"]) for c in found["clicks"]] == [
        ("2026-09-01", 10),
        ("2026-09-01", 5),
        ("2026-08-31", 5),
    ]
    assert found["reformulations"][0]["next"] == "停车收费"
    monday = kept("search-log", "show", "--day", "2026-08-31")
    assert "≥5" in monday.out
    assert "2026-09-01" not in monday.out
    assert kept("search-log", "clear", "--json").json == {"removed": 4}
    assert kept("search-log", "show", "--json").json["clicks"] == []


def test_an_export_is_a_seed_that_nobody_has_judged(kept: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "seed"
    written = kept("search-log", "export", folder, "--json").json
    assert written["rows"] == {QUERIES: 3, QRELS: 2, REFORMULATIONS: 1}
    lines = (folder / QRELS).read_text("utf-8").splitlines()
    assert lines[0].split("\t") == ["qid", "doc", "grade", "networks", "bands", "iri"]
    assert [line.split("\t")[1:5] for line in lines[1:]] == [
        ["a/b", "", "15", "1,2-3"],
        ["C", "", "5", "4-10"],
    ]
    assert '"停车" 费\t停车收费\t5' in (folder / REFORMULATIONS).read_text("utf-8")
    with pytest.raises(AtlasError, match="a grade is empty"):
        read_judged(folder / QUERIES, folder / QRELS)
    judged = "\n".join(line.replace("\t\t", "\t3\t") for line in lines)
    (folder / QRELS).write_text(judged, "utf-8")
    texts = {one.text: one.grades for one in read_judged(folder / QUERIES, folder / QRELS)}
    assert texts["停车"] == {"a/b": 3, "C": 3}
