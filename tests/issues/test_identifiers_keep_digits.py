"""Identifiers keep every digit, whatever number or text they come as."""

from __future__ import annotations

import pytest

from harvesters.protocols import Incoming, Unreadable
from harvesters.readers.formats import read_bytes
from ontology.vocabulary import load_vocabulary

A, B = "310115202600000000000001", "310115202600000000000002"


def ids(content: str, name: str) -> list[str]:
    found = read_bytes(
        content.encode(),
        name=name,
        source="s",
        base_iri="http://a.example",
        vocabulary=load_vocabulary(),
    )
    return [item.remote_id for item in found if isinstance(item, Incoming)]


@pytest.mark.parametrize("form", ["lines", "array", "answer", "nested"])
def test_integers_beyond_64_bits_stay_apart(form: str) -> None:
    one, two = ('{"id":%s,"title":"a"}' % number for number in (A, B))  # noqa: UP031
    content, name = {
        "lines": (f"{one}\n{two}", "a.jsonl"),
        "array": (f"[{one},{two}]", "a.json"),
        "answer": ('{"data":{"content":[' + f"{one},{two}" + "]}}", "a.json"),
        "nested": (f'{{"raw":{one},"title":"a"}}\n{{"raw":{two},"title":"a"}}', "a.jsonl"),
    }[form]
    assert ids(content, name) == [A, B]


@pytest.mark.parametrize(
    ("written", "identifier"),
    [
        ("1805193908859179009", "1805193908859179009"),
        ("310115202600000000000001.0", A),
        ("1.0", "1"),
        ("1e3", "1000"),
        ("1.5", "1.5"),
        ("12345678901234567.5", "12345678901234567.5"),
        ("3.10115202600000000000001E23", A),
        ('"007"', "007"),
        ('{"$numberLong":"1805193908859179009"}', "1805193908859179009"),
        ('{"$oid":"65f0a1b2c3d4e5f601234567"}', "65f0a1b2c3d4e5f601234567"),
    ],
)
def test_a_number_is_the_identifier_that_was_written(written: str, identifier: str) -> None:
    assert ids(f'{{"id":{written},"title":"a"}}', "a.jsonl") == [identifier]


def test_json_ld_keeps_them_too() -> None:
    document = (
        '[{"@id":"http://e.example/1","@type":"http://www.w3.org/ns/dcat#Dataset",'
        '"http://purl.org/dc/terms/title":"a","http://purl.org/dc/terms/identifier":%s}]'
    )
    assert ids(document.replace("%s", A), "a.jsonld") == [A]


def test_what_is_no_json_number_is_refused_and_the_rest_is_read() -> None:
    items = list(
        read_bytes(
            b'{"id":"N1","title":"a","score":NaN}\n{"id":"N2","title":"b"}',
            name="a.jsonl",
            source="s",
            base_iri="http://a.example",
            vocabulary=load_vocabulary(),
        )
    )
    assert isinstance(items[0], Unreadable)
    assert items[0].error.code == "bad-json"
    assert "NaN" in items[0].error.message("en")
    assert isinstance(items[1], Incoming)


def test_digits_that_a_spreadsheet_has_cut_are_told() -> None:
    found = read_bytes(
        "编号,名称,提供部门\n3.10115E+17,甲,市教委\n310115202600000001,乙,市教委\n".encode(),
        name="a.csv",
        source="s",
        base_iri="http://a.example",
        vocabulary=load_vocabulary(),
    )
    told = [[w.code for w in item.make().warnings] for item in found if isinstance(item, Incoming)]
    assert told == [["lost-digits"], []]
