"""A format is one however it is written; licence and rights are told wherever a dataset is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pytest

from harvesters.readers.formats import read_bytes
from ontology.formats import formats_of
from ontology.licenses import license_of
from ontology.record import Record
from ontology.vocabulary import load_vocabulary
from shapes.engines import PyShaclEngine, ShaclEngine
from shapes.rules import Rules
from tests.fixtures.web import BASE, HTML, House, opened

PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
"""
IANA = "www.iana.org/assignments/media-types"
EU = "publications.europa.eu/resource/authority/file-type"
CSV = {
    "concept": "dct:format <https://w3id.org/shdata/vocab/format/csv>",
    "concept-http": "dct:format <http://w3id.org/shdata/vocab/format/csv>",
    "word": 'dct:format "CSV"',
    "word-tagged": 'dct:format "csv"@en',
    "ending": 'dct:format ".csv"',
    "word-of-media": 'dct:format "text/csv"',
    "media": 'dcat:mediaType "text/csv"',
    "media-charset": 'dcat:mediaType "text/csv; charset=utf-8"',
    "media-iri": f"dcat:mediaType <https://{IANA}/text/csv>",
    "media-http": f"dcat:mediaType <http://{IANA}/text/csv>",
    "media-format": f"dct:format <http://{IANA}/text/csv>",
    "eu": f"dct:format <http://{EU}/CSV>",
    "eu-https": f"dct:format <https://{EU}/CSV>",
    "label": 'dct:format [ a dct:MediaTypeOrExtent ; rdfs:label "text/csv" ]',
    "value": 'dct:format [ a dct:IMT ; rdf:value "text/csv" ; rdfs:label "逗号分隔" ]',
    "pref": 'dct:format [ skos:prefLabel "CSV"@en ]',
    "title": 'dcat:mediaType [ dct:title "CSV" ]',
    "unknown-and-media": 'dct:format "逗号分隔的表" ; dcat:mediaType "text/csv"',
    "packed": 'dct:format "csv.gz"',
}
FOO = {
    "foo-literal": 'dcat:mediaType "application/x-foo"',
    "foo-iri": f"dcat:mediaType <https://{IANA}/application/x-foo>",
    "foo-http": f"dct:format <http://{IANA}/application/X-Foo>",
    "foo-node": 'dct:format [ rdfs:label "application/x-foo" ]',
}
BAR = {
    "bar-literal": 'dct:format "grid_ascii"',
    "bar-eu": f"dct:format <http://{EU}/GRID_ASCII>",
    "bar-node": 'dct:format [ rdf:value ".GRID_ASCII" ]',
}
TERMS = """
<https://d.example/terms> a dcat:Dataset ; dct:identifier "terms" ; dct:title "许可各有写法"@zh ;
  dct:license <http://creativecommons.org/licenses/by/4.0> , "CC-BY-4.0" ;
  dct:rights "仅供研究"@zh , [ a dct:RightsStatement ; rdfs:label "注明来源"@zh ;
    foaf:page <https://d.example/rights> ] , <javascript:alert(1)> ;
  dcat:contactPoint [ a vcard:Kind ; vcard:hasTelephone <tel:+86-21-12345> ;
    vcard:hasEmail <mailto:mailto:opendata@d.example> ] ;
  dcat:distribution [ dct:title "甲" ; dcat:downloadURL <https://d.example/a.csv> ;
      dct:format "CSV" ; dct:license <https://creativecommons.org/licenses/by/4.0/deed.zh> ] ,
    [ dct:title "乙" ; dcat:downloadURL <https://d.example/b.json> ;
      dcat:mediaType "application/json" ; dcat:byteSize "2048.0"^^xsd:decimal ;
      dct:license [ a dct:LicenseDocument ; rdfs:label "署名许可"@zh ] ] .
"""
Site = tuple[House, httpx.Client]


def dataset(name: str, form: str) -> str:
    return (
        f'<https://d.example/{name}> a dcat:Dataset ; dct:identifier "{name}" ;\n'
        f'  dct:title "格式 {name}"@zh ; dcat:distribution [ a dcat:Distribution ;\n'
        f"    dcat:downloadURL <https://d.example/{name}/file> ; {form} ] .\n"
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with opened(tmp_path_factory.mktemp("formats")) as (house, client):
        everything = CSV | FOO | BAR
        turtle = "".join(dataset(name, form) for name, form in everything.items())
        house.submit_turtle("formats", PREFIXES + turtle + TERMS)
        house.project()
        yield house, client


def json_ld(text: str) -> dict[str, Any]:
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    found: dict[str, Any] = json.loads(block)
    return found


def test_the_facet_has_one_value_for_one_format(site: Site) -> None:
    found = site[1].get("/api/v1/search?source=formats&limit=0").json()["facets"]["format"]
    assert {f["value"]: (f["count"], f["label"]) for f in found} == {
        "csv": (len(CSV) + 1, {"zh": "CSV 表格", "en": "CSV"}),
        "json": (1, {"zh": "JSON", "en": "JSON (JavaScript Object Notation)"}),
        f"https://{IANA}/application/x-foo": (len(FOO), {"": "application/x-foo"}),
        "text:GRID_ASCII": (len(BAR), {"": "GRID_ASCII"}),
    }


@pytest.mark.parametrize(
    ("value", "names"), [("csv", {*CSV, "terms"}), ("text:GRID_ASCII", {*BAR})]
)
def test_the_facet_finds_them(site: Site, value: str, names: set[str]) -> None:
    address = f"/api/v1/search?source=formats&format={value}&limit=50"
    answer = site[1].get(address).json()
    assert {hit["remote_id"] for hit in answer["hits"]} == names
    assert answer["warnings"] == []


@pytest.mark.parametrize("name", CSV)
def test_page_api_and_schema_org_call_it_the_same(site: Site, name: str) -> None:
    text = site[1].get(f"/dataset/formats/{name}", headers=HTML).text
    assert '<abbr class="format" title="CSV 表格">CSV</abbr>' in text
    (file,) = json_ld(text)["distribution"]
    assert file["encodingFormat"] == "CSV 表格"
    answer = site[1].get(f"/api/v1/datasets/formats/{name}").json()["description"]
    (access,) = answer["distributions"]
    assert access["format"]["notation"] == "csv"
    assert "pandas.read_csv" in text


@pytest.mark.parametrize(("names", "label"), [(FOO, "application/x-foo"), (BAR, "GRID_ASCII")])
def test_what_no_vocabulary_knows_keeps_its_label(
    site: Site, names: dict[str, str], label: str
) -> None:
    for name in names:
        text = site[1].get(f"/dataset/formats/{name}", headers=HTML).text
        assert f'title="{label}">{label}</abbr>' in text
        assert json_ld(text)["distribution"][0]["encodingFormat"] == label
        assert "genid" not in text.partition('id="get"')[2].partition("</section>")[0]
    page = site[1].get("/datasets?source=formats", headers=HTML).text
    assert label in page
    assert "genid" not in page


def record(form: str) -> Record:
    (item,) = read_bytes(
        (PREFIXES + dataset("x", form)).encode(),
        name="x.ttl",
        source="s",
        base_iri=BASE,
        vocabulary=load_vocabulary(),
        format="dcat",
    )
    made: Record = item.make().record  # type: ignore[union-attr]
    return made


@pytest.fixture(scope="module")
def engines() -> tuple[ShaclEngine, PyShaclEngine]:
    rules = Rules.load()
    return ShaclEngine(rules, date(2026, 9, 1)), PyShaclEngine(rules, date(2026, 9, 1))


@pytest.mark.parametrize(
    ("form", "readable"),
    [
        *((form, True) for form in CSV.values()),
        ('dct:format [ rdfs:label "PDF" ]', False),
        ('dcat:mediaType "application/pdf"', False),
        (f"dct:format <https://{EU}/PDF>", False),
    ],
)
def test_r14_sees_the_format_with_either_engine(
    engines: tuple[ShaclEngine, PyShaclEngine], form: str, readable: bool
) -> None:
    made = record(form)
    found = [engine.validate(made) for engine in engines]
    assert found[0] == found[1]
    assert engines[0].validate_many([made]) == found[:1]
    assert ("R14" in {f.rule_id for f in found[0].findings}) == (not readable)


def test_several_formats_in_one_text_are_several() -> None:
    vocabulary = load_vocabulary()
    for text in ("CSV, JSON", "['csv','json']", "csv/json", "csv、json"):
        found = formats_of(vocabulary, [[(text,)]])
        assert [one.notation for one in found] == ["csv", "json"], text
    assert formats_of(vocabulary, [[("",), (" ",)], []]) == []


def test_sizes_and_contacts_are_read_as_catalogues_write_them(site: Site) -> None:
    said = site[1].get("/api/v1/datasets/formats/terms").json()["description"]
    assert {one["title"][""]: one["byte_size"] for one in said["distributions"]} == {
        "甲": None,
        "乙": 2048,
    }
    assert said["contacts"] == [{"telephone": "+86-21-12345", "email": "opendata@d.example"}]


# -- licence and rights ----------------------------------------------------------------------------

BY = "https://creativecommons.org/licenses/by/4.0/"


@pytest.mark.parametrize(
    "text",
    [
        BY,
        "http://creativecommons.org/licenses/by/4.0",
        "https://www.creativecommons.org/licenses/by/4.0/deed.zh",
        "http://creativecommons.org/licenses/by/4.0/legalcode.zh-hans",
        "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0",
        "https://spdx.org/licenses/CC-BY-4.0.html",
        "CC BY 4.0",
        "cc-by-4.0",
        "CC_BY_4_0",
        "Creative Commons BY 4.0 International",
    ],
)
def test_a_licence_is_one_in_every_spelling(text: str) -> None:
    found = license_of(text)
    assert found is not None
    assert (found.iri, found.label["en"]) == (BY, "CC BY 4.0")


@pytest.mark.parametrize("text", ["", "CC BY", "免费", "https://d.example/licenses/by/4.0", BY * 9])
def test_no_licence_is_guessed(text: str) -> None:
    assert license_of(text) is None


def test_licence_and_rights_are_in_the_api(site: Site) -> None:
    said = site[1].get("/api/v1/datasets/formats/terms").json()["description"]
    assert [(one["iri"], one["label"]["en"]) for one in said["licenses"]] == [(BY, "CC BY 4.0")]
    assert {(one["iri"], *one["label"].values()) for one in said["rights"]} == {
        (None, "仅供研究"),
        ("https://d.example/rights", "注明来源"),
        ("javascript:alert(1)",),
    }
    files = {one["title"][""]: one["licenses"] for one in said["distributions"]}
    assert files["甲"] == said["licenses"]
    assert [(one["iri"], one["label"]) for one in files["乙"]] == [(None, {"zh": "署名许可"})]


@pytest.mark.parametrize(
    ("lang", "name", "word"),
    [("zh", "知识共享 署名 4.0（CC BY 4.0）", "许可"), ("en", "CC BY 4.0", "Licence")],
)
def test_licence_and_rights_are_on_the_page(site: Site, lang: str, name: str, word: str) -> None:
    headers = {**HTML, "Accept-Language": lang}
    text = site[1].get("/dataset/formats/terms", headers=headers).text
    section = text.partition('<section aria-labelledby="conditions">')[2].partition("</section>")[0]
    assert word in section
    assert f'<a href="{BY}" rel="license nofollow noopener">{name}</a>' in section
    assert 'href="https://d.example/rights"' in section
    assert "仅供研究" in section
    assert 'href="javascript' not in text
    files = text.partition('<ul class="files">')[2].partition("</ul>")[0]
    assert files.count("署名许可") == 1
    assert name not in files, "the dataset's own licence is not repeated at each file"


def test_licence_and_rights_are_in_schema_org(site: Site) -> None:
    said = json_ld(site[1].get("/dataset/formats/terms", headers=HTML).text)
    assert said["license"] == BY
    assert {str(one) for one in said["usageInfo"]} == {
        "https://d.example/rights",
        str({"@type": "CreativeWork", "name": "仅供研究"}),
        str({"@type": "CreativeWork", "name": "javascript:alert(1)"}),
    }
    terms = {one["contentUrl"]: one["license"] for one in said["distribution"]}
    assert terms == {
        "https://d.example/a.csv": BY,
        "https://d.example/b.json": {"@type": "CreativeWork", "name": "署名许可"},
    }
