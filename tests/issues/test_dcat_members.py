"""What a DCAT file holds beside typed datasets is read, or said; JSON-LD is told in any form."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from harvesters.readers.formats import open_reader, read_bytes
from ontology.errors import AtlasError
from ontology.vocabulary import Vocabulary, load_vocabulary
from tests.harvesters.conftest import Result, collect

PREFIXES = (
    "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .\n"
    "@prefix foaf: <http://xmlns.com/foaf/0.1/> . @base <https://data.example/> .\n"
)
TYPED = "<ds/r1> a dcat:Dataset ; dct:title 'one' .\n"
A_DATASET = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset>"


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


Read = Callable[..., Result]


@pytest.fixture(scope="module")
def read(vocabulary: Vocabulary) -> Read:
    def run(text: str, name: str = "x.ttl") -> Result:
        data = text.encode()
        return collect(
            read_bytes(
                data, name=name, source="s", base_iri="https://a.example", vocabulary=vocabulary
            )
        )

    return run


def told(result: Result) -> list[tuple[str, str]]:
    return [
        (w.code, str(w.params.get("nodes") or w.params.get("subject")))
        for m in result.mapped
        for w in m.warnings
    ]


@pytest.mark.parametrize(
    "said",
    [
        "<cat> a dcat:Catalog ; dcat:dataset <ds/r2> .",
        "<s> a dcat:DatasetSeries ; dcat:seriesMember <ds/r2> . <ds/r1> dcat:inSeries <s> .",
        "<ds/r2> dcat:inSeries <s> .",
        "<ds/r2> dcat:distribution [ dcat:accessURL <https://data.example/f> ] .",
        "<cat> a dcat:Catalog ; dcat:catalog [ a dcat:Catalog ; dcat:dataset <ds/r2> ] .",
        "<cat> a dcat:Catalog ; dcat:dataset <ds/r2> . <ds/r2> a dcat:Resource .",
    ],
)
def test_a_dataset_without_a_type_is_read(read: Read, said: str) -> None:
    result = read(f"{PREFIXES}{TYPED}<ds/r2> dct:title 'two' .\n{said}")
    assert sorted(m.record.remote_id for m in result.mapped) == ["r1", "r2"]
    assert f"<https://data.example/ds/r2> {A_DATASET} ." in result.text
    assert ("dataset-inferred", "https://data.example/ds/r2") in told(result)


def test_a_member_that_is_a_blank_node(read: Read) -> None:
    text = "<cat> a dcat:Catalog ; dcat:dataset [ dct:identifier 'b1' ; dct:title 'blank' ] ."
    (mapped,) = read(PREFIXES + text).mapped
    assert mapped.record.remote_id == "b1"


@pytest.mark.parametrize(
    ("said", "node"),
    [
        ("<s1> a dcat:DatasetSeries ; dct:title 's' . <ds/r1> dcat:inSeries <s1> .", "s1"),
        ("<sv> a dcat:DataService ; dct:title 's' ; dcat:servesDataset <ds/r1> .", "sv"),
        ("<cat> a dcat:Catalog ; dcat:service <sv> . <sv> a dcat:DataService .", "sv"),
        ("<cat> a dcat:Catalog ; dcat:dataset <ds/r1>, <ds/r9> .", "ds/r9"),
        ("<cat> a dcat:Catalog ; dcat:service <sv9> .", "sv9"),
        ("<rec> a dcat:CatalogRecord ; foaf:primaryTopic <ds/r8> .", "ds/r8"),
        ("<r5> a dcat:Resource ; dct:title 'r' .", "r5"),
        ("<r6> dct:title 'without a type' ; dct:identifier '6' .", "r6"),
    ],
)
def test_what_is_no_record_is_said(read: Read, said: str, node: str) -> None:
    result = read(PREFIXES + TYPED + said)
    assert [m.record.remote_id for m in result.mapped] == ["r1"]
    assert told(result) == [("resource-not-read", f"https://data.example/{node}")]


def test_the_service_of_a_dataset_is_a_part_of_its_record(read: Read) -> None:
    text = (
        "<ds/r1> dcat:distribution [ dcat:accessService <sv> ] .\n"
        "<sv> a dcat:DataService ; dct:title 'service' .\n"
        "<cat> a dcat:Catalog ; dct:title 'all' ; dcat:dataset <ds/r1> ; dcat:service <sv> .\n"
    )
    result = read(PREFIXES + TYPED + text)
    assert told(result) == []
    assert '<https://data.example/sv> <http://purl.org/dc/terms/title> "service"' in result.text


TITLE = "http://purl.org/dc/terms/title"
EXPANDED = {
    "@id": "https://data.example/ds/e1",
    "@type": ["http://www.w3.org/ns/dcat#Dataset"],
    TITLE: [{"@value": "展开式", "@language": "zh"}],
}


def test_expanded_json_ld_is_told_by_its_keys(read: Read) -> None:
    for document in (EXPANDED, [EXPANDED], {"@graph": [EXPANDED]}):
        (mapped,) = read(json.dumps(document, ensure_ascii=False), "e.json").mapped
        assert mapped.record.focus == "https://data.example/ds/e1"


def test_a_context_may_come_last(read: Read) -> None:
    context = {"dcat": "http://www.w3.org/ns/dcat#", "title": TITLE, "members": "dcat:dataset"}
    members = [
        {"@id": f"https://data.example/ds/{n}", "@type": "dcat:Dataset", "title": "说明" * 200}
        for n in range(200)
    ]
    graph = json.dumps({"@graph": members, "@context": context}, ensure_ascii=False)
    assert len(graph.encode()) > 128 * 1024
    assert len(read(graph, "g.json").mapped) == 200
    body = {"members": members, "@id": "https://data.example/c", "@context": context}
    assert len(read(json.dumps(body, ensure_ascii=False), "m.json").mapped) == 200


def test_portal_records_stay_portal_records(read: Read) -> None:
    record = {"@type": "com.example.Dataset", "id": "7", "title": "停车场", "url": "http://x/y"}
    (mapped,) = read(json.dumps([record], ensure_ascii=False), "p.json").mapped
    assert mapped.record.remote_id == "7"
    quoted = record | {"description": json.dumps({"@context": "x", "@graph": []})}
    (mapped,) = read(json.dumps([quoted], ensure_ascii=False), "p.json").mapped
    assert mapped.record.remote_id == "7"


def test_a_file_of_nothing_but_services_has_no_dataset(read: Read) -> None:
    with pytest.raises(AtlasError) as caught:
        read(PREFIXES + "<sv> a dcat:DataService ; dct:title 's' .")
    assert caught.value.code == "no-dataset"


def test_the_cases_of_the_issue(shared_data: Path, vocabulary: Vocabulary) -> None:
    def result(name: str) -> Result:
        path = shared_data / "cases" / name
        return collect(
            open_reader(path, source="s", base_iri="https://a.example", vocabulary=vocabulary)
        )

    series = result("29-series/s.ttl")
    assert sorted(i.remote_id for i in series.incoming) == ["r1", "r2"]
    named = " ".join(nodes for _, nodes in told(series))
    for node in ("ds/r3", "ds/r5", "ds/r9", "sv/1"):
        assert f"https://data.example/{node}" in named
    assert [i.remote_id for i in result("11-jsonld-as-json/expanded.json").incoming] == ["e1"]
    assert len(result("11-jsonld-as-json/context-last.json").incoming) > 100
