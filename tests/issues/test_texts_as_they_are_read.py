"""HTML in descriptions is read as text, and characters that nobody sees part no word."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology.spelling import spelling_key
from ontology.texts import plain_text, tidy, without_invisible
from ontology.vocabulary import Known, load_vocabulary
from search.analysis.normalization import normal
from search.analysis.sort_keys import title_key
from search.analysis.tokens import tokens
from tests.fixtures.web import HTML, House, opened, portal

MARKED = (
    "<div style='text-align:left'><p>第一段 &amp; 说明</p><p>第二段<br/>换行 &nbsp;"
    '<a href="https://x.example">链接</a></p></div>'
)
READ = "第一段 & 说明\n第二段\n换行 链接"
TEXTS = {
    MARKED: READ,
    "<p>一段<b>粗体</b></p>": "一段粗体",
    "&lt;p&gt;说明 &amp;amp; 更多&lt;/p&gt;": "说明 & 更多",
    "甲&amp;nbsp;乙&amp;ldquo;丙&amp;rdquo;": "甲 乙“丙”",
    "甲&nbsp;乙&#65;&#x4e2d;": "甲 乙A中",
    "R&D经费 a < b > c": "R&D经费 a < b > c",
    "a <b and c> d": "a <b and c> d",
    "若 x<y and y>z 则": "若 x<y and y>z 则",
    "a<b 且 c>d": "a<b 且 c>d",
    "List<name> 与 <城市名>": "List<name> 与 <城市名>",
    "用 &lt;b&gt; 标出": "用 <b> 标出",
    "1 < 2 <b>粗</b>": "1 < 2 粗",
    "<style>p {color: red}</style>正文<!-- 注 -->": "正文",
    "<!DOCTYPE html><html><body>正文</body></html>": "正文",
    "<o:p></o:p>正文<SPAN LANG=EN-US>甲</SPAN>": "正文甲",
    "<ul><li>甲</li><li>乙</li></ul>": "甲\n乙",
    "<table><tr><td>甲</td><td nowrap>乙</td></tr></table>": "甲 乙",
    "<![CDATA[<p>甲</p>]]>乙": "甲\n乙",
    "a[b[0]]>c": "a[b[0]]>c",
    "## 小标题\n* 一\n* 二": "## 小标题\n* 一\n* 二",
    "AT&T; <3": "AT&T; <3",
}


@pytest.mark.parametrize("text", TEXTS)
def test_markup_is_read_and_what_is_none_stays(text: str) -> None:
    assert plain_text(text) == TEXTS[text]


@given(st.text(st.sampled_from("<>&;ab/p =\"'!-甲\n"), max_size=60))
def test_any_text_is_read(text: str) -> None:
    once = plain_text(text)
    assert once == once.strip(" \n")


PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
"""
HIDDEN = {
    "zw1": ("停\u200b车\u200b场泊位", "充\ufeff电桩分布"),
    "zw2": ("软\u00ad连字符停车\u00ad场", "零宽\u200d连接\u2060符充电\u200d桩"),
    "zw3": ("停\u180e车\ufe0f场\u2066名录\u2069", "充\u034f电\u061c桩"),
    "zw4": ("停\u200c车\U000e0101场一览", "充\u3164电桩"),
}
Site = tuple[House, httpx.Client]


def escaped(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with opened(tmp_path_factory.mktemp("texts")) as (house, client):
        described = "".join(
            f'<https://d.example/h{number}> a dcat:Dataset ; dct:identifier "h{number}" ;\n'
            f'  dct:title "描述 {number}"@zh ; dct:description {escaped(text)}{kind} .\n'
            for number, (text, kind) in enumerate([(MARKED, "@zh"), (MARKED, "^^rdf:HTML")])
        )
        hidden = "".join(
            f'<https://d.example/{name}> a dcat:Dataset ; dct:identifier "{name}" ;\n'
            f"  dct:title {escaped(title)}@zh ; dct:description {escaped(text)}@zh .\n"
            for name, (title, text) in HIDDEN.items()
        )
        house.submit_turtle("texts", PREFIXES + described + hidden)
        house.submit(
            "hidden",
            [portal(name, title, description=text) for name, (title, text) in HIDDEN.items()]
            + [portal("family", "家庭\U0001f468\u200d\U0001f469\u200d\U0001f467信息")],
        )
        house.project()
        yield house, client


@pytest.mark.parametrize("name", ["h0", "h1"])
def test_a_description_in_html_is_read_everywhere(site: Site, name: str) -> None:
    client = site[1]
    text = client.get(f"/dataset/texts/{name}", headers=HTML).text
    assert '<p class="lead">第一段 &amp; 说明\n第二段\n换行 链接</p>' in text
    (meta,) = re.findall(r'<meta name="description" content="([^"]*)">', text)
    assert meta.split() == ["第一段", "&amp;", "说明", "第二段", "换行", "链接"]
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert json.loads(block)["description"] == READ
    said = client.get(f"/api/v1/datasets/texts/{name}").json()["description"]["description"]
    assert list(said.values()) == [READ]


def test_hits_feed_and_exports_read_it_too(site: Site) -> None:
    client = site[1]
    asked = "source=texts&q=%E7%AC%AC%E4%BA%8C%E6%AE%B5"
    hits = client.get(f"/api/v1/search?{asked}").json()["hits"]
    assert [hit["description"] for hit in hits] == [READ, READ]
    atom = "{http://www.w3.org/2005/Atom}"
    feed = ET.fromstring(client.get(f"/feeds/datasets.atom?{asked}").content)
    assert [e.text for e in feed.iter(f"{atom}summary")] == [READ, READ]
    rows = list(csv.reader(io.StringIO(client.get(f"/api/v1/search.csv?{asked}").text)))
    assert [row[1] for row in rows[1:]] == [READ, READ]
    assert "&lt;p" not in client.get(f"/datasets?{asked}", headers=HTML).text


# -- what nobody sees ------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["停车场", "充电桩", "停\u200b车场", "充\u00ad电\u200d桩\ufe0f"])
@pytest.mark.parametrize("source", ["texts", "hidden"])
def test_words_are_found_through_what_nobody_sees(site: Site, words: str, source: str) -> None:
    params = {"source": source, "q": words, "limit": "50"}
    answer = site[1].get("/api/v1/search", params=params).json()
    assert {hit["remote_id"] for hit in answer["hits"]} == set(HIDDEN)
    assert answer["did_you_mean"] == []


@pytest.mark.parametrize("name", HIDDEN)
def test_what_a_portal_gives_is_shown_without_useless_marks(site: Site, name: str) -> None:
    page = site[1].get(f"/dataset/hidden/{name}", headers=HTML).text
    text = page.partition("<header>")[2].partition("</header>")[0]
    for mark in "\u200b\u00ad\u2060\ufeff\u180e":
        assert mark not in text
    if name in ("zw1", "zw2"):
        assert "停车场" in text


def test_a_picture_of_several_characters_stays_whole(site: Site) -> None:
    said = site[1].get("/api/v1/datasets/hidden/family").json()["description"]["title"]
    assert said["zh"] == "家庭\U0001f468\u200d\U0001f469\u200d\U0001f467信息"


@pytest.mark.parametrize("title", [title for title, _ in HIDDEN.values()])
def test_analysis_keys_and_vocabulary_do_not_see_them(title: str) -> None:
    bare = without_invisible(title)
    assert bare.isalnum()
    assert normal(title) == normal(bare)
    assert tokens(title) == tokens(bare)
    assert "停车场" in tokens(title) or "停车" in tokens(title)
    assert title_key(title, "x") == title_key(bare, "x")
    assert spelling_key(title) == spelling_key(bare)


def test_a_publisher_is_found_through_them() -> None:
    vocabulary = load_vocabulary()
    for mark in "\u200b\u00ad\u2060\ufe0f\u180e\u2066\u061c":
        found = vocabulary.organization(f"上海市{mark}交通{mark}委员会")
        assert isinstance(found, Known), f"U+{ord(mark):04X}"


def test_a_blank_of_no_width_is_no_blank() -> None:
    assert tidy("停\u200b车 \ufeff场") == "停车 场"
    assert tidy("\ufeff停车") == "停车"
