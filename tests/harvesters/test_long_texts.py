"""Texts of a hundred thousand characters: reading and indexing them takes time in proportion.

What takes time that grows with the square of the length takes minutes here, and a projection that
indexes such a record stands still for all others.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from harvesters.mapping.value_parsing import parse_count
from ontology.texts import plain_text
from ontology.vocabulary import Vocabulary
from search.index.concepts import ConceptIndex
from search.index.fields import prepare
from search.index.from_record import document_of
from tests.harvesters.conftest import Result

Read = Callable[..., Result]

LENGTH = 100_000
PIECES = (
    "x",
    "1",
    "中",
    "联系人",
    "家庭住址：",
    ".",
    "a-",
    "a@",
    "<!--",
    "<p ",
    '<a b="',
    "</",
    "（局",
    "😀",
)


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("field", ["title", "department", "contact"])
def test_a_long_text(read: Read, vocabulary: Vocabulary, field: str, piece: str) -> None:
    record = {"id": "r1", "title": "学校名录", field: (piece * LENGTH)[:LENGTH]}
    result = read(json.dumps(record, ensure_ascii=False), "r.jsonl", format="portal-jsonl")
    assert result.errors == []
    (mapped,) = result.mapped
    assert prepare(document_of(mapped.record, ConceptIndex(vocabulary))).payload


@pytest.mark.parametrize("piece", ["<!--", "<!", "<![", "<p ", "<a b='", "<a/", "</p", "<script>a"])
def test_markup_that_never_ends(piece: str) -> None:
    text = (piece * LENGTH)[:LENGTH]
    assert "一" in plain_text(f"<b>一</b>{text}")


def test_declarations_and_comments_are_no_text() -> None:
    assert plain_text("<!DOCTYPE html><p>一<!-- <b> 二 --></p><![endif]>三") == "一\n三"
    assert plain_text("<p>一</p><![ 二") == "一\n<![ 二"
    assert plain_text("<p>一</p><!-- 二") == "一\n<!-- 二"


def test_a_count_that_is_none() -> None:
    assert parse_count("9" * 18) == 10**18 - 1
    assert parse_count("9" * LENGTH) is None


@pytest.mark.parametrize("text", ["--", "至", "—— 至 ——"])
def test_a_period_of_nothing_but_marks_is_kept_as_it_is(read: Read, text: str) -> None:
    record = {"id": "r1", "title": "学校名录", "raw": {"时间范围": text}}
    result = read(json.dumps(record, ensure_ascii=False), "r.jsonl", format="portal-jsonl")
    assert result.errors == []
    assert len(result.mapped) == 1
    assert not result.lines("PeriodOfTime")


def test_ten_thousand_files(read: Read) -> None:
    files = [
        {"name": f"文件{n}.csv", "url": f"https://data.example/{n}.csv"} for n in range(10_000)
    ]
    record = {"id": "r1", "title": "学校名录", "files": files}
    result = read(json.dumps(record, ensure_ascii=False), "r.jsonl", format="portal-jsonl")
    assert result.errors == []
    assert result.text.count("dcat#downloadURL") == 10_000
