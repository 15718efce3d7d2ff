"""The pages: both languages, no script, one heading, everything escaped, states told apart."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest

import catalog_service
from catalog_service.answers import Named
from catalog_service.datasets.description import describe
from catalog_service.datasets.service import freshness
from catalog_service.site.about_pages import READ_BY_PROGRAMS
from harvesters.protocols import Submission
from ontology.freshness import PERIOD_DAYS
from ontology.vocabulary import load_vocabulary
from tests.fixtures.web import HTML, SCRIPT, House, own_site, site
from translations import translator

__all__ = ["own_site", "site"]

Site = tuple[House, httpx.Client]
PAGES = [
    "/",
    "/datasets",
    "/datasets?q=%E5%85%AC%E4%BA%A4&theme=4&open_type=unconditional",
    "/datasets?q=nothing-of-this-name",
    "/dataset/city/BUS1",
    "/dataset/city/BUS1?at=2026-09-01T12:30:00",
    "/dataset/city/XSS",
    "/dataset/city/COND",
    "/dataset/city/GONE",
    "/dataset/city/CLOSED",
    "/dataset/city/BUS1/changes/1",
    "/dataset/city/BUS1/changes/0",
    "/organization/transport",
    "/district/310115",
    "/theme/4",
    "/theme/99",
    "/field/%E7%BA%BF%E8%B7%AF",
    "/organizations",
    "/organizations?q=x",
    "/districts",
    "/themes",
    "/libraries",
    "/library/credit",
    "/fields",
    "/explore",
    "/explore?at=BUS&relation=theme",
    "/explore?at=%E5%85%AC%E4%BA%A4",
    "/explore?at=nothing-of-this-name&to=%E5%85%AC%E4%BA%A4",
    "/explore?at=https%3A%2F%2Fw3id.org%2Fshdata%2Fvocab%2Fdomain%2F4&to=%E5%85%AC%E4%BA%A4",
    "/sources",
    "/sources/city",
    "/network",
    "/ldes",
    "/dumps/",
    "/sources/none",
    "/duplicates",
    "/source-catalog",
    "/source-catalog?q=x&department=%E6%B2%A1%E6%9C%89",
    "/source-catalog/new",
    "/source-catalog/import",
    "/source-catalog/conflicts",
    "/source-catalog/none",
    "/about",
    "/about/accessibility",
    "/def/",
    "/rules/R04",
    "/vocabulary/organization?q=x",
    "/vocabulary",
    "/vocabulary/domain",
    "/rules",
    "/sparql",
    "/sparql?format=html&query=SELECT+*+%7B+%3Fs+a+%3Ft+%7D+LIMIT+3",
    "/about/api",
    "/about/api/reference",
    "/about/api/reference?q=nothing-of-this-name",
    "/no/such/page",
]


class Page(HTMLParser):
    """What of a page the tests look at."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data.strip())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


def get(site: Site, address: str, lang: str = "zh") -> httpx.Response:
    return site[1].get(address, headers={**HTML, "Accept-Language": lang})


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_every_page_keeps_the_house_rules(site: Site, address: str, lang: str) -> None:
    answer = get(site, address, lang)
    assert answer.status_code < 500, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    page = Page(answer.text)
    assert page.all("html")[0]["lang"] == ("zh-CN" if lang == "zh" else "en")
    assert len(page.all("h1")) == 1
    for script in page.all("script"):
        # Data for search engines, or a module of our own: the policy lets nothing else run.
        own = script.get("type") == "module" and str(script.get("src")).startswith("/static/built/")
        assert own or script.get("type") == "application/ld+json"
    assert not any(a for _, attrs in page.tags for a in attrs if a == "style" or a.startswith("on"))
    assert next(a["href"] for a in page.all("a")) == "#content"
    assert any(a.get("id") == "content" for a in page.all("main"))
    ids = [attrs["id"] for _, attrs in page.tags if attrs.get("id")]
    assert len(ids) == len(set(ids))
    if lang == "zh" and address == "/about/api/reference":
        # What calls take and answer is quoted from the API's own description, and the page says so.
        assert "说明文字取自接口自身的描述，为英文" in answer.text
    elif lang == "zh":
        # Sentences and names of several words: a single one may be what a record says.
        chinese = translator("zh")
        shown = [w for w in page.words if " " in w and chinese.lookup(w) != w]
        assert shown == []


def test_english_pages_have_no_chinese_of_their_own(site: Site) -> None:
    for address in ("/about/api", "/no/such/page"):
        words = " ".join(Page(get(site, address, "en").text).words)
        own = re.sub(r"上海公共数据图谱|中文", "", words)
        assert re.search(r"[\u4e00-\u9fff]", own) is None, (address, own)


def test_the_language_switch_stays_on_the_page_and_links_keep_the_language(site: Site) -> None:
    page = Page(get(site, "/datasets?q=%E5%85%AC%E4%BA%A4&theme=4").text)
    switch = next(a["href"] for a in page.all("a") if a.get("hreflang") == "en")
    assert switch == "/datasets?q=%E5%85%AC%E4%BA%A4&theme=4&lang=en"
    english = Page(get(site, str(switch)).text)
    own = [str(a["href"]) for a in english.all("a") if str(a.get("href")).startswith("/data")]
    assert own
    assert all("lang=" in address for address in own)


def test_every_head_leads_whoever_is_signed_out_to_signing_in(site: Site) -> None:
    for path, language, link in (
        ("/", "zh", '<a href="/login">登录</a>'),
        ("/datasets?q=公交", "en", '<a href="/login">Sign in</a>'),
    ):
        answer = site[1].get(path, headers={**HTML, "Accept-Language": language})
        assert link in answer.text.partition("</header>")[0]
        assert "My account" not in answer.text.partition("</header>")[0]
        # The same for everybody: what is shared may be kept.
        assert "no-store" not in answer.headers["Cache-Control"]


def test_markup_in_a_title_is_shown_as_text(site: Site) -> None:
    for address in ("/dataset/city/XSS", "/datasets?q=script", f"/datasets?q={SCRIPT}"):
        text = get(site, address).text
        assert SCRIPT not in text
        assert "&lt;script&gt;" in re.sub("</?mark>", "", text)


def test_a_javascript_address_is_no_link() -> None:
    lines = (
        "<urn:d> <http://www.w3.org/ns/dcat#landingPage> <javascript:alert(1)> .\n"
        '<urn:d> <http://purl.org/dc/terms/title> "x" .\n'
    )
    vocabulary = load_vocabulary()
    found = describe(
        lines, iri="urn:d", focus="urn:d", source="s", remote_id="d", concepts=vocabulary
    )
    from catalog_service.site.display_values import followable as outside

    assert found.landing_pages == ["javascript:alert(1)"]
    assert outside(found.landing_pages[0]) is None
    assert outside("https://data.sh.gov.cn/a b") == "https://data.sh.gov.cn/a%20b"


def test_what_was_not_understood_is_shown_with_the_vocabularys_reason() -> None:
    lines = (
        '<urn:d> <https://w3id.org/shdata/def/unmappedAccessRights> "1"@zh .\n'
        '<urn:d> <https://w3id.org/shdata/def/unmappedIssued> "长期有效"@zh .\n'
    )
    found = describe(
        lines, iri="urn:d", focus="urn:d", source="s", remote_id="d", concepts=load_vocabulary()
    )
    assert [(u.property, u.value, u.reason) for u in found.unmapped] == [
        ("http://purl.org/dc/terms/accessRights", "1", "bare-code"),
        ("http://purl.org/dc/terms/issued", "长期有效", "not-a-date"),
    ]


def test_the_results_page_narrows_and_widens(site: Site) -> None:
    page = Page(get(site, "/datasets?theme=4&open_type=unconditional").text)
    boxes = [i for i in page.all("input") if i.get("type") == "checkbox" and "checked" in i]
    assert {(i["name"], i["value"]) for i in boxes} == {
        ("theme", "4"),
        ("open_type", "unconditional"),
    }
    chips = [str(a["href"]) for a in page.all("a") if a.get("class") == "chip"]
    assert chips == ["/datasets?open_type=unconditional", "/datasets?theme=4"]
    empty = get(site, "/datasets?q=nothing-of-this-name")
    assert (
        translator("zh").gettext("Nothing found for “{text}”", text="nothing-of-this-name")
        in empty.text
    )


def test_example_searches_on_the_home_page_find_something(site: Site) -> None:
    page = Page(get(site, "/").text)
    searches = [str(a["href"]) for a in page.all("a") if "?q=" in str(a.get("href"))]
    assert searches
    for address in searches:
        assert 'class="hits"' in get(site, address).text


def test_three_calls_that_work_here(site: Site) -> None:
    from catalog_service.site.about_pages import calls

    house, client = site
    found = dict(calls(house.atlas))
    search = re.search(
        r"'https://data\.example(/api[^']+)'", found["Search within a domain, answered in JSON"]
    )
    record = re.search(
        r"'https://data\.example(/dataset[^']+)'",
        found["One dataset’s description, answered in Turtle"],
    )
    query = re.search(
        r"'query=([^']+)'", found["Ask the whole graph in SPARQL, answered in CSV"], re.DOTALL
    )
    assert search
    assert record
    assert query
    assert client.get(search[1]).json()["hits"]
    assert client.get(record[1]).headers["content-type"].startswith("text/turtle")
    rows = client.post("/sparql", data={"query": query[1]}, headers={"Accept": "text/csv"}).text
    assert len(rows.splitlines()) == 5


def test_the_dataset_page_tells_open_type_freshness_rules_and_machine_forms(site: Site) -> None:
    text = get(site, "/dataset/city/BUS1", "en").text
    assert "Unconditionally open" in text
    assert "Updated 12 days ago (2026-08-20)" in text
    assert "On time" in text
    links = [
        link["type"] for link in Page(text).all("link") if str(link.get("href")).count("BUS1.")
    ]
    assert links == [
        "text/turtle",
        "application/n-triples",
        "application/ld+json",
        "application/rdf+xml",
    ]


@pytest.mark.parametrize(
    ("lang", "withdrawn", "missing"),
    [
        (
            "zh",
            "该数据集已于 2026-09-01 从目录下架。",
            "来源目录不再列出该数据集。若来源恢复，此页也会恢复。",
        ),
        (
            "en",
            "This dataset was withdrawn from the catalogue on ",
            "the source catalogue does not list this dataset any more. If it returns there,",
        ),
    ],
)
def test_a_page_that_is_gone_says_why(
    own_site: Site, lang: str, withdrawn: str, missing: str
) -> None:
    house, _ = own_site
    gone = get(own_site, f"/dataset/city/GONE?lang={lang}")
    assert gone.status_code == 410
    assert withdrawn in gone.text, gone.text
    list(house.atlas.catalog.mark_missing(["COND"], Submission("city", "test")))
    house.project()
    lost = get(own_site, f"/dataset/city/COND?lang={lang}")
    assert missing in lost.text, lost.text


def test_gone_and_closed(site: Site) -> None:
    gone = get(site, "/dataset/city/GONE")
    assert (gone.status_code, "旧公交线路" in gone.text) == (410, True)
    closed = get(site, "/dataset/city/CLOSED")
    never = get(site, "/dataset/city/NEVERS")
    assert closed.status_code == never.status_code == 404
    tail = re.compile(r"编号：\w+")
    assert tail.sub("", closed.text.replace("CLOSED", "NEVERS")) == tail.sub("", never.text)


@pytest.mark.parametrize(
    ("modified", "frequency", "verdict"),
    [
        ("2026-08-20", "monthly", "ontime"),
        ("2026-07-20", "monthly", "late"),
        ("2026-08-20T08:00:00+08:00", "daily", "late"),
        (None, "monthly", "nodate"),
        ("2027-01-01", "monthly", "future"),
        ("2001-01-01", "never", "never"),
        ("2026-08-20", "irregular", "nopromise"),
        ("not a date", "monthly", "nodate"),
    ],
)
def test_freshness_against_promise(
    site: Site, modified: str | None, frequency: str, verdict: str
) -> None:
    blank = describe(
        '<urn:d> <http://purl.org/dc/terms/title> "x" .\n',
        iri="urn:d",
        focus="urn:d",
        source="s",
        remote_id="d",
        concepts=load_vocabulary(),
    )
    given = blank.model_copy(update={"modified": modified, "frequency": Named(notation=frequency)})
    assert freshness(given, site[0].clock.today()).verdict == verdict


def test_every_frequency_has_a_period_or_none_on_purpose() -> None:
    notations = {c.notation for c in load_vocabulary().concepts("frequency")}
    assert notations - PERIOD_DAYS.keys() == {"irregular", "never", "other"}


def test_the_mark_is_found_at_the_address_of_old(site: Site) -> None:
    asked = site[1].get("/favicon.ico", follow_redirects=False)
    assert (asked.status_code, asked.headers["location"]) == (301, "/static/mark.svg")
    assert site[1].get(asked.headers["location"]).headers["content-type"] == "image/svg+xml"


def test_what_programs_can_read_answers(site: Site) -> None:
    page = site[1].get("/about/api", headers=HTML).text
    for address, _ in READ_BY_PROGRAMS:
        assert f'href="{address}"' in page
        assert site[1].get(address, follow_redirects=True).status_code == 200, address


def test_no_two_rooms_have_a_template_of_the_same_name() -> None:
    """All rooms' templates are found by name alone: the second of two would never be shown."""
    rooms = Path(catalog_service.__file__).parent
    names = [path.name for path in rooms.glob("**/templates/*.html")]
    assert sorted(names) == sorted(set(names))
