from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from examples.making.base import TODAY
from harvesters.limits import Limits
from harvesters.privacy.triples import clean_triples
from harvesters.protocols import Incoming
from harvesters.readers.dcat import closure
from harvesters.readers.files import Input
from harvesters.readers.formats import open_reader, read_one
from harvesters.readers.rdf.parsing import read_graph
from ontology.canonical import canonical_record
from ontology.errors import AtlasError
from ontology.terms import DCAT, RDF, SHD, SKOS
from ontology.vocabulary import Vocabulary, load_vocabulary
from shapes.engines import ShaclEngine
from shapes.rules import Rules
from tests.harvesters.conftest import BASE, Result

Read = Callable[..., Result]

PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
TWO = (
    PREFIXES
    + """
<http://p/catalog> a dcat:Catalog ; dcat:dataset <http://p/d/1>, <http://p/d/2> ; dct:title "c" .
<http://p/d/1> a dcat:Dataset ; dct:title "one" ; dct:relation <http://p/d/2> ;
  dct:isPartOf <http://p/catalog> ; dcat:distribution <http://p/f/1> ; dcat:theme <http://p/t> ;
  dcat:contactPoint [ a vcard:Organization ; vcard:fn "Desk" ] .
<http://p/d/2> a dcat:Dataset ; dct:title "two" ; dct:identifier "B-2" ;
  dct:publisher <http://p/o> .
<http://p/f/1> a dcat:Distribution ; dcat:accessURL <http://p/files/1> ; dct:license <http://p/l> .
<http://p/l> dct:title "Licence" .
<http://p/o> a foaf:Organization ; foaf:name "Office" .
<http://p/t> a skos:Concept ; skos:prefLabel "Theme" ; skos:broader <http://p/t0> .
<http://p/t0> a skos:Concept ; skos:prefLabel "All" .
"""
)


@pytest.mark.slow
def test_datagovbe_comes_out_as_it_went_in(shared_data: Path, vocabulary: Vocabulary) -> None:
    """1,500 datasets, each isomorphic to what the file says of it, but for what is listed.

    What the file says of a dataset is worked out here once more, over all links at once, so that
    the reader's own walk is held against it.
    """
    path = shared_data / "dcat" / "datagovbe_1500.nt.gz"
    out: dict[object, list[ox.Triple]] = {}
    for quad in ox.parse(gzip.decompress(path.read_bytes()), format=ox.RdfFormat.N_TRIPLES):
        out.setdefault(quad.subject, []).append(quad.triple)
    bounds = {
        node
        for node, triples in out.items()
        for t in triples
        if t.predicate.value == RDF.type
        and t.object.value in {DCAT.Dataset, DCAT.Catalog, DCAT.CatalogRecord, SKOS.ConceptScheme}  # type: ignore[union-attr]
    }
    items = list(open_reader(path, source="be", base_iri=BASE, vocabulary=vocabulary))
    assert len(items) == 1_500
    assert len({item.remote_id for item in items if isinstance(item, Incoming)}) == 1_500
    untouched = 0
    for item in items:
        assert isinstance(item, Incoming)
        mapped = item.make()
        focus = ox.NamedNode(mapped.record.focus)
        said: list[ox.Triple] = []
        seen: set[object] = {focus}
        waiting: list[object] = [focus]
        while waiting:
            for triple in out.get(waiting.pop(), ()):
                said.append(triple)
                if triple.object in out and triple.object not in seen | bounds:
                    seen.add(triple.object)
                    waiting.append(triple.object)
        cleaned = clean_triples(said, focus=focus)
        assert sorted(cleaned.removed) == sorted(mapped.removed)
        untouched += not cleaned.removed
        expected = canonical_record(
            cleaned.triples, iri=mapped.record.iri, source="be", remote_id=item.remote_id
        )
        assert expected.nquads == mapped.record.nquads
    assert untouched > 1_100


def test_a_file_is_split_at_datasets_catalogues_and_concepts(read: Read) -> None:
    result = read(TWO, "two.ttl")
    assert [i.remote_id for i in result.incoming] == ["1", "B-2"]
    assert [m.record.focus for m in result.mapped] == ["http://p/d/1", "http://p/d/2"]
    first, second = (m.record.nquads for m in result.mapped)
    for inside in ("http://p/files/1", '"Licence"', '"Desk"', '"Theme"', "<http://p/d/2> ."):
        assert inside in first
    for outside in ('"two"', '"c"', '"All"', "_:"):
        assert outside not in first
    assert '"Office"' in second
    assert "genid" in first


@pytest.mark.parametrize("ending", ["ttl", "nt", "nq", "rdf", "jsonld", "trig", "nt.gz"])
def test_every_form_gives_the_same_records(read: Read, ending: str) -> None:
    forms = {
        "ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "nq": ox.RdfFormat.N_QUADS,
        "rdf": ox.RdfFormat.RDF_XML, "jsonld": ox.RdfFormat.JSON_LD, "trig": ox.RdfFormat.TRIG,
    }  # fmt: skip
    form = forms[ending.removesuffix(".gz")]
    triples = [quad.triple for quad in ox.parse(TWO, format=ox.RdfFormat.TURTLE)]
    if form in (ox.RdfFormat.N_QUADS, ox.RdfFormat.TRIG, ox.RdfFormat.JSON_LD):
        graph = ox.NamedNode("http://g/")
        data = ox.serialize(
            [ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples], format=form
        )
    else:
        data = ox.serialize(triples, format=form)
    assert data is not None
    content = gzip.compress(data) if ending.endswith(".gz") else data
    expected = sorted(m.record.hash for m in read(TWO, "two.ttl").mapped)
    result = read(content, f"two.{ending}")
    assert result.errors == []
    assert sorted(m.record.hash for m in result.mapped) == expected


def test_ten_thousand_distributions(read: Read) -> None:
    lines = [PREFIXES, "<http://p/d> a dcat:Dataset ; dct:title 't' ."]
    for n in range(10_000):
        lines.append(f"<http://p/d> dcat:distribution [ dcat:accessURL <http://p/{n}> ] .")
    result = read("\n".join(lines), "many.ttl")
    assert result.errors == []
    assert result.mapped[0].record.nquads.count("dcat#accessURL") == 10_000


@pytest.mark.parametrize("form", ["nt", "ttl"])
@pytest.mark.parametrize(
    ("term", "code"),
    [
        ("<http://[bad/>", "illegal-iri"),
        ("<http://ex.org:port/>", "illegal-iri"),
        ('"x"^^<http://[bad/>', "illegal-iri"),
        ('"x"@abcdefghijklm', "illegal-language-tag"),
    ],
)
def test_what_cannot_be_mended_is_left_out_and_named(
    read: Read, term: str, code: str, form: str
) -> None:
    text = (
        f"<http://p/d> <{RDF.type}> <{DCAT.Dataset}> .\n"
        '<http://p/d> <http://purl.org/dc/terms/title> "one"@en .\n'
        f"<http://p/d> <http://purl.org/dc/terms/relation> {term} .\n"
    )
    result = read(text, f"r.{form}")
    (mapped,) = result.mapped
    assert result.errors == []
    assert [(w.code, str(w.place)) for w in mapped.warnings] == [(code, f"r.{form}:3")]
    assert len(mapped.record.lines) == 2
    assert len(list(mapped.record.triples())) == 2


def test_labels_of_our_concepts_and_words_about_others_stay_behind(read: Read) -> None:
    concept = "https://w3id.org/shdata/vocab/open-type/none"
    other = f"{BASE}/id/organization/other/0123456789ab"
    text = (
        f"{PREFIXES}<http://p/d> a dcat:Dataset ; dct:title 'one' ; dct:accessRights <{concept}> ;"
        f" dct:publisher <{other}> , [ foaf:name 'Office' ] .\n"
        f"<{concept}> skos:prefLabel 'open' . <{other}> foaf:name 'No office' ."
    )
    (mapped,) = read(text, "a.ttl").mapped
    assert [(w.code, w.params["subject"]) for w in mapped.warnings] == [
        ("foreign-subject", other),
        ("foreign-subject", concept),
    ]
    assert "prefLabel" not in mapped.record.nquads
    assert "No office" not in mapped.record.nquads
    assert '"Office"' in mapped.record.nquads


def test_a_dataset_whose_own_iri_is_illegal_is_reported(read: Read) -> None:
    good = f"<http://p/d> <{RDF.type}> <{DCAT.Dataset}> .\n"
    result = read(good + good.replace("http://p/d", "http://[bad/"), "r.nt")
    assert result.codes == ["illegal-iri"]
    assert result.places == ["r.nt:2"]
    assert len(result.mapped) == 1


def test_illegal_iris_are_mended_and_named(read: Read) -> None:
    content = (
        TWO.replace("<http://p/files/1>", "<http://p/files/1 >").replace(
            "<http://p/l>", "<http://p/l icence>"
        )
        + "<http://p/d/2> dcat:landingPage <nowhere> .\n"
    )
    turtle = read(content, "bad.ttl")
    warnings = {w.params["value"]: str(w.place) for m in turtle.mapped for w in m.warnings}
    assert warnings["http://p/files/1 "] == "bad.ttl:13"
    assert warnings["http://p/l icence"] == "bad.ttl:13"
    assert "<http://p/files/1>" in turtle.text
    assert "<http://p/l%20icence> <http://purl.org/dc/terms/title>" in turtle.text


def test_n_triples_recover_line_by_line(read: Read) -> None:
    good = f"<http://p/d> <{RDF.type}> <{DCAT.Dataset}> .\n"
    title = "<http://p/d> <http://purl.org/dc/terms/title> "
    page = "<http://p/d> <http://www.w3.org/ns/dcat#landingPage> "
    other = (good + title).replace("http://p/d", "http://p/e")
    content = (
        f'{good}{other}"x"@kr_x .\nrubbish\n{title}"y" .\n{page}<http://p/a b > .\n{page}<x> .\n'
    )
    result = read(content, "r.nt")
    assert list(zip(result.codes, result.places, strict=True)) == [
        ("bad-rdf", "r.nt:3:53"),
        ("bad-rdf", "r.nt:4:1"),
    ]
    # What lost its title is not read at all.
    assert [error.params["records"] for error in result.errors] == ["http://p/e", "—"]
    assert [m.record.remote_id for m in result.mapped] == ["d"]
    assert [(w.code, str(w.place)) for w in result.mapped[0].warnings] == [
        ("mended-iri", "r.nt:6"),
        ("illegal-iri", "r.nt:7"),
    ]
    assert "<http://p/a%20b>" in result.text
    assert "<x>" not in result.text


def test_datasets_that_would_share_an_identifier_are_kept_apart(read: Read) -> None:
    content = PREFIXES + "".join(
        f"<http://p/{n}/data> a dcat:Dataset ; dct:title '{n}' .\n" for n in range(3)
    )
    ids = [i.remote_id for i in read(content, "a.ttl").incoming]
    assert len(set(ids)) == 3
    assert all(remote_id.startswith("data~") for remote_id in ids)
    lines = content.splitlines()
    back = "\n".join([*lines[:5], *reversed(lines[5:])])
    assert sorted(i.remote_id for i in read(back, "b.ttl").incoming) == sorted(ids)


def test_a_dataset_without_a_name_gets_the_records(read: Read) -> None:
    result = read(PREFIXES + "[] a dcat:Dataset ; dct:identifier 'n1' ; dct:title 't' .", "b.ttl")
    record = result.mapped[0].record
    assert record.focus == record.iri == f"{BASE}/id/dataset/s/n1"
    assert f"<{record.iri}> <http://purl.org/dc/terms/title>" in record.nquads


def test_the_same_file_has_the_same_fingerprints(read: Read) -> None:
    first = [i.fingerprint for i in read(TWO, "a.ttl").incoming]
    assert [i.fingerprint for i in read(TWO, "b.ttl").incoming] == first
    changed = [i.fingerprint for i in read(TWO.replace("Desk", "Office"), "a.ttl").incoming]
    assert [a == b for a, b in zip(first, changed, strict=True)] == [False, True]


def test_blank_node_names_and_order_do_not_matter(read: Read) -> None:
    triples = [str(quad.triple) + " ." for quad in ox.parse(TWO, format=ox.RdfFormat.TURTLE)]
    renamed = [line.replace("_:", "_:other") for line in reversed(triples)]
    first = {m.record.remote_id: m.record.hash for m in read("\n".join(triples), "a.nt").mapped}
    second = {m.record.remote_id: m.record.hash for m in read("\n".join(renamed), "b.nt").mapped}
    assert first == second


def test_our_own_context_is_put_in_a_remote_one_is_refused(read: Read) -> None:
    own = {"@context": "https://w3id.org/shdata/context.jsonld", "@id": "http://p/d"}
    own |= {"@type": "dcat:Dataset", "dct:title": "t"}
    assert read(json.dumps(own), "o.jsonld").mapped[0].record.focus == "http://p/d"
    for context in (
        "https://example.org/c.jsonld",
        [{"a": "http://a/"}, "https://example.org/c.jsonld"],
        {"@import": "https://example.org/c.jsonld"},
    ):
        with pytest.raises(AtlasError) as caught:
            read(json.dumps({"@context": context, "@id": "http://p/d"}, indent=1), "r.jsonld")
        assert caught.value.code == "remote-context"
        assert caught.value.place is not None
        assert caught.value.place.line is not None
        assert "example.org" in caught.value.message("zh")


def test_a_remote_context_deep_inside_is_found(read: Read) -> None:
    nested = {"@context": {"p": {"@id": "http://p", "@context": "https://example.org/c"}}}
    with pytest.raises(AtlasError) as caught:
        read(json.dumps([{"x": nested | {"@id": "http://d"}}]), "n.jsonld", format="dcat")
    assert caught.value.code == "remote-context"


def test_a_cyclic_context(read: Read) -> None:
    document = {"@context": {"a": "b:x", "b": "a:y"}, "@id": "http://p/d", "a": "x"}
    result = read(json.dumps(document), "c.jsonld")
    assert result.codes == ["bad-context"]


def test_too_many_triples_are_refused(read: Read) -> None:
    with pytest.raises(AtlasError) as caught:
        read(TWO, "two.ttl", limits=Limits(triples=10))
    assert caught.value.code == "graph-too-large"


def test_a_file_without_datasets(read: Read) -> None:
    with pytest.raises(AtlasError) as caught:
        read(PREFIXES + "<http://p/x> dct:title 'x' .", "x.ttl")
    assert caught.value.code == "no-dataset"


def test_closure_follows_cycles_once() -> None:
    content = PREFIXES + "<http://p/d> a dcat:Dataset ; dct:x _:a . _:a dct:x _:b . _:b dct:x _:a ."
    graph = read_graph(Input("c.ttl", content=content.encode()), Limits(), BASE)
    triples, subjects = closure(ox.NamedNode("http://p/d"), graph, set())
    assert (len(triples), len(subjects)) == (4, 3)


@pytest.mark.parametrize("district", ["pudong", "xuhui", "chongming"])
def test_the_districts_records_pass_with_the_items_of_their_open_lists(
    district: str, vocabulary: Vocabulary
) -> None:
    path = Path(__file__).resolve().parents[3] / "examples" / "districts" / f"{district}.ttl"
    reader = open_reader(path, source=district, base_iri=BASE, vocabulary=vocabulary)
    records = [item.make().record for item in reader if isinstance(item, Incoming)]
    assert len(records) > 10
    for record in records:
        assert f"<{record.focus}#list-item> <{RDF.type}> <{SHD.OpenListItem}> ." in record.lines
    reports = ShaclEngine(Rules.load(), TODAY).validate_many(records)
    assert [r.iri for r, report in zip(records, reports, strict=True) if not report.conforms] == []


def test_only_its_own_catalogue_records_come_with_a_dataset(read: Read) -> None:
    result = read(
        PREFIXES
        + """@prefix shd: <https://w3id.org/shdata/def/> .
<http://p/d/1> a dcat:Dataset ; dct:title "one" ; shd:openListItem <http://p/list/7> ;
  dct:relation <http://p/d/1#record>, <http://p/r/2> .
<http://p/list/7> a dcat:CatalogRecord ; foaf:primaryTopic <http://p/d/1> ;
  dct:relation <http://p/r/3> ; dct:title "item" .
<http://p/d/1#record> a dcat:CatalogRecord ; dct:title "own" .
<http://p/r/2> a dcat:CatalogRecord ; dct:title "foreign" .
<http://p/r/3> a dcat:CatalogRecord ; dct:title "further" .
""",
        "own.ttl",
    )
    assert '"item"' in result.text
    assert '"own"' in result.text
    assert '"foreign"' not in result.text
    assert '"further"' not in result.text


RELATIVE_FILE = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
<> a dcat:Dataset ; dct:title "t"%s ; dcat:distribution <#csv> ; dct:publisher <office> ;
  dct:relation <elsewhere/x> .
<#csv> a dcat:Distribution ; dct:title "CSV" .
<office> dct:title "o" .
"""


def test_a_file_without_a_base_names_the_record(read: Read) -> None:
    """What ``<>`` means depends on where a document stands; two files must not share a subject."""
    first, second = (
        read((RELATIVE_FILE % f' ; dct:identifier "{n}"').encode(), f"{n}.ttl") for n in "ab"
    )
    record = first.mapped[0].record
    assert record.focus == record.iri == f"{BASE}/id/dataset/s/a"
    assert f"<{record.iri}#csv> <http://purl.org/dc/terms/title>" in record.nquads
    assert "relative.invalid" not in record.nquads
    assert "/.well-known/genid/" in next(iter(first.lines("terms/publisher")))
    assert [(w.code, w.params["value"]) for w in first.mapped[0].warnings] == [
        ("relative-iri", "elsewhere/x")
    ]
    subjects = [{line.split(" ")[0] for line in r.mapped[0].record.lines} for r in (first, second)]
    assert not subjects[0] & subjects[1]
    unnamed = read((RELATIVE_FILE % "").encode(), "c.ttl").mapped[0].record
    assert unnamed.focus == unnamed.iri
    assert "relative" not in unnamed.iri


def test_several_relative_datasets_keep_their_own_names(read: Read) -> None:
    content = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
<ds/1> a dcat:Dataset ; dct:title "a" ; dcat:distribution <ds/1#d> . <ds/1#d> dct:title "x" .
<#2> a dcat:Dataset ; dct:title "b" ."""
    result = read(content.encode(), "a.ttl")
    assert [m.record.remote_id for m in result.mapped] == ["1", "2"]
    assert all(m.record.focus == m.record.iri for m in result.mapped)
    assert f"<{BASE}/id/dataset/s/1#d> " in result.mapped[0].record.nquads


def test_a_base_in_the_file_holds(read: Read) -> None:
    content = "@base <http://e.example/x/> .\n" + RELATIVE_FILE % ' ; dct:identifier "a"'
    record = read(content.encode(), "a.ttl").mapped[0].record
    assert record.focus == "http://e.example/x/"
    assert "<http://e.example/x/elsewhere/x>" in record.nquads


def test_at_a_record_s_own_address_a_relative_iri_is_below_it() -> None:
    item = read_one(
        (RELATIVE_FILE % "").encode(),
        remote_id="a b",
        name="body.ttl",
        source="s",
        base_iri=BASE,
        vocabulary=load_vocabulary(),
    )
    record = item.make().record
    assert record.focus == record.iri == f"{BASE}/id/dataset/s/a%20b"
    assert f"<{BASE}/id/dataset/s/elsewhere/x>" in record.nquads
