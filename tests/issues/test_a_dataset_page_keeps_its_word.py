"""One address is one button, the worst reason stands first, an earlier version stays itself."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest

from catalog_service.answers import Message
from catalog_service.quality.ring import quality, reasons
from catalog_service.rules.model import RuleFindings
from shapes.rules import Rules
from tests.fixtures.web import BASE, HTML, House, opened, portal

PAGE = "https://data.sh.gov.cn/view/detail/index.html?type=cp&id=FOUR"
PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
PAGES = f"""{PREFIXES}
<https://d.example/page> a dcat:Dataset ; dct:identifier "page" ; dct:title "页面当文件"@zh ;
  dct:accessRights <https://w3id.org/shdata/vocab/open-type/unconditional> ;
  dcat:landingPage <https://d.example/page.html> ;
  dcat:distribution [ dct:title "甲" ; dct:format "CSV" ;
      dcat:downloadURL <https://d.example/page.html> ] ,
    [ dct:title "乙" ; dct:format "JSON" ; dcat:accessURL <https://d.example/page.html> ] ,
    [ dct:title "丙" ; dct:format "XML" ; dcat:downloadURL <https://d.example/c.xml> ] .
"""
Site = tuple[House, httpx.Client]
WORDS = {
    "zh": ("下载", "当时的版本按现行规则检查", "没有发现问题。"),
    "en": ("Download", "held against the rules of today", "Nothing was found amiss."),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with opened(tmp_path_factory.mktemp("word")) as (house, client):
        four = portal("FOUR", "四种格式", url=PAGE, data_formats=["csv", "json", "xml", "xlsx"])
        house.submit("pages", [four])
        house.submit_turtle("pages", PAGES)
        house.submit("then", [portal("OLD", "从前", description="", update_time="2031-01-01")])
        house.clock.step()
        house.submit("then", [portal("OLD", "现在", description="现在的说明，写得很清楚。")])
        house.project()
        yield house, client


def page(site: Site, address: str, lang: str = "zh") -> str:
    return site[1].get(address, headers={**HTML, "Accept-Language": lang}).text


def section(text: str, name: str) -> str:
    return text.partition(f'<section aria-labelledby="{name}">')[2].partition("</section>")[0]


@pytest.mark.slow
@pytest.mark.parametrize("lang", WORDS)
def test_four_formats_at_one_page_are_one_button(site: Site, lang: str) -> None:
    text = page(site, "/dataset/pages/FOUR", lang)
    get = html.unescape(section(text, "get"))
    assert get.count('class="button') == 1
    assert get.count(f'href="{PAGE}"') == 1
    assert WORDS[lang][0] not in get, "a page is no download"
    assert re.findall(r'<abbr class="format"[^>]*>(\w+)<', get) == ["CSV", "JSON", "XML", "XLSX"]
    glance = text.partition('class="glance"')[2].partition("<nav")[0]
    assert WORDS[lang][0] not in glance
    assert {"zh": "从来源的页面获取", "en": "From a page of the source"}[lang] in glance


def test_a_landing_page_is_no_file_wherever_it_stands(site: Site) -> None:
    text = page(site, "/dataset/pages/page")
    get = section(text, "get")
    assert re.findall(r'class="button[^"]*" href="([^"]+)"[^>]*>(\w+)<', get) == [
        ("https://d.example/page.html", "前往"),
        ("https://d.example/c.xml", "下载"),
    ]
    assert "甲、乙" in get or "乙、甲" in get
    assert "https://d.example/c.xml" in section(text, "code")
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    (file,) = json.loads(block)["distribution"]
    assert file["contentUrl"] == "https://d.example/c.xml"


# -- the ring --------------------------------------------------------------------------------------


def finding(rule: str, severity: str, count: int = 1) -> RuleFindings:
    text = Message(zh=rule, en=rule)
    return RuleFindings(
        rule=rule,
        severity=severity,
        label=text,
        article=text,
        message=text,
        count=count,
        spots=[],
    )


def test_the_worst_reason_stands_first_and_all_are_counted() -> None:
    found = [
        *(finding(rule, "Warning") for rule in ("D-identifier", "R01", "R14", "R28")),
        *(finding(rule, "Info") for rule in ("R14", "A-first", "Z-last")),
        finding("Z-last", "Violation", 3),
        finding("R20", "Violation"),
    ]
    told = reasons(found)
    assert [(one.rule, one.severity) for one in told] == [
        ("R20", "Violation"),
        ("Z-last", "Violation"),
        ("D-identifier", "Warning"),
        ("R01", "Warning"),
        ("R14", "Warning"),
        ("R28", "Warning"),
        ("A-first", "Info"),
    ]
    assert told[1].count == 4
    ring = quality(found, Rules.load())
    assert [one.rule for one in ring.reasons] == ["R20", "Z-last"]
    assert (len(ring.reasons) + ring.more, ring.worst) == (len(told), "violation")
    assert ring.checked - ring.passed == len(told)


@pytest.mark.parametrize("name", ["pages/FOUR", "pages/page", "then/OLD"])
def test_the_ring_counts_what_is_listed(site: Site, name: str) -> None:
    text = page(site, f"/dataset/{name}")
    listed = re.findall(r'id="rule-([\w-]+?)-(violation|warning|info)"', section(text, "findings"))
    passed, checked = map(int, re.findall(r'y="36.5">(\d+)/(\d+)<', text)[0])
    assert len({rule for rule, _ in listed}) == len(listed) == checked - passed
    named = re.findall(r'href="#rule-([\w-]+?)-(\w+)"', text.partition('class="reasons"')[2])
    assert named == listed[: len(named)]
    more = re.findall(r"另有 (\d+) 条", text)
    assert len(named) + int(more[0] if more else 0) == len(listed)
    order = ["violation", "warning", "info"]
    ranks = [order.index(severity) for _, severity in listed]
    assert ranks == sorted(ranks)


# -- an earlier version ----------------------------------------------------------------------------


@pytest.fixture
def at(site: Site) -> str:
    """The time of the first version, as a query."""
    first = site[1].get("/api/v1/datasets/then/OLD/history").json()["changes"][0]["time"]
    return f"?at={quote(first, safe='')}"


@pytest.mark.parametrize("lang", WORDS)
def test_an_earlier_version_shows_its_own_findings(site: Site, at: str, lang: str) -> None:
    text = page(site, f"/dataset/then/OLD{at}", lang)
    assert "从前" in text.partition("<h1")[2].partition("</h1>")[0]
    findings = section(text, "findings")
    assert WORDS[lang][1] in findings
    assert WORDS[lang][2] not in findings
    assert 'id="rule-V-future-date-warning"' in findings
    assert 'class="ring' in text
    now = section(page(site, "/dataset/then/OLD", lang), "findings")
    assert "V-future-date" not in now
    assert WORDS[lang][1] not in now


def test_snippets_citation_and_alternates_keep_the_time(site: Site, at: str) -> None:
    text = html.unescape(page(site, f"/dataset/then/OLD{at}"))
    head = text.partition("</head>")[0]
    alternates = re.findall(r'<link rel="alternate" type="[^"]*" href="([^"]*)">', head)
    assert f"{BASE}/api/v1/datasets/then/OLD{at}" in alternates
    assert f"{BASE}/dataset/then/OLD.ttl{at}" in alternates
    forms = [one for one in alternates if "/then/OLD" in one]
    assert len(forms) == 5
    assert all(one.endswith(at) for one in forms)
    for address in forms:
        answer = site[1].get(address.removeprefix(BASE))
        assert answer.status_code == 200
        assert "从前" in answer.text or "\\u4ECE" in answer.text
    code = section(text, "code")
    assert code.count(f"{BASE}/api/v1/datasets/then/OLD{at}") == 3
    assert f"{BASE}/dataset/then/OLD{at}" in section(text, "cite")
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert json.loads(block)["url"] == f"{BASE}/dataset/then/OLD{at}"
    plain = html.unescape(page(site, "/dataset/then/OLD"))
    assert f"{BASE}/id/dataset/then/OLD" in section(plain, "cite")
    assert "at=" not in section(plain, "code")
