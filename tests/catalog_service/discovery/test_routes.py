"""Searching over HTTP: every option, pages by cursor, suggestions, exports, feeds."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx
import orjson
import pytest

from catalog_service.csv_cells import quote_formulas
from tests.fixtures.web import House, portal, served

Site = tuple[House, httpx.Client]
ATOM = "{http://www.w3.org/2005/Atom}"
COUNT = 130
HOSTILE = "=HYPERLINK(1) <公交 & 地铁>"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A hundred and thirty datasets, one of them named to do harm, and a closed one."""
    folder: Path = tmp_path_factory.mktemp("searching")
    house = House(folder / "home")
    with house.atlas, served(house) as address, httpx.Client(base_url=address, timeout=60) as web:
        records = [
            portal(
                f"B{n}",
                f"第{n}号公交线路",
                update_time=f"2026-0{1 + n % 8}-{1 + n % 28:02}",
                update_frequency="每月" if n % 2 else "每年",
            )
            for n in range(COUNT - 1)
        ]
        records.append(portal("EVIL", HOSTILE))
        house.submit("city", [*records, portal("SHUT", "公交内部", is_open="非开放")])
        house.project()
        yield house, web


@pytest.mark.parametrize("sort", ["relevance", "modified", "title"])
def test_pages_by_cursor_give_everything_once(site: Site, sort: str) -> None:
    params = {"q": "公交", "limit": "50", "sort": sort, "facets": "false"}
    seen: list[str] = []
    while True:
        page = site[1].get("/api/v1/search", params=params).json()
        seen += [hit["remote_id"] for hit in page["hits"]]
        if page["next"] is None:
            break
        params["cursor"] = page["next"]
    assert len(seen) == len(set(seen)) == page["total"] == COUNT
    assert page["facets"] == {}


def test_ranges_filters_and_what_was_understood(site: Site) -> None:
    web = site[1]
    march = {"modified_from": "2026-03", "modified_to": "2026-03"}
    found = web.get("/api/v1/search", params={**march, "limit": "100"}).json()
    assert found["total"] > 0
    assert all(hit["modified"].startswith("2026-03") for hit in found["hits"])
    monthly = web.get("/api/v1/search", params={"frequency": "monthly", "facet_size": "1"}).json()
    assert {hit["frequency"]["notation"] for hit in monthly["hits"]} == {"monthly"}
    assert len(monthly["facets"]["open_type"]) == 1
    fresh = web.get("/api/v1/search", params={"limit": "0"}).json()["facets"]["freshness"]
    assert fresh
    assert all(value["label"].keys() == {"zh", "en"} for value in fresh)
    told = web.get("/api/v1/search", params={"q": "公交线路"}).json()
    assert told["understanding"]["parts"]
    hit = told["hits"][0]
    assert hit["title_spans"]
    assert all(0 <= start < end <= len(hit["title"]) for start, end in hit["title_spans"])
    literal = web.get("/api/v1/search", params={"q": "公交线路", "literal": "synonym"}).json()
    assert all(part["kind"] != "synonym" for part in literal["understanding"]["parts"])


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"cursor": "x" * 50}, "cursor-invalid"),
        ({"modified_from": "yesterday"}, "range-invalid"),
        ({"literal": "everything"}, "unknown-understanding"),
        ({"colour": "red"}, "unknown-facet"),
        ({"sort": "size"}, "parameter-invalid"),
        ({"limit": "101"}, "parameter-invalid"),
        ({"offset": "1000000000"}, "parameter-invalid"),
        ({"facet_size": "0"}, "parameter-invalid"),
        ({"grouped": "maybe"}, "parameter-invalid"),
        ({"q": "长" * 501}, "parameter-invalid"),
    ],
)
def test_what_cannot_be_asked(site: Site, params: dict[str, str], code: str) -> None:
    for address in ("/api/v1/search", "/feeds/datasets.atom"):
        answer = site[1].get(address, params=params)
        assert (answer.status_code, answer.json()["code"]) == (400, code), address
    export = site[1].get("/api/v1/search.csv", params=params)
    paging = params.keys() & {"cursor", "limit", "offset", "facet_size"}
    assert export.status_code == 400
    assert export.json()["code"] == ("parameter-invalid" if paging else code)


@pytest.mark.parametrize("text", ["公交", "gongjiao", "gj"])
def test_suggestions_lead_somewhere(site: Site, text: str) -> None:
    answer = site[1].get("/api/v1/suggest", params={"q": text, "limit": "5"})
    found = answer.json()["suggestions"]
    assert 0 < len(found) <= 5
    for one in found:
        assert one["kind"] in ("dataset", "organization", "theme", "field", "word")
        assert site[1].get(one["url"], headers={"Accept": "text/html"}).status_code == 200


def test_suggestions_for_nothing_and_for_too_much(site: Site) -> None:
    assert site[1].get("/api/v1/suggest").json() == {"suggestions": []}
    long = site[1].get("/api/v1/suggest", params={"q": "长" * 101})
    assert (long.status_code, long.json()["code"]) == (400, "request-invalid")


def test_an_export_is_whole_and_harmless(site: Site) -> None:
    answer = site[1].get("/api/v1/search.csv", params={"q": "公交"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) == COUNT == int(answer.headers["x-total-count"])
    assert len({row["remote_id"] for row in rows}) == COUNT
    assert "SHUT" not in answer.text
    evil = next(row for row in rows if row["remote_id"] == "EVIL")
    assert evil["title"] == f"'{HOSTILE}"
    assert rows[0]["open_type"] == "无条件开放"
    assert rows[0]["open_type_notation"] == "unconditional"
    assert rows[0]["publisher_iris"].startswith("https://w3id.org/shdata/vocab/organization/")
    assert "csv" in rows[0]["format_notations"].split("; ")
    english = site[1].get("/api/v1/search.csv", params={"q": "公交", "lang": "en"})
    assert "Unconditionally open" in english.text


def test_json_lines_are_the_hits_of_the_search(site: Site) -> None:
    answer = site[1].get("/api/v1/search.jsonl", params={"frequency": "monthly"})
    lines = [orjson.loads(line) for line in answer.text.splitlines()]
    page = site[1].get("/api/v1/search", params={"frequency": "monthly", "limit": "100"}).json()
    assert len(lines) == page["total"]
    assert lines[: len(page["hits"])] == page["hits"]
    assert site[1].head("/api/v1/search.jsonl").headers["x-total-count"] == str(COUNT)


def test_a_search_is_a_feed(site: Site) -> None:
    params = {"q": "公交", "frequency": "monthly", "lang": "zh"}
    answer = site[1].get("/feeds/datasets.atom", params=params)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ET.fromstring(answer.text)
    assert "公交" in (feed.findtext(f"{ATOM}title") or "")
    entries = feed.findall(f"{ATOM}entry")
    updated = [entry.findtext(f"{ATOM}updated") or "" for entry in entries]
    assert len(entries) == 50
    assert updated == sorted(updated, reverse=True)
    assert feed.findtext(f"{ATOM}updated") == updated[0]
    links = {link.get("rel"): link.get("href") or "" for link in feed.findall(f"{ATOM}link")}
    assert "cursor=" in links["next"]
    older = site[1].get(links["next"].replace("https://data.example", ""))
    more = ET.fromstring(older.text).findall(f"{ATOM}entry")
    ids = {entry.findtext(f"{ATOM}id") for entry in entries}
    assert more
    assert not ids & {entry.findtext(f"{ATOM}id") for entry in more}
    known = {"If-None-Match": answer.headers["etag"]}
    again = site[1].get("/feeds/datasets.atom", params=params, headers=known)
    assert again.status_code == 304


def test_a_hostile_title_stays_text_in_a_feed(site: Site) -> None:
    answer = site[1].get("/feeds/datasets.atom", params={"q": "HYPERLINK"})
    entries = ET.fromstring(answer.text).findall(f"{ATOM}entry")
    assert HOSTILE in [entry.findtext(f"{ATOM}title") for entry in entries]


@pytest.mark.parametrize("begin", [*"=+-@|＝＋－＠｜\t\r\n", " =", "\u3000＝", "\ufeff@"])
def test_no_cell_of_a_table_is_a_formula(begin: str) -> None:
    assert quote_formulas(f"{begin}cmd") == f"'{begin}cmd"
    assert quote_formulas(f"数据{begin}") == f"数据{begin}"


def test_too_many_values_of_a_filter_are_refused_and_none_is_left_out(site: Site) -> None:
    web = site[1]
    fifty = [("format", f"f{n}") for n in range(49)] + [("format", "csv")] * 3
    assert web.get("/api/v1/search", params=fifty).status_code == 200
    for path in ("/api/v1/search", "/api/v1/search.csv", "/feeds/datasets.atom"):
        refused = web.get(path, params=[*fifty, ("format", "one-more")])
        assert (refused.status_code, refused.json()["code"]) == (400, "too-many-values")
        assert "51" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("name", "value", "known"),
    [
        ("open_type", "unconditionl", "unconditional"),
        ("open_type", "无条件开放", "unconditional"),
        ("theme", "道路交通", "4"),
        ("format", "cvs", "csv"),
        ("source", "citi", "city"),
        ("quality", "execellent", "excellent"),
        ("freshness", "quater", "quarter"),
    ],
)
def test_a_value_that_no_dataset_can_have_is_named(
    site: Site, name: str, value: str, known: str
) -> None:
    found = site[1].get("/api/v1/search", params={name: value, "lang": "en"}).json()
    (warning,) = found["warnings"]
    assert (warning["parameter"], warning["value"]) == (name, value)
    assert known in warning["known"]
    assert warning["code"] == "value-unknown"
    assert value in warning["message"]


def test_nothing_is_said_of_values_that_are_known(site: Site) -> None:
    params = {
        "open_type": "unconditional",
        "theme": "4",
        "source": "city",
        "year": "1999",
        "publisher": "https://data.example/id/organization/none",
        "quality": "good",
        "sample": "yes",
    }
    assert site[1].get("/api/v1/search", params=params).json()["warnings"] == []
