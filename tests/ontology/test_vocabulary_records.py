"""The vocabularies against the real records: what is mapped, and what is left unexplained."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ontology.vocabulary import Known, Scheme, Unknown, load_vocabulary

VOCABULARY = load_vocabulary()


@pytest.fixture(scope="module")
def records(shared_data: Path) -> list[dict[str, Any]]:
    with gzip.open(shared_data / "cn_portals" / "records.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def results(
    records: list[dict[str, Any]], column: str, scheme: Scheme
) -> Iterator[tuple[str, Known | Unknown]]:
    for record in records:
        value = record.get(column)
        local = record["province"] == "上海市"
        for found in VOCABULARY.find_all(scheme, value, local=local):
            yield str(value), found


@pytest.mark.parametrize(
    ("column", "scheme"),
    [
        ("is_open", "open-type"),
        ("update_frequency", "frequency"),
        ("data_formats", "format"),
        ("category", "domain"),
        ("industry", "industry"),
    ],
)
def test_every_value_is_mapped_or_listed_with_its_reason(
    records: list[dict[str, Any]], column: str, scheme: Scheme
) -> None:
    left = Counter(
        value
        for value, found in results(records, column, scheme)
        if isinstance(found, Unknown) and found.reason in ("unexplained", "bare-code")
    )
    assert left == {}


def test_open_types_are_counted_as_they_are(records: list[dict[str, Any]]) -> None:
    counts = Counter(
        found.concept.notation if isinstance(found, Known) else found.reason
        for _, found in results(records, "is_open", "open-type")
    )
    assert counts == {
        "unconditional": 19_527 + 28 + 5 + 3,
        "conditional": 3_670 + 7 + 25,
        "other-scheme": 300,
        "not-in-scheme": 13 + 1,
    }


def test_no_other_citys_department_is_taken_for_shanghais(records: list[dict[str, Any]]) -> None:
    taken = {
        value
        for value, found in results(records, "department", "organization")
        if isinstance(found, Known)
    }
    assert taken == set()


def test_every_department_of_2014_is_known_and_the_ended_ones_have_successors(
    shared_data: Path,
) -> None:
    path = shared_data / "shanghai" / "open_list_2014.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 190
    joint = 0
    ended: set[str] = set()
    for row in rows:
        cell = row["提供部门"]
        found = VOCABULARY.find_all("organization", cell)
        assert len(found) == cell.count("、") + 1, cell
        joint += len(found) > 1
        for one in found:
            assert isinstance(one, Known), cell
            if VOCABULARY.successors(one.concept.iri):
                ended.add(one.concept.zh.removeprefix("上海市"))
        (domain,) = VOCABULARY.find_all("domain-2014", row["领域"])
        assert isinstance(domain, Known), row["领域"]
    assert joint == 9
    assert ended == {
        "食品药品监督管理局",
        "工商行政管理局",
        "质量技术监督局",
        "卫生和计划生育委员会",
        "新闻出版局",
        "文化广播影视管理局",
        "旅游局",
        "规划和国土资源管理局",
        "环境保护局",
        "安全生产监督管理局",
        "金融服务办公室",
        "消防局",
        "社会团体管理局",
        "住房保障和房屋管理局",
        "城乡建设和管理委员会",
    }


def test_districts_and_streets_of_the_administrative_tables_are_known(shared_data: Path) -> None:
    for name in ("shanghai_districts.csv", "shanghai_streets.csv"):
        path = shared_data / "admin" / name
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                for text in (row["name"], row["code"]):
                    found = VOCABULARY.find("place", text)
                    assert isinstance(found, Known), text
                    assert found.concept.notation == row["code"]
