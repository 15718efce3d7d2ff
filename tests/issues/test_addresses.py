"""One rule for every address of every reader: what is illegal is encoded and told, never cut."""

from __future__ import annotations

import json
import re

import pytest

from harvesters.mapping.web_addresses import address, addresses, mended
from harvesters.protocols import Incoming, MappedRecord
from harvesters.readers.formats import read_bytes
from ontology.vocabulary import load_vocabulary
from shapes.placeholders import hosts_pattern

BASE = "http://atlas.example"


def read(content: str, name: str = "r.jsonl") -> MappedRecord:
    (item,) = read_bytes(
        content.encode(), name=name, source="s", base_iri=BASE, vocabulary=load_vocabulary()
    )
    assert isinstance(item, Incoming)
    return item.make()


MENDED = [
    ("https://data.example/文件 一.csv?名=值&a=1", "https://data.example/文件%20一.csv?名=值&a=1"),
    ("https://data.example/api/数据 集", "https://data.example/api/数据%20集"),
    ("https://data.example/a?b={1}|2", "https://data.example/a?b=%7B1%7D%7C2"),
    ("https://data.example/a[1].csv", "https://data.example/a%5B1%5D.csv"),
    ("http://[2001:db8::1]:80/a[1]", "http://[2001:db8::1]:80/a%5B1%5D"),
    ("https://data.example/a#b#c", "https://data.example/a#b%23c"),
    ("https://data.example/100%", "https://data.example/100%25"),
    ("https://data.example/%zz", "https://data.example/%25zz"),
    ("https://data.example/%E6%95%B0 b", "https://data.example/%E6%95%B0%20b"),
    ("https://data.example/d?a=1&amp;b= 2", "https://data.example/d?a=1&b=%202"),
    ("https:\\/\\/data.example\\page", "https://data.example/page"),
    ("https：／／data．example／（一）.csv", "https://data.example/（一）.csv"),
    ("https：//data。example/a", "https://data.example/a"),
    ("www.data.example/a.csv", "http://www.data.example/a.csv"),
    ("//data.example/a.csv", "https://data.example/a.csv"),
    ("<https://data.example/a>", "https://data.example/a"),
    ("\u3000https://data.example/a\u200b", "https://data.example/a"),
    ("https://data.example/a\u202eb", "https://data.example/a%E2%80%AEb"),
    ("https://data.example/a\u00a0b", "https://data.example/a%C2%A0b"),
    ("https://data.example/a\nb", "https://data.example/a%0Ab"),
]


@pytest.mark.parametrize(("text", "iri"), MENDED)
def test_what_is_illegal_is_encoded_and_told(text: str, iri: str) -> None:
    found = address(text)
    assert found.iri == iri
    ((kind, params),) = found.problems
    assert (kind.code, params) == ("mended-iri", {"value": text, "mended": iri})
    # What is mended is legal.
    assert address(iri) == (iri, ())


@pytest.mark.parametrize(
    "text",
    [
        "https://data.example/%E6%95%B0%E6%8D%AE?a=%20",
        "HTTPS://Data.Example/A.CSV",
        "https://数据.example/#/detail?id=3",
        "https://data.example:8443/a?b=c,d;e",
        "ftp://data.example/a",
        "https://data.example/@user",
    ],
)
def test_what_is_legal_stays(text: str) -> None:
    assert address(text) == (text, ())


@pytest.mark.parametrize(
    "text",
    [
        "/download/abc.csv",
        "\\\\server\\a.csv",
        "C:\\a.csv",
        "c:/a.csv",
        "a.csv",
        "http://[a/",
        "见附件",
    ],
)
def test_what_is_no_address_is_told_with_its_value(text: str) -> None:
    found = address(text)
    ((kind, params),) = found.problems
    assert (found.iri, kind.code, params["value"]) == ("", "illegal-iri", text)


@pytest.mark.parametrize("between", [",", "，", ";", "；", "、", " ", "\n", "|", " , "])
def test_several_in_one_cell(between: str) -> None:
    cell = f"https://a.example/1 2{between}https://b.example/3,4"
    assert addresses(cell) == ["https://a.example/1 2", "https://b.example/3,4"]


FIELDS = {
    "url": "landingPage>",
    "api": "endpointURL>",
    "sample": "downloadURL>",
    "agreement": "page>",
    "recommended": "recommended>",
}


@pytest.mark.parametrize("label", FIELDS)
def test_the_rule_holds_in_every_field(label: str) -> None:
    text = json.dumps({"id": "1", "title": "题", label: "https://data.example/数据 集"})
    mapped = read(text)
    (line,) = [one for one in mapped.record.lines if FIELDS[label] in one]
    assert "<https://data.example/数据%20集>" in line
    assert [w.code for w in mapped.warnings] == ["mended-iri"]


def test_a_files_address_is_kept() -> None:
    files = [{"name": "乙", "format": "csv", "url": "https://data.example/文件 一.csv?a={1}"}]
    mapped = read(json.dumps({"id": "1", "title": "题", "files": files}))
    assert "downloadURL> <https://data.example/文件%20一.csv?a=%7B1%7D>" in mapped.record.nquads
    assert [w.code for w in mapped.warnings] == ["mended-iri"]


@pytest.mark.parametrize("label", ["files", "sample", "api", "url"])
def test_a_full_width_scheme_is_one_in_every_field(label: str) -> None:
    mapped = read(json.dumps({"id": "1", "title": "题", label: "https：//data.example/a.csv"}))
    assert "<https://data.example/a.csv>" in mapped.record.nquads
    assert [w.code for w in mapped.warnings] == ["mended-iri"]


@pytest.mark.parametrize("form", ["ttl", "nt"])
def test_rdf_follows_the_same_rule(form: str) -> None:
    mapped = read(
        "<http://p/d> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
        "<http://www.w3.org/ns/dcat#Dataset> .\n"
        '<http://p/d> <http://purl.org/dc/terms/title> "a" .\n'
        "<http://p/d> <http://www.w3.org/ns/dcat#landingPage> <http://p/a[1]%zz> .\n",
        f"r.{form}",
    )
    assert "landingPage> <http://p/a%5B1%5D%25zz>" in mapped.record.nquads
    assert [w.code for w in mapped.warnings] == ["mended-iri"]


def test_a_host_is_the_same_in_capitals() -> None:
    """R10: scheme and host mean the same in capitals, with a port or a dot at their end."""
    pattern = hosts_pattern(["data.sh.gov.cn"])
    for good in (
        "HTTPS://DATA.SH.GOV.CN/x",
        "https://Data.Sh.Gov.Cn",
        "https://data.sh.gov.cn.:443/a",
        "Http://data.SH.gov.cn?q",
    ):
        assert re.match(pattern, good), good
    for bad in (
        "https://DATA.SH.GOV.CN@evil.example/",
        "https://data.sh.gov.cn:80@evil.example/",
        "https://data.sh.gov.cn.evil.example/",
        "https://dataxsh.gov.cn/",
    ):
        assert not re.match(pattern, bad), bad


def test_a_long_run_of_blanks_in_an_address_is_passed_once() -> None:
    """Tried from each of its signs, a run of a million takes hours."""
    blanks = " " * 500_000
    assert addresses(f"http://a.example/1{blanks}b") == ["http://a.example/1 b"]
    assert addresses(f"http://a.example/1{blanks}http://b.example/2") == [
        "http://a.example/1",
        "http://b.example/2",
    ]
    unseen = "\u200b" * 500_000
    assert mended(f"{unseen}http://a.example/1{unseen}") == "http://a.example/1"
    assert mended(f"http://a.example/1{unseen}b").endswith("%E2%80%8Bb")
