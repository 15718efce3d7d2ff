"""``atlas thesaurus`` as a steward calls it, in this process: real files, a real index."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from catalog_service.discovery.thesaurus_commands import app
from search.index.embedded import EmbeddedIndex
from search.index.model import SearchDocument
from search.thesaurus import builtin, load

HEAD = """@prefix : <https://w3id.org/shdata/thesaurus/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix th: <https://w3id.org/shdata/def/thesaurus#> .
:scheme\\/own a skos:ConceptScheme .
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ATLAS_HOME", str(tmp_path / "var"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    (tmp_path / "var").mkdir()
    return tmp_path / "var"


def call(*arguments: str | Path, code: int = 0) -> Any:
    done = CliRunner().invoke(app, [*map(str, arguments), "--json"])
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)


def own(home: Path, body: str, name: str = "own.ttl") -> Path:
    path = home / "thesaurus" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEAD + body, "utf-8")
    return path


def test_list_counts_entries_and_pairs_by_file(home: Path) -> None:
    said = call("list")
    assert said["pairs"] == len(builtin())
    assert sum(row["pairs"] for row in said["schemes"]) == said["pairs"]
    assert sum(row["entries"] for row in said["schemes"]) == said["entries"]
    assert said["listed"] == []


def test_list_shows_the_entries_of_one_file(home: Path) -> None:
    own(home, ':坟 skos:prefLabel "公墓"@zh ; skos:altLabel "坟圈子"@zh .')
    (entry,) = call("list", "--scheme", "own")["listed"]
    assert entry["official"] == ["公墓"]
    assert [word["text"] for word in entry["words"]] == ["坟圈子"]


def test_show_says_what_a_search_leads_to(home: Path) -> None:
    (match,) = call("show", "哪里有宠物医院")["matches"]
    assert (match["start"], match["text"]) == (3, "宠物医院")
    assert "动物诊疗机构" in match["expansions"][0]["terms"]


def test_show_says_which_words_lead_to_an_official_term(home: Path) -> None:
    words = {word["text"] for word in call("show", "动物诊疗机构")["words"]}
    assert "宠物医院" in words


def test_show_ends_with_1_for_an_unknown_word(home: Path) -> None:
    assert call("show", "坟圈子", code=1)["matches"] == []


def test_check_finds_nothing_wrong_with_what_is_shipped(home: Path) -> None:
    said = call("check")
    assert (said["findings"], said["error"]) == ([], None)


def test_check_names_file_and_line_of_a_broken_file(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "new.ttl"
    file.write_text(HEAD + ':a skos:prefLabel "公墓"@zh ;\n  skos:altLabel "坟地" .', "utf-8")
    error = call("check", file, code=1)["error"]
    assert (error["code"], error["file"], error["line"]) == ("thesaurus-value", str(file), 7)


def test_check_finds_a_circle_with_the_entries_in_use(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "new.ttl"
    # 宠物医院 leads to 动物诊疗机构 already.
    file.write_text(
        HEAD + ':宠物 skos:prefLabel "宠物医院"@zh ; skos:altLabel "动物诊疗机构"@zh .', "utf-8"
    )
    (finding,) = call("check", file, code=1)["findings"]
    assert finding["problem"] == "cycle"


def test_add_is_in_use_and_told_as_turtle(home: Path) -> None:
    said = call("add", "坟圈子", "公墓")
    assert said["turtle"] == ':公墓\n    skos:altLabel "坟圈子"@zh .\n'
    (match,) = call("show", "坟圈子")["matches"]
    assert match["expansions"][0]["terms"][0] == "公墓"
    assert call("check")["findings"] == []


@pytest.mark.parametrize(
    ("official", "nearest"), [("动物诊疗机沟", "动物诊疗机构"), ("宠物医院", "动物诊疗机构")]
)
def test_add_to_a_term_that_has_no_entry_names_the_nearest_and_writes_nothing(
    home: Path, official: str, nearest: str
) -> None:
    done = CliRunner().invoke(app, ["add", "看猫的", official], env={"COLUMNS": "300"})
    assert done.exit_code == 2
    assert nearest in done.output
    assert "--new" in done.output
    assert not (home / "thesaurus").exists()


def test_add_makes_a_new_entry_where_there_is_none(home: Path) -> None:
    call("add", "撸猫馆", "猫咖（互动）场所", "--kind", "narrower", "--weight", "0.4", "--new")
    (match,) = call("show", "撸猫馆")["matches"]
    (expansion,) = match["expansions"]
    assert expansion["terms"] == ["猫咖（互动）场所"]
    assert (expansion["kind"], expansion["weight"]) == ("narrower", 0.4)


def test_add_takes_english_words_and_keeps_what_was_there(home: Path) -> None:
    path = own(home, '# by hand\n:坟 skos:prefLabel "坟头"@zh ; skos:altLabel "坟圈子"@zh .')
    call("add", "columbarium", "公墓")
    assert "# by hand" in path.read_text("utf-8")
    (match,) = call("show", "columbaria or columbarium")["matches"]
    assert match["expansions"][0]["kind"] == "english"


def test_add_does_not_add_what_is_known(home: Path) -> None:
    assert call("add", "宠物医院", "动物诊疗机构", code=1)["added"] is False
    assert call("add", "动物诊疗机构", "动物诊疗机构", code=1)["added"] is False
    assert not (home / "thesaurus").exists()


def test_add_leaves_a_broken_file_as_it_is(home: Path) -> None:
    path = own(home, "oops")
    done = CliRunner().invoke(app, ["add", "坟圈子", "公墓"])
    assert getattr(done.exception, "code", "") == "thesaurus-syntax"
    assert path.read_text("utf-8") == HEAD + "oops"


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "坟圈子", "公墓", "--kind", "similar"),
        ("add", "坟圈子", "公墓", "--weight", "1.5"),
        ("add", "坟圈子", "cemetery"),
        ("add", "坟圈子", "安放骨灰的地方"),
        ("list", "--scheme", "none"),
        ("preview", "own.ttl"),
    ],
)
def test_wrong_use_ends_with_2(home: Path, arguments: tuple[str, ...]) -> None:
    assert CliRunner().invoke(app, list(arguments)).exit_code == 2


# -- preview --------------------------------------------------------------------------------------


@pytest.fixture
def index(home: Path) -> Path:
    titles = ("经营性公墓信息", "坟圈子改造项目", "公共厕所信息", "公园绿地信息")
    engine = EmbeddedIndex(home / "index")
    engine.rebuild(
        [
            SearchDocument(
                iri=f"http://a/{n}", source="s", remote_id=str(n), hash=str(n), title=title
            )
            for n, title in enumerate(titles)
        ],
        lambda: 1,
    )
    engine.close()
    return home


def test_preview_shows_what_is_new_and_what_is_gone(index: Path, tmp_path: Path) -> None:
    file = tmp_path / "new.ttl"
    file.write_text(HEAD + ':公墓 skos:altLabel "老坟堆"@zh .', "utf-8")
    said = call("preview", file, "--query", "老坟堆", "--query", "公园", code=1)
    assert (said["queries"], said["changed"]) == (2, 1)
    (first, second) = said["results"]
    assert first["changed"]
    assert not second["changed"]
    assert [(p["title"], p["before"], p["change"]) for p in first["places"]] == [
        ("经营性公墓信息", None, "new")
    ]
    # Nothing is in use yet.
    assert call("show", "老坟堆", code=1)["matches"] == []


def test_preview_replaces_the_file_of_the_same_name(index: Path, tmp_path: Path) -> None:
    own(index, ':公墓 skos:altLabel "老坟堆"@zh .')
    file = tmp_path / "own.ttl"
    file.write_text(HEAD, "utf-8")
    (result,) = call("preview", file, "--query", "老坟堆", code=1)["results"]
    assert [(p["title"], p["change"]) for p in result["places"]] == [("经营性公墓信息", "gone")]


@pytest.mark.parametrize("text", ["qid\tquery\nq1\t老坟堆\nq2\t公园\n", "老坟堆\n\n公园\n"])
def test_preview_reads_searches_from_a_file(index: Path, tmp_path: Path, text: str) -> None:
    queries = tmp_path / "queries.tsv"
    queries.write_text(text, "utf-8")
    file = tmp_path / "new.ttl"
    file.write_text(HEAD, "utf-8")
    said = call("preview", file, queries)
    assert [result["query"] for result in said["results"]] == ["老坟堆", "公园"]
    assert said["changed"] == 0


def test_a_word_of_a_steward_is_found_by_a_running_engine(index: Path) -> None:
    path = own(index, ':公墓 skos:altLabel "老坟堆"@zh .')
    assert [m.text for m in load([path]).lookup("老坟堆")] == ["老坟堆"]
