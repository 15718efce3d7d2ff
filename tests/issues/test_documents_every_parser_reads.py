"""Predicates that RDF/XML cannot write and characters that XML cannot hold.

Whatever a record or an answer holds, a parser that is not the writer's reads it back: every
statement, or all but those that the document says it leaves out.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import httpx
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catalog_service.sparql.xml_results import UnwritableError, as_xml
from ontology.rdf_xml import split
from ontology.serialization import write, write_lines
from ontology.terms import PREFIXES, RDF, XSD
from tests.fixtures.web import House, site

__all__ = ["site"]

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
"""rdflib's own reader of JSON-LD uses it."""

RESULTS = "{http://www.w3.org/2005/sparql-results#}"
S = ox.NamedNode("http://e.example/s")
P = ox.NamedNode("http://e.example/p")
READERS = {
    "turtle": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "json-ld": ox.RdfFormat.JSON_LD,
    "xml": ox.RdfFormat.RDF_XML,
}

RECORD = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
<https://elsewhere.example/x1> a dcat:Dataset ; dct:identifier "x1" ;
  dct:title "谓词不能写成限定名"@zh ; dct:description "前\\u0001后\\r\\n末"@zh ;
  <http://example.com/terms/123> "数字" ; <http://example.com/prop/名称/> "斜杠结尾" ;
  <http://example.com/term%20> "百分号结尾" ; <http://example.com/2a> "能写" ;
  dct:accessRights <https://w3id.org/shdata/vocab/open-type/unconditional> .
"""


@pytest.fixture(autouse=True)
def _as_written(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have rdflib keep literals as they are written, and not warn of IRIs that it finds odd."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


def _legal(iri: str) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        return None


_ENDS = st.text(st.sampled_from("abZ019_-.~!$&'()*+,;=:@/?#名称𠀀é·ωプー"), max_size=8)
_SPACES = ["http://e.example/", "urn:x:", "org:", "http://www.w3.org/2000/xmlns/"]
_IRIS = st.builds(
    lambda space, end: _legal(space + end), st.sampled_from([*_SPACES, *PREFIXES.values()]), _ENDS
).filter(lambda iri: iri is not None)
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_LITERALS = st.one_of(
    st.builds(ox.Literal, _TEXTS),
    st.builds(
        lambda text, tag: ox.Literal(text, language=tag),
        _TEXTS,
        st.sampled_from(["zh", "en-gb", "zh-hant"]),
    ),
    st.builds(
        lambda text, kind: ox.Literal(text, datatype=ox.NamedNode(XSD.term(kind))),
        st.sampled_from(["1", "-2", "1.5", "true", "x", ""]),
        st.sampled_from(["integer", "decimal", "boolean", "date"]),
    ),
)
_TRIPLES = st.builds(ox.Triple, _IRIS, _IRIS, st.one_of(_IRIS, _LITERALS))


def _key(triple: ox.Triple) -> tuple[str, ...]:
    value = triple.object
    assert isinstance(triple.subject, ox.NamedNode)
    if isinstance(value, ox.Literal):
        kind = value.language or value.datatype.value
        return triple.subject.value, triple.predicate.value, "text", value.value, kind
    assert isinstance(value, ox.NamedNode)
    return triple.subject.value, triple.predicate.value, "iri", value.value


def _read(body: bytes, form: str) -> set[tuple[str, ...]]:
    found = set()
    for s, p, o in rdflib.Graph().parse(data=body, format=form):
        if isinstance(o, rdflib.Literal):
            kind = (o.language or "").lower() or str(o.datatype or XSD.string)
            found.add((str(s), str(p), "text", str(o), kind))
        else:
            found.add((str(s), str(p), "iri", str(o)))
    return found


@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(st.lists(_TRIPLES, max_size=4))
@example([ox.Triple(S, ox.NamedNode("http://example.com/terms/123"), ox.Literal("值"))])
@example([ox.Triple(S, ox.NamedNode("http://example.com/prop/名称/"), ox.Literal("值"))])
@example([ox.Triple(S, ox.NamedNode("http://e.example/𠀀"), ox.Literal("值"))])
@example([ox.Triple(S, ox.NamedNode("http://purl.org/dc/terms/"), ox.Literal("值"))])
@example([ox.Triple(S, ox.NamedNode("http://purl.org/dc/terms/a."), ox.Literal("值"))])
@example([ox.Triple(S, ox.NamedNode(RDF.term("li")), ox.Literal("值"))])
@example([ox.Triple(S, ox.NamedNode(RDF.type), ox.NamedNode("http://e.example/123"))])
@example([ox.Triple(S, ox.NamedNode(RDF.type), ox.NamedNode(RDF.term("Description")))])
@example([ox.Triple(S, P, ox.Literal(text)) for text in ("\0", "\r", "a\r\nb", "\ufffe", "]]>")])
def test_every_form_is_read_back(triples: list[ox.Triple]) -> None:
    wanted = {_key(triple) for triple in triples}
    for form, syntax in READERS.items():
        written = write(triples, syntax)
        found = _read(written.body, form)
        if form == "xml":
            assert found <= wanted
            missing = [t for t in triples if _key(t) not in found]
            assert written.left_out == len(missing)
            assert (b"<!--" in written.body.split(b"<rdf:RDF")[0]) is bool(missing)
        else:
            assert found == wanted
            assert written.left_out == 0


@pytest.mark.parametrize(
    ("predicate", "parts"),
    [
        ("http://example.com/terms/a123", ("http://example.com/terms/", "a123")),
        ("http://example.com/2a", ("http://example.com/2", "a")),
        ("http://example.com/名称", ("http://example.com/", "名称")),
        ("http://www.w3.org/2000/xmlns/foo", ("http://www.w3.org/2000/xmlns/f", "oo")),
        ("http://example.com/terms/123", None),
        ("http://example.com/prop/名称/", None),
        ("http://example.com/term%20", None),
        (RDF.term("Description"), None),
        (RDF.term("_1"), (str(RDF), "_1")),
    ],
)
def test_a_predicate_is_cut_where_a_name_begins(
    predicate: str, parts: tuple[str, str] | None
) -> None:
    assert split(predicate) == parts


def test_blank_nodes_keep_what_they_share() -> None:
    one, two = ox.BlankNode("0a"), ox.BlankNode("b1")
    triples = [ox.Triple(S, P, one), ox.Triple(one, P, two), ox.Triple(two, P, one)]
    graph = rdflib.Graph().parse(data=write(triples, ox.RdfFormat.RDF_XML).body, format="xml")
    (first,) = graph.objects(rdflib.URIRef(S.value))
    (second,) = graph.objects(first)
    assert list(graph.objects(second)) == [first]
    assert first != second


def test_terms_of_rdf_1_2_are_left_out_of_rdf_xml() -> None:
    quoted = ox.Triple(S, P, ox.Triple(S, P, S))
    written = write([quoted, ox.Triple(S, P, S)], ox.RdfFormat.RDF_XML)
    assert written.left_out == 1
    assert _read(written.body, "xml") == {(S.value, P.value, "iri", S.value)}


def test_the_command_line_writes_the_same_document() -> None:
    line = '<http://e.example/s> <http://e.example/123> "x" .\n'
    assert "1 statement is left out" in write_lines(line, ox.RdfFormat.RDF_XML).body.decode()
    assert write_lines(line, ox.RdfFormat.N_TRIPLES).body.decode() == line


@pytest.fixture(scope="module")
def odd(site: tuple[House, httpx.Client]) -> httpx.Client:
    """A client of a catalogue that holds a record which RDF/XML cannot hold whole."""
    house, client = site
    (outcome,) = house.submit_turtle("odd", RECORD)
    assert outcome.error is None
    house.project()
    return client


def test_a_record_is_read_in_every_form(odd: httpx.Client) -> None:
    whole = _read(odd.get("/dataset/odd/x1.nt").content, "nt")
    for suffix, form in (("ttl", "turtle"), ("jsonld", "json-ld")):
        answer = odd.get(f"/dataset/odd/x1.{suffix}")
        assert _read(answer.content, form) == whole
        assert "x-left-out" not in answer.headers
    answer = odd.get("/dataset/odd/x1.rdf")
    found = _read(answer.content, "xml")
    assert found < whole
    lost = {key[1] for key in whole - found}
    assert {
        "http://example.com/terms/123",
        "http://example.com/prop/名称/",
        "http://example.com/term%20",
    } <= lost
    assert "http://example.com/2a" not in lost
    assert answer.headers["x-left-out"] == str(len(whole - found))
    assert f"{len(whole - found)} statements are left out" in answer.text
    head = odd.head("/dataset/odd/x1.rdf")
    assert head.headers["x-left-out"] == answer.headers["x-left-out"]


def test_a_query_s_graph_is_read_in_every_form(odd: httpx.Client) -> None:
    query = (
        'CONSTRUCT { <urn:s> <urn:x:123> "a" ; <urn:x:p> "b\\u0001", "c\\r" ; '
        '<http://purl.org/dc/terms/a.> "d" } WHERE {}'
    )
    whole = None
    for form, reader in (("nt", "nt"), ("turtle", "turtle"), ("jsonld", "json-ld")):
        found = _read(odd.get("/sparql", params={"query": query, "format": form}).content, reader)
        assert len(found) == 4
        assert whole in (None, found)
        whole = found
    answer = odd.get("/sparql", params={"query": query, "format": "rdf"})
    assert {key[3] for key in _read(answer.content, "xml")} == {"c\r", "d"}
    assert answer.headers["x-left-out"] == "2"


@pytest.mark.parametrize(
    ("char", "told"), [("\\u0000", "U+0000"), ("\\u000B", "U+000B"), ("\\uFFFF", "U+FFFF")]
)
def test_results_that_xml_cannot_hold_are_406_with_the_reason(
    odd: httpx.Client, char: str, told: str
) -> None:
    query = f'SELECT ("a{char}b" AS ?x) {{}}'
    refused = odd.get("/sparql", params={"query": query, "format": "xml"})
    assert refused.status_code == 406
    assert refused.json()["code"] == "sparql-unwritable"
    assert told in refused.json()["detail"]
    answer = odd.get("/sparql", params={"query": query})
    (row,) = answer.json()["results"]["bindings"]
    assert row["x"]["value"] == f"a{chr(int(char[2:], 16))}b"


def test_results_in_xml_keep_ends_of_lines(odd: httpx.Client) -> None:
    query = 'SELECT ("a\\r\\nb\\rc < & ]]>" AS ?x) {}'
    answer = odd.get("/sparql", params={"query": query, "format": "xml"})
    texts = [node.text for node in ET.fromstring(answer.content).iter() if node.text]
    assert texts == ["a\r\nb\rc < & ]]>"]


def test_json_ld_cannot_hold_terms_of_rdf_1_2_and_says_so(odd: httpx.Client) -> None:
    query = "CONSTRUCT { <urn:s> <urn:p> <<( <urn:s> <urn:p> <urn:o> )>> } WHERE {}"
    refused = odd.get("/sparql", params={"query": query, "format": "jsonld"})
    assert (refused.status_code, refused.json()["code"]) == (406, "sparql-unwritable")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
@settings(deadline=None)
def test_what_is_called_xml_is_xml(text: str) -> None:
    literal = str(ox.Literal(text))
    results = ox.Store().query(f"SELECT ({literal} AS ?x) {{}}")
    assert isinstance(results, ox.QuerySolutions)
    body = results.serialize(format=ox.QueryResultsFormat.XML)
    assert body is not None
    as_json = ox.Store().query(f"SELECT ({literal} AS ?x) {{}}")
    assert isinstance(as_json, ox.QuerySolutions)
    held = json.loads(as_json.serialize(format=ox.QueryResultsFormat.JSON) or b"")
    assert held["results"]["bindings"][0]["x"]["value"] == text
    try:
        written = as_xml(body)
    except UnwritableError:
        with pytest.raises(ET.ParseError):
            ET.fromstring(body)
    else:
        literals = ET.fromstring(written).iter(f"{RESULTS}literal")
        (found,) = literals
        assert (found.text or "") == text


def test_a_feed_is_read_whatever_a_title_holds(odd: httpx.Client) -> None:
    feed = ET.fromstring(odd.get("/feeds/datasets.atom").content)
    titles = [node.text for node in feed.iter("{http://www.w3.org/2005/Atom}title")]
    assert "谓词不能写成限定名" in titles


def test_a_predicate_of_a_megabyte_is_cut_in_one_passage() -> None:
    """A search for the name at its end that began anew at each letter would take hours."""
    long = "http://e.example/" + "a" * 1_000_000
    assert split(long) == ("http://e.example/", "a" * 1_000_000)
    assert split(f"{long}!") is None
    assert split(f"{long}!1-b") == (f"{long}!1-", "b")
