"""A text is chosen among languages by one rule: a hit is called as its page is."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from itertools import permutations
from xml.etree import ElementTree as ET

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology.languages import by_language, choose, language_of, pick, preferred
from tests.fixtures.web import HTML, House, served

Tagged = tuple[str, str]

RECORDS = {
    # by id: the titles, and what a reader of Chinese and one of English is shown
    "untagged": ('"停车场名录", "Parking lots"@en', "停车场名录", "Parking lots"),
    "regions": ('"停車場名錄"@zh-Hant, "停车场信息"@zh-CN, "Car parks"@en-GB', "停车场信息",
                "Car parks"),
    "plain": ('"停车场（简）"@zh-Hans, "停车场总表"@zh, "Lots"@en-US, "Lots all"@en', "停车场总表",
              "Lots all"),
    "several": ('"停车场乙"@zh, "停车场甲"@zh, "Lots B"@en, "Lots A"@en', "停车场乙", "Lots A"),
    "empty": ('""@zh, " "@zh-CN, "停车场空"', "停车场空", "停车场空"),
    "english": ('"Parking only"@en, "Stationnement"@fr', "Parking only", "Parking only"),
    "other": ('"Stationnement P"@fr, "Parken"@de', "Parken", "Parken"),
    "iso": ('"停车场三码"@zho, "Parking three"@eng', "停车场三码", "Parking three"),
}  # fmt: skip
"""乙 stands before 甲 by code points."""

TURTLE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
""" + "".join(
    f"""<https://elsewhere.example/{name}> a dcat:Dataset ; dct:identifier "{name}" ;
  dct:title {titles} ; dct:description "说明{name}", "About {name}"@en ;
  dct:accessRights <https://w3id.org/shdata/vocab/open-type/unconditional> .
"""
    for name, (titles, _, _) in RECORDS.items()
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    house = House(tmp_path_factory.mktemp("languages"))
    with house.atlas:
        outcomes = house.submit_turtle("langs", TURTLE)
        assert [outcome.error for outcome in outcomes] == [None] * len(RECORDS)
        house.project()
        with served(house) as address, httpx.Client(base_url=address, timeout=120) as client:
            yield client


@pytest.mark.parametrize(
    ("texts", "zh", "en"),
    [
        ([("甲", "zh"), ("A", "en")], "甲", "A"),
        ([("甲", ""), ("A", "en")], "甲", "A"),
        ([("甲", ""), ("乙", "zh"), ("F", "fr")], "乙", "乙"),
        ([("A", "en"), ("F", "fr")], "A", "A"),
        ([("繁", "zh-Hant"), ("简", "zh-Hans")], "简", "简"),
        ([("繁", "zh-TW"), ("简", "zh-CN"), ("中", "zh")], "中", "中"),
        ([("港", "zh-HK"), ("粤", "zh-yue")], "粤", "粤"),
        ([("简", "zh-Hans-HK"), ("繁", "zh-Hant-CN")], "简", "简"),
        ([("B", "en-GB"), ("A", "en-US"), ("甲", "")], "甲", "B"),
        ([("B", "en-GB"), ("C", "en")], "C", "C"),
        ([("", "zh"), (" \n", "zh"), ("A", "en")], "A", "A"),
        ([("F", "fr"), ("D", "de")], "D", "D"),
        ([("甲", "cmn-Hans"), ("A", "ENG")], "甲", "A"),
        ([("甲", "zh_CN"), ("乙", "und")], "甲", "甲"),
        ([], "", ""),
        ([("", "")], "", ""),
    ],
)
def test_which_text_is_shown(texts: list[Tagged], zh: str, en: str) -> None:
    for order in permutations(texts):
        assert choose(order) == zh
        assert choose(order, "en") == en
        assert pick(by_language(order)) == zh
        assert pick(by_language(order), "en") == en


TAGS = st.sampled_from(["", "zh", "zh-cn", "zh-hans", "zh-hant", "en", "en-gb", "fr", "und"])


@given(st.lists(st.tuples(st.text("甲乙A ", max_size=2), TAGS), max_size=5))
def test_the_order_given_changes_nothing(texts: list[Tagged]) -> None:
    assert preferred(texts) == preferred(list(reversed(texts)))
    assert all(text.strip() for text, _ in preferred(texts))
    assert bool(choose(texts)) is any(text.strip() for text, _ in texts)
    for lang in ("zh", "en"):
        own = [text for text, tag in texts if language_of(tag) == lang and text.strip()]
        assert not own or choose(texts, lang) in own


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_dataset_has_one_name_wherever_it_is_shown(client: httpx.Client, lang: str) -> None:
    wanted = {name: zh if lang == "zh" else en for name, (_, zh, en) in RECORDS.items()}
    about = {name: f"说明{name}" if lang == "zh" else f"About {name}" for name in RECORDS}
    asked = {"lang": lang, "source": "langs"}

    found = client.get("/api/v1/search", params={**asked, "limit": 50})
    assert "Accept-Language" in found.headers["vary"]
    hits = found.json()["hits"]
    assert {hit["remote_id"]: hit["title"] for hit in hits} == wanted
    assert {hit["remote_id"]: hit["description"] for hit in hits} == about

    table = client.get("/api/v1/search.csv", params=asked).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table, newline="")))
    assert {row["remote_id"]: row["title"] for row in rows} == wanted
    lines = client.get("/api/v1/search.jsonl", params=asked).text.splitlines()
    assert {one["remote_id"]: one["title"] for one in map(json.loads, lines)} == wanted

    feed = ET.fromstring(client.get("/feeds/datasets.atom", params=asked).content)
    atom = "{http://www.w3.org/2005/Atom}"
    named = {
        (entry.findtext(f"{atom}id") or "").rsplit("/", 1)[1]: entry.findtext(f"{atom}title")
        for entry in feed.iter(f"{atom}entry")
    }
    assert named == wanted

    results = client.get("/datasets", params=asked, headers=HTML).text
    for name, title in wanted.items():
        page = client.get(f"/dataset/langs/{name}", params={"lang": lang}, headers=HTML).text
        heading = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
        assert heading is not None
        assert re.sub("<[^>]+>", "", heading[1]).strip() == title
        script = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
        assert script is not None
        said = json.loads(script[1])
        assert (said["name"], said["description"]) == (title, about[name])
        assert f">{title}</a>" in results
        described = client.get(f"/api/v1/datasets/langs/{name}").json()["description"]
        assert pick(described["title"], lang) == title
        node = client.get(
            "/api/v1/graph/neighbours",
            params={"iri": f"https://data.example/id/dataset/langs/{name}"},
        ).json()["node"]
        assert pick(node["label"], lang) == title


def test_a_suggestion_leads_to_a_page_of_its_name(client: httpx.Client) -> None:
    for lang, title in (("zh", "停车场名录"), ("en", "Parking lots")):
        found = client.get("/api/v1/suggest", params={"q": "停车场名录", "lang": lang}).json()
        texts = [one["text"] for one in found["suggestions"] if one["kind"] == "dataset"]
        assert title in texts


def test_what_matched_is_marked_in_the_text_shown(client: httpx.Client) -> None:
    asked = {"q": "parking", "lang": "en", "source": "langs"}
    hits = client.get("/api/v1/search", params=asked).json()["hits"]
    hit = next(hit for hit in hits if hit["remote_id"] == "untagged")
    ((start, end),) = hit["title_spans"]
    assert hit["title"][start:end].lower() == "parking"
