"""Texts that turn others around, addresses that read as another's, cells that run."""

from __future__ import annotations

import json

import pytest

from catalog_service.csv_cells import quote_formulas
from catalog_service.datasets.description import describe
from catalog_service.datasets.snippets import snippets
from catalog_service.site.display_values import ascii_host, followable
from catalog_service.site.rendering import environment
from harvesters.protocols import Incoming, MappedRecord
from harvesters.readers.formats import read_bytes
from ontology.texts import without_bidi
from ontology.vocabulary import load_vocabulary

TURNS = [chr(c) for c in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x61C)]
EVIL = "https://data.sh.gov.cn@evil.example/a.csv"


def read(content: str, name: str) -> MappedRecord:
    (item,) = read_bytes(
        content.encode(), name=name, source="s", base_iri="http://a.example",
        vocabulary=load_vocabulary(),
    )  # fmt: skip
    assert isinstance(item, Incoming)
    return item.make()


@pytest.mark.parametrize("turn", TURNS, ids=lambda c: f"U+{ord(c):04X}")
@pytest.mark.parametrize("form", ["bare", "escaped", "list", "turtle"])
def test_what_turns_a_text_is_taken_out_and_told(turn: str, form: str) -> None:
    title = f"公交{turn}vsc.线路"
    content, name = {
        "bare": (json.dumps({"id": "1", "title": title}, ensure_ascii=False), "a.jsonl"),
        "escaped": (json.dumps({"id": "1", "title": title}), "a.jsonl"),
        "list": (f"编号,数据集名称,更新频率\n1,{title},每月\n", "a.csv"),
        "turtle": (
            "<http://p/1> a <http://www.w3.org/ns/dcat#Dataset> ; "
            f'<http://purl.org/dc/terms/title> "{title}"@zh .',
            "a.ttl",
        ),
    }[form]
    mapped = read(content, name)
    assert '"公交vsc.线路"@zh' in mapped.record.nquads
    assert "control-characters" in [w.code for w in mapped.warnings]


def test_pages_write_none_of_records_from_before() -> None:
    page = environment().from_string("{{ title }}").render(title="甲\u202e<b>")
    assert page == "甲&lt;b&gt;"
    assert without_bidi("a\u2066b") == "a\u2066b".replace("\u2066", "")


@pytest.mark.parametrize(
    "url",
    [
        EVIL,
        "https://data.sh.gov.cn:443@evil.example/",
        "HTTPS://data.sh.gov.cn@evil.example/",
        "https://a\\@evil.example/",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "ftp://a.example/",
    ],
)
def test_no_link_leads_where_it_does_not_seem_to(url: str) -> None:
    assert followable(url) is None


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://data.sh.gov.cn/a b", "https://data.sh.gov.cn/a%20b"),
        ("https://data.example/@user", "https://data.example/@user"),
        # аррӏе in Cyrillic letters.
        ("https://аррӏе.com/", "https://xn--80ak6aa92e.com/"),
    ],
)
def test_hosts_beyond_ascii_are_shown_in_ascii(url: str, link: str) -> None:
    assert followable(url) == link
    assert ascii_host(url).partition("://")[2].partition("/")[0].isascii()


@pytest.mark.parametrize("name", ["a.jsonl", "a.ttl"])
def test_an_address_with_a_user_is_kept_and_told_and_goes_into_no_code(name: str) -> None:
    content = json.dumps({"id": "1", "title": "a", "files": [{"name": "b", "url": EVIL}]})
    if name == "a.ttl":
        content = (
            "@prefix dcat: <http://www.w3.org/ns/dcat#> . <http://p/1> a dcat:Dataset ; "
            '<http://purl.org/dc/terms/title> "a" ; dcat:distribution <http://p/1#d> . '
            f"<http://p/1#d> a dcat:Distribution ; dcat:downloadURL <{EVIL}> ."
        )
    mapped = read(content, name)
    assert [w.code for w in mapped.warnings] == ["address-with-user"]
    record = mapped.record
    found = describe(
        record.nquads, iri=record.iri, focus=record.focus, source="s", remote_id="1",
        concepts=load_vocabulary(),
    )  # fmt: skip
    assert found.distributions[0].download_urls == [EVIL]
    assert snippets(found, "https://a.example/1").kind == "record"


UNSEEN = ["", " ", "\u00a0", "\u3000", "\u200b", "\ufeff", "\u202e", "\u2060", "\u00ad", "\u180e"]


@pytest.mark.parametrize("unseen", UNSEEN, ids=ascii)
@pytest.mark.parametrize("sign", "=+-@|＝＋－＠")
@pytest.mark.parametrize("before", ["", "甲;", "甲；", "甲\n", "甲\r\n", "甲\t"])
def test_no_cell_begins_as_a_formula(unseen: str, sign: str, before: str) -> None:
    assert quote_formulas(f"{before}{unseen}{sign}cmd") == f"{before}'{unseen}{sign}cmd"


@pytest.mark.parametrize("text", ["甲;乙", "a-b", "2026-08-01", "甲，=乙", "名称;地址;电话", ""])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert quote_formulas(text) == text
