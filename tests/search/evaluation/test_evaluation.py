"""Measures against values worked out by hand, and the files that they are read from."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from ontology.errors import AtlasError
from search.evaluation.baseline import Baseline
from search.evaluation.bootstrap import compare, interval
from search.evaluation.judgements import Judged, read_judged
from search.evaluation.measures import figures, gain, measure
from search.evaluation.report import evaluate
from search.evaluation.runs import compare_runs, read_run, run_of, write_run
from search.index.model import SearchDocument
from search.index.payload import payload_of, stored


def ranking(*names: str) -> list[tuple[str, str]]:
    return [(name, f"题名{name}") for name in names]


def test_gain_is_discounted_by_rank() -> None:
    assert gain([3]) == 7
    assert gain([0, 3]) == pytest.approx(7 / math.log2(3))
    assert gain([1] * 20) == gain([1] * 10)


def test_a_query_is_met_by_grade_two_or_three() -> None:
    judged = Judged("1", "q", "k", {"a": 3, "b": 2, "c": 1})
    row = measure(judged, lambda _: ranking("c", "b", "x", "a"))
    assert row.first == 2
    ideal = 7 + 3 / math.log2(3) + 1 / 2
    assert row.ndcg == pytest.approx((1 + 3 / math.log2(3) + 7 / math.log2(5)) / ideal)
    assert measure(judged, lambda _: ranking("a", "b", "c")).ndcg == 1
    assert measure(judged, lambda _: []).first == 0


def test_means_over_queries() -> None:
    judged = [Judged(str(n), "q", "k", {"a": 3}) for n in range(4)]
    found = [ranking("a"), ranking("x", "y", "a"), ranking(*"xyzuvwa"), ranking("x")]
    rows = [measure(j, lambda _, f=f: f) for j, f in zip(judged, found, strict=True)]  # type: ignore[misc]
    assert figures(rows).success == (0.25, 0.5, 0.75)
    assert figures([]).success == (0, 0, 0)


def test_a_report_has_kinds_and_failures() -> None:
    judged = [Judged("1", "甲", "x", {"a": 3}), Judged("2", "乙", "y", {"b": 1})]
    report = evaluate(judged, {"mine": lambda _: ranking("a", "b")})["mine"]
    assert (report["success@1"], report["queries"]) == (0.5, 2)
    assert set(report["by_kind"]) == {"x", "y"}
    assert report["failed"] == [
        {"qid": "2", "query": "乙", "kind": "y", "rank": 0, "titles": ["题名a", "题名b"]}
    ]


def test_an_interval_holds_the_mean_and_narrows_with_more_queries() -> None:
    few, many = [0.0, 1.0] * 10, [0.0, 1.0] * 200
    for values in (few, many):
        low, high = interval(values)
        assert 0 < low < 0.5 < high < 1
        assert interval(values) == (low, high)
    (low, high), (lower, higher) = interval(many), interval(few)
    assert high - low < higher - lower
    assert interval([0.7] * 5) == (0.7, 0.7)
    assert interval([]) == (0, 0)


def test_versions_are_compared_query_by_query() -> None:
    before = [n / 40 for n in range(40)]
    after = [value + 0.01 for value in before]
    found = compare(after, before)
    # The intervals of the two overlap widely; their difference is certain.
    assert found.difference == pytest.approx(0.01)
    assert found.interval[0] > 0
    assert (found.better, found.worse) == (40, 0)
    assert compare(before, before).interval == (0, 0)


def test_a_run_is_kept_and_compared_where_both_have_the_query(tmp_path: Path) -> None:
    judged = [Judged(str(n), f"q{n}", "k", {"a": 3}) for n in range(3)]
    bad = evaluate(judged, {"mine": lambda _: ranking("x", "a")})
    good = evaluate(judged[:2], {"mine": lambda _: ranking("a"), "other": lambda _: []})
    path = tmp_path / "run.json"
    write_run(path, run_of(bad))
    found = compare_runs(run_of(good), read_run(path))
    assert set(found) == {"mine"}
    assert found["mine"]["success@1"]["difference"] == 1
    assert found["mine"]["success@3"]["difference"] == 0
    assert found["mine"]["ndcg@10"]["better"] == 2
    for body in ("", "[]", '{"mine": 1}'):
        path.write_text(body)
        with pytest.raises(AtlasError) as caught:
            read_run(path)
        assert caught.value.code == "judgements-unreadable"


def test_files_with_grades_and_with_patterns(tmp_path: Path) -> None:
    queries, qrels = tmp_path / "q.tsv", tmp_path / "r.tsv"
    queries.write_text('qid\tquery\tkind\n1\t"停车"场\tsynonym\n', "utf-8")
    qrels.write_text("qid\tdoc\tgrade\n1\ta\t3\n1\tb\t0\n", "utf-8")
    (judged,) = read_judged(queries, qrels)
    assert (judged.text, judged.kind, judged.grades) == ('"停车"场', "synonym", {"a": 3, "b": 0})
    queries.write_text(
        "qid\tquery\texpected_title_regex\tmust_not_be_first_regex\n1\t停车\t停车场\t处罚\n",
        "utf-8",
    )
    (judged,) = read_judged(queries, None)
    titles = ("停车场名录", "停车场处罚", "公园")
    assert [judged.grade("x", title, 1) for title in titles] == [3, 0, 0]
    assert [judged.grade("x", title, 2) for title in titles] == [3, 3, 0]
    assert measure(judged, lambda _: [("x", "停车场")]).ndcg is None


@pytest.mark.parametrize(
    ("queries", "qrels"),
    [
        ("", None),
        ("qid\tquery\n1\tx\n", None),
        ("qid\tquery\texpected_title_regex\n1\tx\t(\n", None),
        ("qid\tquery\n1\tx\n", "qid\tdoc\tgrade\n1\ta\tgood\n"),
        ("qid\tquery\n1\tx\n", "qid\tdoc\n1\ta\n"),
    ],
)
def test_files_that_are_wrong_are_named(tmp_path: Path, queries: str, qrels: str | None) -> None:
    first, second = tmp_path / "q.tsv", tmp_path / "r.tsv"
    first.write_text(queries, "utf-8")
    if qrels is not None:
        second.write_text(qrels, "utf-8")
    with pytest.raises(AtlasError) as caught:
        read_judged(first, second if qrels is not None else None)
    assert caught.value.code == "judgements-unreadable"
    assert ".tsv" in caught.value.message("en")


def test_the_baseline_prefers_titles_and_rare_words() -> None:
    documents = [
        SearchDocument("i:1", "s", "1", "h", "停车场", description="信息"),
        SearchDocument("i:2", "s", "2", "h", "公园信息", description="停车场"),
        SearchDocument("i:3", "s", "3", "h", "图书馆信息"),
    ]
    baseline = Baseline(stored(payload_of(document)) for document in documents)
    assert [name for name, _ in baseline.rank("停车场信息")][:2] == ["1", "2"]
    assert baseline.rank("没有") == []
