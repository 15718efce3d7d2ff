"""From records to search documents, held against a real RDF parser."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology.canonical import canonical_record
from ontology.ntriples import literal
from ontology.record import Record
from ontology.released_concepts import ConceptChange, with_changes
from ontology.terms import DCAT, DCT, VOCAB
from ontology.vocabulary import Vocabulary, load_vocabulary
from search.analysis.data_items import described_items
from search.index.concepts import ConceptIndex
from search.index.fields import prepare
from search.index.from_record import MAX_VALUES, document_of
from search.index.ntriples_reader import read, text
from search.index.payload import payload_of

IRI = "https://data.example/id/dataset/city/1"
PREFIXES = """
PREFIX adms: <http://www.w3.org/ns/adms#> PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dct: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX shd: <https://w3id.org/shdata/def/>
PREFIX csvw: <http://www.w3.org/ns/csvw#> PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> PREFIX v: <https://w3id.org/shdata/vocab/>
BASE <https://data.example/id/dataset/city/1>
"""
V = "https://w3id.org/shdata/vocab/"


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


def record(turtle: str, *, focus: str = IRI) -> Record:
    triples = [q.triple for q in ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)]
    return canonical_record(triples, iri=IRI, source="city", remote_id="1", focus=focus)


def test_a_record_of_the_profile(vocabulary: Vocabulary) -> None:
    described = record(
        r"""
<> a dcat:Dataset ; dct:title "公共停车场信息"@zh, "Public car parks"@en ;
  dct:description "第一行\n\"第二行\" \\ 三"@zh ; dct:identifier "1" ;
  dct:publisher <https://data.example/id/organization/city/abc> ;
  dct:accessRights v:open-type\/conditional ; dct:accrualPeriodicity v:frequency\/monthly ;
  dcat:theme v:domain\/4 ; dct:subject v:industry\/G ;
  dcat:keyword "停车"@zh, "车位"@zh ;
  dct:issued "2021-03-04"^^xsd:date ; dct:modified "2023-05-06T07:08:09+08:00"^^xsd:dateTime ;
  dct:spatial v:place\/310106, v:place\/310101002, <#place-1> ;
  shd:dataItem <#field-001>, <#field-002> ;
  dcat:distribution <#dist-1>, <#dist-2> .
<#place-1> a dct:Location ; skos:prefLabel "外环线以内"@zh .
<#field-001> a csvw:Column ; csvw:title "泊位数"@zh ; csvw:datatype "integer" .
<#field-002> a csvw:Column ; csvw:title "地址"@zh .
<#dist-1> a dcat:Distribution ; dct:title "文件"@zh ; dct:format v:format\/csv ;
  shd:deliveryMode v:delivery-mode\/file .
<#dist-2> a dcat:Distribution ; dct:format v:format\/csv ; shd:deliveryMode v:delivery-mode\/api .
<https://data.example/id/organization/city/abc> skos:prefLabel "停车管理中心"@zh .
"""
    )
    d = document_of(described, vocabulary)
    assert (d.iri, d.source, d.remote_id, d.hash) == (IRI, "city", "1", described.hash)
    assert (d.title, d.title_en) == ("公共停车场信息", "Public car parks")
    assert d.description == '第一行\n"第二行" \\ 三'
    assert d.publishers == ("停车管理中心",)
    assert sorted(d.keywords) == ["停车", "车位"]
    assert d.fields == ("泊位数", "地址")
    transport = vocabulary.concept(f"{V}domain/4")
    assert transport is not None
    assert {transport.zh, transport.en} <= set(d.themes)
    assert {"静安区", "南京东路街道", "外环线以内"} <= set(d.places)
    assert (d.issued, d.modified) == ("2021-03-04", "2023-05-06T07:08:09+08:00")
    assert {name: set(values) for name, values in d.facets.items()} == {
        "industry": {f"{V}industry/G"},
        "quality": {"excellent"},
        "open_type": {f"{V}open-type/conditional"},
        "theme": {f"{V}domain/4"},
        "publisher": {"https://data.example/id/organization/city/abc"},
        "place": {"上海市", "上海市/静安区", "上海市/黄浦区"},
        "district": {f"{V}place/310106", f"{V}place/310101"},
        "format": {f"{V}format/csv"},
        "delivery": {f"{V}delivery-mode/file", f"{V}delivery-mode/api"},
        "frequency": {f"{V}frequency/monthly"},
        "source": {"city"},
        "year": {"2023"},
    }


def test_known_organisations_are_named_by_the_vocabulary(vocabulary: Vocabulary) -> None:
    known = vocabulary.concepts("organization")[0]
    d = document_of(record(f'<> dct:title "x"@zh ; dct:publisher <{known.iri}> .'), vocabulary)
    assert d.publishers == (known.zh,)
    assert d.facets["publisher"] == (known.iri,)


def test_the_same_thing_by_another_iri_is_one_value(vocabulary: Vocabulary) -> None:
    eu = "http://publications.europa.eu/resource/authority/"
    d = document_of(
        record(
            f"""<> dct:title "x" ; dct:accrualPeriodicity <{eu}frequency/ANNUAL> ;
            dct:accessRights <{eu}access-right/PUBLIC> ; dcat:distribution <#1>, <#2> .
            <#1> dct:format <{eu}file-type/CSV> . <#2> dct:format v:format\\/csv ."""
        ),
        ConceptIndex(vocabulary),
    )
    assert d.facets["frequency"] == (f"{V}frequency/annual",)
    assert d.facets["format"] == (f"{V}format/csv",)
    assert d.facets["open_type"] == (f"{V}open-type/unconditional",)


def test_access_rights_of_the_eu_are_open_types(vocabulary: Vocabulary) -> None:
    table = "http://publications.europa.eu/resource/authority/access-right"
    for code, meant in (("PUBLIC", "unconditional"), ("RESTRICTED", "conditional")):
        made = record(f'<{IRI}> a dcat:Dataset; dct:title "X"; dct:accessRights <{table}/{code}> .')
        found = document_of(made, ConceptIndex(vocabulary)).facets["open_type"]
        assert found == (f"https://w3id.org/shdata/vocab/open-type/{meant}",)


def test_the_whole_city_is_no_district(vocabulary: Vocabulary) -> None:
    d = document_of(record('<> dct:title "x"@zh ; dct:spatial v:place\\/310000 .'), vocabulary)
    assert "上海市" in d.places
    assert "district" not in d.facets


@pytest.mark.parametrize(
    ("titles", "title", "title_en", "alternatives"),
    [
        ('"Nl"@nl, "En"@en, "中"@zh', "中", "En", ["Nl"]),
        ('"Nl"@nl, "En"@en', "En", "", ["Nl"]),
        ('"Nl"@nl, "plain"', "plain", "", ["Nl"]),
        ('"Nl"@nl', "Nl", "", []),
        ('"繁"@zh-hant, "简"@zh-hans, "En"@en-gb', "简", "En", ["繁"]),
        ('""@zh, "En"@en', "En", "", []),
    ],
)
def test_chinese_leads_then_english(
    vocabulary: Vocabulary, titles: str, title: str, title_en: str, alternatives: list[str]
) -> None:
    d = document_of(record(f"<> dct:title {titles} ."), vocabulary)
    assert (d.title, d.title_en, list(d.alternatives)) == (title, title_en, alternatives)


def test_harvested_dcat_of_another_focus(vocabulary: Vocabulary) -> None:
    d = document_of(
        record(
            """
<https://elsewhere.example/set> a dcat:Dataset ; dct:title "Sites"@en, "Lieux"@fr ;
  dct:publisher [ foaf:name "Office"@fr, "The office"@en ], "A mere name" ;
  dct:spatial [ skos:prefLabel "Namur"@fr ] ;
  dct:issued "2019"^^xsd:gYear ;
  dcat:distribution [ dcat:mediaType <https://types.example/csv> ] .
<https://data.example/id/dataset/city/1> dct:title "a record about it" .
""",
            focus="https://elsewhere.example/set",
        ),
        vocabulary,
    )
    assert d.title == "Sites"
    assert d.alternatives == ("Lieux",)
    assert set(d.publishers) == {"The office", "A mere name"}
    assert len(d.facets["publisher"]) == len(d.publishers)
    assert "A mere name" in d.facets["publisher"]
    assert d.places == ("Namur",)
    assert d.facets["format"] == ("https://types.example/csv",)
    assert d.facets["year"] == ("2019",)


def test_a_record_without_title_shows_its_id(vocabulary: Vocabulary) -> None:
    assert document_of(record("<> a dcat:Dataset ."), vocabulary).title == "1"


def test_odd_values_do_no_harm(vocabulary: Vocabulary) -> None:
    d = document_of(
        record(
            """
<> dct:title <https://not.a/literal> ; dct:description <#x> ; dct:publisher "" ;
  dct:accessRights "公开" ; dcat:theme "x" ; dct:spatial "somewhere", <#nothing> ;
  dct:modified "2023-05-06", "2022-01-01" ; dct:issued <#x> ; dcat:distribution "x", <#none> ;
  dcat:keyword "  ", "a" ; shd:dataItem "x" .
"""
        ),
        vocabulary,
    )
    assert d.title == "1"
    assert d.modified == "2023-05-06"
    assert d.keywords == ("a",)
    assert d.places == ("somewhere",)
    assert set(d.facets) == {"source", "year", "quality"}


def test_a_record_with_ten_thousand_distributions(vocabulary: Vocabulary) -> None:
    nodes = ", ".join(f"<#d{n}>" for n in range(10_000))
    formats = "".join(f"<#d{n}> dct:format <https://f.example/{n}> ." for n in range(10_000))
    d = document_of(record(f'<> dct:title "x" ; dcat:distribution {nodes} . {formats}'), vocabulary)
    assert len(d.facets["format"]) == MAX_VALUES


@given(st.text(max_size=50), st.sampled_from([None, "zh", "en-gb"]))
def test_literals_are_read_as_they_were_written(value: str, lang: str | None) -> None:
    clean = value.encode("utf-8", "replace").decode()
    assert text(literal(clean, lang=lang)) == (clean.strip(), lang or "")
    assert text(literal(clean, datatype="https://t.example/x")) == (clean.strip(), "")


def test_lines_are_read_as_a_parser_reads_them(shared_data: Path, vocabulary: Vocabulary) -> None:
    """Every wanted statement of 1,500 real datasets, against pyoxigraph."""
    with gzip.open(shared_data / "dcat" / "datagovbe_1500.nt.gz") as file:
        triples = [q.triple for q in ox.parse(file.read(), format=ox.RdfFormat.N_TRIPLES)]
    plain = [t for t in triples if not isinstance(t.subject, ox.BlankNode)][:60_000]
    whole = canonical_record(
        [t for t in plain if not isinstance(t.object, ox.BlankNode)],
        iri=IRI,
        source="city",
        remote_id="1",
    )
    wanted = {f"<{DCT.term('title')}>", f"<{DCAT.keyword}>", f"<{DCT.publisher}>"}
    nodes = read(whole.nquads, "https://nobody.example/", set(), wanted)
    seen = {
        (subject, predicate, text(term)[0] if term[0] == '"' else term)
        for subject, terms in nodes.others.items()
        for predicate, found in terms.items()
        for term in found
    }
    right = {
        (
            str(t.subject),
            str(t.predicate),
            t.object.value.strip() if isinstance(t.object, ox.Literal) else str(t.object),
        )
        for t in whole.triples()
        if str(t.predicate) in wanted
    }
    assert seen == right
    assert len(right) > 5_000


def test_a_sample_set_and_what_a_platform_calls_high_quality(vocabulary: Vocabulary) -> None:
    d = document_of(
        record(
            """<> dct:title "停车场" ; shd:highQuality true ; dcat:distribution <#file> .
            <#file> a dcat:Distribution, shd:SampleSet ."""
        ),
        vocabulary,
    )
    assert d.facets["sample"] == ("set",)
    assert d.facets["high_quality"] == ("platform",)


def test_counts_samples_and_completeness(vocabulary: Vocabulary) -> None:
    d = document_of(
        record(
            """<> dct:title "停车场" ; dct:description "停车场" ; shd:viewCount 7 ;
            shd:downloadCount 5 ; shd:callCount "many" ; adms:sample <#sample> ."""
        ),
        vocabulary,
    )
    assert d.popularity == 12
    assert d.facets["sample"] == ("yes",)
    assert "high_quality" not in d.facets
    assert d.quality == 0
    assert d.facets["quality"] == ("bad",)


def test_a_district_lies_in_its_city(vocabulary: Vocabulary) -> None:
    d = document_of(record('<> dct:title "x" ; dct:spatial v:place\\/310106 .'), vocabulary)
    assert {"静安区", "上海市"} <= set(d.places)
    assert d.facets["district"] == (f"{V}place/310106",)


@pytest.mark.parametrize(
    ("description", "items"),
    [
        ("包含规模、指标名称、单位等内容。", ("规模", "指标名称", "单位")),
        ("数据信息项包含姓名、性别等", ("姓名", "性别")),
        ("包括：企业名称,地址和电话", ("企业名称", "地址", "电话")),
        ("停车场名录\\n名称\\n地址\\n泊位数", ("名称", "地址", "泊位数")),
        ("停车场", ()),
        ("包含了单位名称字段。", ()),
        ("包括发明专利授权项目的资助以及其他各项与之有关的补贴政策，等", ()),
        ("包含（见附件、名称", ()),
    ],
)
def test_data_items_are_read_from_a_description(description: str, items: tuple[str, ...]) -> None:
    assert described_items(description) == items


def test_a_publisher_is_found_by_the_names_that_it_had_and_got() -> None:
    shipped, audit = load_vocabulary(), f"{VOCAB}organization/audit"
    change = ConceptChange(
        "name", "organization", audit, "audit", "上海市稽核总局", "Audit Office", ("申审总署",)
    )
    turtle = with_changes(
        shipped.graph_turtle("organization").encode(),
        "organization",
        [change],
        "",
        1,
        date(2026, 9, 1),
    )
    renamed = shipped.with_turtle({"organization": turtle})
    said = record(f'<> dct:title "x"@zh ; dct:publisher <{audit}> .')
    before, now = (document_of(said, ConceptIndex(one)) for one in (shipped, renamed))
    assert before.publishers == ("上海市审计局",) and not before.publisher_names
    assert now.publishers == ("上海市稽核总局",)
    assert {"上海市审计局", "申审总署"} <= set(now.publisher_names)
    # Both engines search these words.
    assert set(prepare(before).text["publisher"].split()) <= set(
        prepare(now).text["publisher"].split()
    )
    assert prepare(now).payload == payload_of(replace(now, publisher_names=()))
    # What was shipped beside the preferred name is no news, whatever else was renamed.
    health = record(f'<> dct:title "x"@zh ; dct:publisher <{VOCAB}organization/health> .')
    assert not document_of(health, ConceptIndex(renamed)).publisher_names
