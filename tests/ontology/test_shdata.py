"""The ontology: complete in both languages, consistent under OWL RL, and all that is used of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import owlrl
import pyoxigraph as ox
import pytest
import rdflib
from owlrl.Namespaces import ERRNS
from rdflib.namespace import OWL, RDF

from ontology.ontology import ONTOLOGY_FILE, Ontology, load_ontology
from ontology.terms import DCAT, DCT, SHD
from ontology.terms import RDF as RDF_NS

ROOT = Path(__file__).resolve().parents[2]
FULL_RECORD = Path(__file__).with_name("full_record.ttl")
ROOMS = ("ontology", "shapes", "harvesters", "search", "catalog_service", "examples", "docs")
SUFFIXES = {".py", ".ttl", ".md", ".rq", ".sparql", ".jsonld", ".toml", ".html", ".j2", ".ts"}

IN_PYTHON = re.compile(r"\bSHD\.([A-Za-z]\w*)")
BY_METHOD = re.compile(r"""\bSHD\.term\(["'](\w+)["']\)""")
BY_PREFIX = re.compile(r"(?<![\w/])shd:([A-Za-z]\w*)")
IN_FULL = re.compile(r"https://w3id\.org/shdata/def/(?!context\.jsonld|thesaurus\b)([A-Za-z]\w*)")

THESAURUS = ROOT / "search" / "thesaurus"
OF_THESAURUS = f"{SHD}thesaurus#"
"""The properties of the thesaurus are an ontology of their own, beside its entries."""


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology()


def files() -> Iterator[Path]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix in SUFFIXES and "node_modules" not in path.parts:
                yield path


def names_in(text: str) -> set[str]:
    """All names of the ontology's namespace in a source text; methods of ``str`` are no terms."""
    found = {name for name in IN_PYTHON.findall(text) if not hasattr(str, name) and name != "term"}
    for pattern in (BY_METHOD, BY_PREFIX, IN_FULL):
        found |= set(pattern.findall(text))
    return found


def test_names_are_found_however_they_are_written() -> None:
    text = (
        "SHD.rowCount SHD.term('score') SHD.startswith(x) shd:library `shd:` "
        "<https://w3id.org/shdata/def/callCount> https://w3id.org/shdata/def/ XSHD.no"
    )
    assert names_in(text) == {"rowCount", "score", "library", "callCount"}


def test_both_parsers_read_the_same() -> None:
    text = ONTOLOGY_FILE.read_text("utf-8")
    by_oxigraph = list(ox.parse(text, format=ox.RdfFormat.TURTLE))
    by_rdflib = rdflib.Graph().parse(data=text, format="turtle")
    assert len(by_oxigraph) == len(by_rdflib) > 500


def test_the_ontology_says_what_it_is(ontology: Ontology) -> None:
    graph = rdflib.Graph().parse(data=ontology.turtle, format="turtle")
    itself = rdflib.URIRef(str(SHD))
    assert (itself, RDF.type, OWL.Ontology) in graph
    assert {label.language for label in graph.objects(itself, rdflib.RDFS.label)} == {"zh", "en"}
    assert str(graph.value(itself, OWL.versionIRI)) == f"{SHD}{ontology.version}"
    assert graph.value(itself, rdflib.DCTERMS.license) is not None


def test_every_term_is_complete_in_both_languages(ontology: Ontology) -> None:
    for term in ontology.terms.values():
        for text in (term.label, term.definition, term.source):
            assert re.search(r"[\u4e00-\u9fff]", text.zh), term.name
            assert re.search(r"[A-Za-z]", text.en), term.name
            assert text.zh == text.zh.strip()
        assert term.definition.zh.endswith("。"), term.name
        assert term.definition.en.endswith("."), term.name
        assert term.label.zh != term.definition.zh
        assert term.definition.en.rstrip(".").lower() != term.label.en.lower()


def test_every_term_of_the_namespace_is_a_loaded_term(ontology: Ontology) -> None:
    subjects = {
        t.subject.value
        for t in ontology.triples()
        if isinstance(t.subject, ox.NamedNode) and t.subject.value.startswith(SHD)
    }
    assert subjects - {str(SHD)} == {term.iri for term in ontology.terms.values()}


def test_names_show_their_kind(ontology: Ontology) -> None:
    for term in ontology.terms.values():
        assert (term.kind == "class") == term.name[0].isupper(), term.name


def test_labels_tell_terms_of_one_kind_apart(ontology: Ontology) -> None:
    for kind in ("class", "object-property", "datatype-property", "individual"):
        for language in ("zh", "en"):
            labels = [getattr(t.label, language) for t in ontology.terms.values() if t.kind == kind]
            assert len(labels) == len(set(labels)), kind


def test_a_term_that_lacks_a_language_is_not_loaded(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = ONTOLOGY_FILE.read_text("utf-8")
    broken = text.replace('rdfs:label "数据项"@zh, "data item"@en', 'rdfs:label "数据项"@zh')
    assert broken != text
    path = tmp_path / "shdata.ttl"
    path.write_text(broken, "utf-8")
    monkeypatch.setattr("ontology.ontology.ONTOLOGY_FILE", path)
    load_ontology.cache_clear()
    with pytest.raises(LookupError, match="dataItem"):
        load_ontology()
    load_ontology.cache_clear()


def closure(*texts: str) -> tuple[rdflib.Graph, list[str]]:
    graph = rdflib.Graph()
    for text in texts:
        graph.parse(data=text, format="turtle")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    errors = [str(message) for message in graph.objects(None, ERRNS.error)]
    members = [s for s in graph.subjects(RDF.type, OWL.Nothing) if s != OWL.Nothing]
    return graph, errors + [f"{member} is a member of owl:Nothing" for member in members]


def test_the_ontology_is_consistent_under_owl_rl(ontology: Ontology) -> None:
    assert closure(ontology.turtle)[1] == []


def test_a_record_with_every_property_is_consistent_and_typed_right(ontology: Ontology) -> None:
    graph, errors = closure(ontology.turtle, FULL_RECORD.read_text("utf-8"))
    assert errors == []
    dataset = rdflib.URIRef("https://atlas.example/id/dataset/test/1")
    classes = {
        str(c)
        for c in graph.objects(dataset, RDF.type)
        if str(c).startswith((str(DCAT), str(SHD), str(DCT)))
    }
    assert classes == {DCAT.Dataset}
    wrong = [
        node
        for node in set(graph.subjects(RDF.type, rdflib.URIRef(DCAT.Dataset)))
        if "#" in str(node)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "<urn:x> a shd:Consent, shd:Deidentification .",
        "<urn:d> shd:rowCount 'many'^^xsd:integer .",
        "<urn:d> shd:openListItem <urn:i> ; shd:dataItem <urn:i> .",
        "<urn:d> shd:secrecyReview <urn:r> ; shd:consent <urn:r> .",
        "<urn:i> shd:rowCount 1 ; shd:openScope 'x'@zh .",
    ],
)
def test_what_contradicts_the_ontology_is_found(ontology: Ontology, text: str) -> None:
    prefixes = f"@prefix shd: <{SHD}> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . "
    assert closure(ontology.turtle, prefixes + text)[1] != []


def thesaurus_properties() -> dict[str, str]:
    """The properties that the thesaurus defines, complete in both languages."""
    graph = rdflib.Graph().parse(THESAURUS / "thesaurus.ttl")
    kinds = (OWL.DatatypeProperty, OWL.ObjectProperty)
    found = [term for kind in kinds for term in graph.subjects(RDF.type, kind)]
    for term in found:
        for said in (rdflib.RDFS.label, rdflib.RDFS.comment):
            assert {text.language for text in graph.objects(term, said)} == {"zh", "en"}, term
    return {str(term): "datatype-property" for term in found}


def test_every_property_of_the_thesaurus_is_defined_and_used() -> None:
    defined = set(thesaurus_properties())
    used = {
        quad.predicate.value
        for path in sorted(THESAURUS.glob("entries/*.ttl"))
        for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE)
    }
    used = {predicate for predicate in used if predicate.startswith(OF_THESAURUS)}
    assert used
    assert used <= defined


def test_every_term_in_use_is_defined(ontology: Ontology) -> None:
    missing = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in files()
        for name in names_in(path.read_text("utf-8", errors="replace"))
        if name not in ontology.terms
    }
    assert missing == set()


def test_predicates_are_properties_and_types_are_classes(ontology: Ontology) -> None:
    kinds = {term.iri: term.kind for term in ontology.terms.values()} | thesaurus_properties()
    wrong = set()
    for path in [*files(), FULL_RECORD]:
        if path.suffix != ".ttl":
            continue
        for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE):
            where = str(path.relative_to(ROOT))
            predicate = quad.predicate.value
            if predicate.startswith(SHD) and not kinds.get(predicate, "").endswith("property"):
                wrong.add(f"{where}: {predicate} is no property")
            value = quad.object
            if predicate != RDF_NS.type or not isinstance(value, ox.NamedNode):
                continue
            if value.value.startswith(SHD) and kinds.get(value.value) != "class":
                wrong.add(f"{where}: {value.value} is no class")
    assert wrong == set()


def test_the_full_record_uses_each_property_as_its_kind_says(ontology: Ontology) -> None:
    for quad in ox.parse(FULL_RECORD.read_bytes(), format=ox.RdfFormat.TURTLE):
        if quad.predicate.value.startswith(SHD):
            term = ontology.terms[quad.predicate.value.removeprefix(SHD)]
            literal = isinstance(quad.object, ox.Literal)
            assert literal == (term.kind == "datatype-property"), term.name


def test_the_full_record_holds_every_property_of_datasets(ontology: Ontology) -> None:
    used = {
        q.predicate.value for q in ox.parse(FULL_RECORD.read_bytes(), format=ox.RdfFormat.TURTLE)
    }
    of_datasets = {t.iri for t in ontology.terms.values() if t.domain == (DCAT.Dataset,)}
    assert of_datasets
    assert of_datasets - used == set()
