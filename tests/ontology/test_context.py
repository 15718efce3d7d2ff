"""The JSON-LD context: complete, inlined, and lossless there and back."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from ontology.canonical import canonical_record
from ontology.ontology import load_context, load_ontology
from ontology.record import Record
from ontology.terms import PREFIXES

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
"""rdflib's own parser of JSON-LD makes one."""

FULL_RECORD = Path(__file__).with_name("full_record.ttl")
CONTEXT = load_context()["@context"]
IRI = "https://atlas.example/id/dataset/test/1"


def record(data: str | bytes, form: ox.RdfFormat) -> Record:
    triples = [quad.triple for quad in ox.parse(data, format=form)]
    return canonical_record(triples, iri=IRI, source="test", remote_id="1")


def as_jsonld(canonical: Record) -> str:
    graph = rdflib.Graph().parse(data=canonical.nquads, format="nt")
    return graph.serialize(format="json-ld", context=CONTEXT)


def assert_same_after_jsonld(turtle: str) -> None:
    original = record(turtle, ox.RdfFormat.TURTLE)
    document = as_jsonld(original)
    assert isinstance(json.loads(document)["@context"], dict)
    by_oxigraph = record(document, ox.RdfFormat.JSON_LD)
    assert by_oxigraph.nquads == original.nquads
    assert by_oxigraph.hash == original.hash
    by_rdflib = rdflib.Graph().parse(data=document, format="json-ld").serialize(format="nt")
    assert record(by_rdflib, ox.RdfFormat.N_TRIPLES).hash == original.hash


def test_a_record_comes_back_from_json_ld_as_it_went() -> None:
    assert_same_after_jsonld(FULL_RECORD.read_text("utf-8"))


def test_values_of_the_wrong_kind_are_not_bent_by_the_context() -> None:
    assert_same_after_jsonld("""
        @prefix shd: <https://w3id.org/shdata/def/> . @prefix dct: <http://purl.org/dc/terms/> .
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        <urn:a> dct:title "plain", "标题"@zh, "one"@en, "two"@en, "typed"^^<urn:t> ;
            shd:rowCount "abc", "1"^^xsd:decimal, 7 ;
            shd:sharingType "text", <urn:iri>, [ dct:title "x" ] ;
            shd:listYear "2020" ; dct:publisher "某局"@zh ; shd:highQuality true, "true" .
    """)


# Empty texts are left out: rdflib's serialiser drops them, whatever the context says.
VALUES = st.one_of(
    st.builds(str, st.builds(ox.Literal, st.text("a一\n\"\\😀 @", min_size=1, max_size=5))),
    st.sampled_from(
        ['"x"@zh', '"x"@en', '"x"@zh-hans', "<urn:v>", "_:b0", "1", "1.50", "true",
         '"2020"^^<http://www.w3.org/2001/XMLSchema#gYear>', '"2020-01-01"^^<urn:other>']
    ),
)  # fmt: skip
PROPERTIES = sorted({v["@id"] if isinstance(v, dict) else v for v in CONTEXT.values()
                     if isinstance(v, dict) or (isinstance(v, str) and ":" in v
                                                and "//" not in v and v[0] != "@")})  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(PROPERTIES), VALUES), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_any_value_of_any_property_survives(pairs: list[tuple[str, str]]) -> None:
    prefixes = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in PREFIXES.items())
    assert_same_after_jsonld(prefixes + "".join(f"<urn:a> {p} {v} .\n" for p, v in pairs))


def test_a_document_written_by_hand_means_what_it_says() -> None:
    document = {
        "@context": CONTEXT,
        "id": IRI,
        "type": "Dataset",
        "title": {"zh": "公共厕所", "en": "Public toilets"},
        "accessRights": "vocab:open-type/unconditional",
        "issued": {"@value": "2020-05-01", "@type": "xsd:date"},
        "rowCount": "12",
        "dataItem": [
            {"id": f"{IRI}#field-001", "type": "Column", "columnTitle": {"zh": "名称"}}
        ],
        "secrecyReview": {"id": f"{IRI}#review", "type": "SecrecyReview"},
    }  # fmt: skip
    expected = f"""
        @prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
        @prefix shd: <https://w3id.org/shdata/def/> . @prefix csvw: <http://www.w3.org/ns/csvw#> .
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        <{IRI}> a dcat:Dataset ; dct:title "公共厕所"@zh, "Public toilets"@en ;
            dct:accessRights <https://w3id.org/shdata/vocab/open-type/unconditional> ;
            dct:issued "2020-05-01"^^xsd:date ; shd:rowCount 12 ;
            shd:dataItem <{IRI}#field-001> ; shd:secrecyReview <{IRI}#review> .
        <{IRI}#field-001> a csvw:Column ; csvw:title "名称"@zh .
        <{IRI}#review> a shd:SecrecyReview .
    """
    found = record(json.dumps(document), ox.RdfFormat.JSON_LD)
    assert found.nquads == record(expected, ox.RdfFormat.TURTLE).nquads


def test_the_context_offers_the_prefixes_of_the_project() -> None:
    assert {name: CONTEXT[name] for name in PREFIXES} == PREFIXES


@pytest.mark.parametrize("name", list(load_ontology().terms))
def test_every_term_is_in_the_context_with_its_kind(name: str) -> None:
    term = load_ontology().terms[name]
    entry = CONTEXT[name]
    if term.kind == "object-property":
        assert entry == {"@id": f"shd:{name}", "@type": "@id"}
    elif term.kind == "datatype-property" and term.range and not term.range[0].endswith("#string"):
        datatype = term.range[0].replace(PREFIXES["xsd"], "xsd:")
        assert entry == {"@id": f"shd:{name}", "@type": datatype}
    elif term.kind == "datatype-property" and not term.range:
        assert entry == {"@id": f"shd:{name}", "@container": "@language"}
    else:
        assert entry == f"shd:{name}"


def test_the_context_refers_to_no_other_document() -> None:
    for key, value in CONTEXT.items():
        assert key not in {"@import", "@base", "@vocab"}
        assert not isinstance(value, dict) or "@context" not in value
