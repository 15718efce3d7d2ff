"""Form and record: nothing is lost either way, and what is typed is what stands in the record."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from catalog_service.editing.field_values import FieldValues
from catalog_service.editing.form_fields import Entry, read_entries
from catalog_service.editing.form_view import FormViews, sent
from catalog_service.editing.forms_to_record import FormWriter
from ontology.canonical import canonical_record
from ontology.record import Record
from ontology.terms import DCAT, DCT, RDF, SHD
from ontology.vocabulary import load_vocabulary
from shapes.engines import ShaclEngine
from shapes.form_rules import FormRules
from shapes.form_shapes import dataset_form
from shapes.rules import Rules
from tests.shapes.examples import DAY, EXAMPLES, IRI, example, record
from translations import LANGUAGES

NAMES = sorted(path.name for path in EXAMPLES.glob("*.ttl"))
RULES = Rules.load()
VALUES = FieldValues(load_vocabulary())
ASKED = FormRules(RULES, DAY, dataset_form())
WRITER = FormWriter(dataset_form(), VALUES, "https://data.example.org")
GATE = ShaclEngine(RULES, DAY)


def views(lang: str = "zh", *, complete: bool = False) -> FormViews:
    return FormViews(dataset_form(), ASKED, VALUES, lang, complete=complete)  # type: ignore[arg-type]


def empty() -> Record:
    return canonical_record(
        [ox.Triple(ox.NamedNode(IRI), ox.NamedNode(RDF.type), ox.NamedNode(DCAT.Dataset))],
        iri=IRI,
        source="example",
        remote_id="1",
    )


def written(
    form: dict[str, str], before: Record | None = None, *, complete: bool = False
) -> Record:
    return WRITER.write(before or empty(), read_entries(form), complete=complete)


def values(found: Record, path: str, subject: str = IRI) -> list[str]:
    start = f"<{subject}> <{path}> "
    return [line[len(start) : -2] for line in found.lines if line.startswith(start)]


@pytest.mark.parametrize("complete", [False, True])
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_form_that_nobody_changed_changes_nothing(name: str, lang: str, complete: bool) -> None:
    before = example(name)
    assert (
        written(sent(views(lang, complete=complete).groups(before)), before, complete=complete)
        == before
    )


@pytest.mark.parametrize("name", NAMES)
def test_each_example_can_be_entered_and_gets_the_verdict_of_the_gate(name: str) -> None:
    wanted = example(name)
    form = sent(views(complete=True).groups(wanted))
    # Entered anew: no row is one that stands there already.
    entered = {key: "" if key.endswith("@") else value for key, value in form.items()}
    made = written(entered, complete=True)
    found, expected = GATE.validate(made), GATE.validate(wanted)
    assert [(f.rule_id, f.severity, f.path) for f in found.findings] == [
        (f.rule_id, f.severity, f.path) for f in expected.findings
    ]


STRANGE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix shd: <https://w3id.org/shdata/def/> . @prefix x: <https://elsewhere.example/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://data.example.org/id/dataset/example/1> a dcat:Dataset, x:Thing ;
  dct:title "一 个\\n  名称"@zh, "Un nom"@fr ;
  x:unknown "unbekannt"@de, 7 ;
  dct:modified "2026-08-01T00:00:00+08:00"^^xsd:dateTime ;
  dct:accessRights <http://publications.europa.eu/resource/authority/access-right/PUBLIC> ;
  dcat:distribution <https://data.example.org/id/dataset/example/1#a>, "no node" ;
  shd:viewCount 12 ; dct:identifier "1" ;
  dct:temporal <https://data.example.org/id/dataset/example/1#p> .
<https://data.example.org/id/dataset/example/1#a> dcat:accessURL <https://a.example/1> ;
  x:more <https://data.example.org/id/dataset/example/1#deep> .
<https://data.example.org/id/dataset/example/1#deep> x:says "deep" .
<https://data.example.org/id/dataset/example/1#p> dcat:startDate "2024"^^xsd:gYear .
"""


@pytest.mark.parametrize("complete", [False, True])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_the_form_does_not_know_survives(lang: str, complete: bool) -> None:
    before = record(STRANGE)
    form = sent(views(lang, complete=complete).groups(before))
    assert written(form, before, complete=complete) == before
    changed = written(
        form | {"keyword/0": "交通", "distribution/0/accessURL/0": "https://b.example/2"},
        before,
        complete=complete,
    )
    lost, gained = set(before.lines) - set(changed.lines), set(changed.lines) - set(before.lines)
    assert len(lost) == 1
    assert "a.example" in lost.pop()
    assert (
        sorted(line.rpartition("> ")[2] for line in gained)
        == [
            '"交通"@zh .',
            "<https://b.example/2> .",
        ]
        or len(gained) == 2
    )


def test_a_row_that_is_taken_out_takes_what_hangs_below_it() -> None:
    before = record(STRANGE)
    entries = read_entries(sent(views().groups(before)))
    entries.remove("distribution/0")
    after = WRITER.write(before, entries, complete=False)
    assert "deep" not in after.nquads
    assert values(after, DCAT.distribution) == ['"no node"']
    assert "unbekannt" in after.nquads


@pytest.mark.parametrize(
    ("field", "typed", "stands"),
    [
        ("title", "停车场", '"停车场"@zh'),
        ("keyword", "parking", '"parking"@en'),
        ("modified", "2026-08-01", '"2026-08-01"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ("modified", "2026-08", '"2026-08"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>'),
        ("modified", "八月", '"八月"@zh'),
        ("rowCount", "-1", '"-1"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("rowCount", "many", '"many"@en'),
        ("accessRights", "有条件开放", "<https://w3id.org/shdata/vocab/open-type/conditional>"),
        (
            "accessRights",
            "Unconditionally open",
            "<https://w3id.org/shdata/vocab/open-type/unconditional>",
        ),
        ("theme", "没有的领域", '"没有的领域"@zh'),
        ("publisher", "上海市交通委员会", "<https://w3id.org/shdata/vocab/organization/transport>"),
        ("landingPage", "https://data.sh.gov.cn/1", "<https://data.sh.gov.cn/1>"),
        ("landingPage", "data.sh.gov.cn", '"data.sh.gov.cn"'),
        ("landingPage", "https://a b", '"https://a b"'),
        ("providerCode", "1131", '"1131"'),
        ("updateInterval", "P2D", '"P2D"^^<http://www.w3.org/2001/XMLSchema#duration>'),
    ],
)
def test_what_is_typed_is_kept_as_it_is_meant(field: str, typed: str, stands: str) -> None:
    made = written({f"{field}/0": f"  {typed} "})
    path = next(one.path for one in dataset_form().root.fields if one.key == field)
    assert values(made, path) == [stands]


def test_names_that_no_vocabulary_knows_become_nodes_of_their_own() -> None:
    made = written({"publisher/0": "上海市慢行交通协会", "spatial/0": "外滩观景平台"})
    (publisher,) = values(made, DCT.publisher)
    assert publisher.startswith("<https://data.example.org/id/organization/example/")
    assert values(made, DCT.spatial) == [f"<{IRI}#place-1>"]
    assert '"外滩观景平台"@zh' in made.nquads
    again = written(sent(views("en").groups(made)), made)
    assert again == made


def test_a_form_reaches_for_no_node_but_its_own() -> None:
    before = record(STRANGE)
    form = {"sample/0@": f"{IRI}#a", "sample/0/downloadURL/0": "https://c.example/3"}
    made = written(sent(views().groups(before)) | form, before)
    assert f"<{IRI}#a> <{DCAT.accessURL}>" in made.nquads
    assert f"<{IRI}#a> <{DCAT.downloadURL}>" not in made.nquads


def test_rows_of_the_table_move_with_all_they_say() -> None:
    form = {f"dataItem/{n}/title/0": name for n, name in enumerate(["甲", "乙", "丙"])}
    before = written(form)
    entries = read_entries(sent(views().groups(before)))
    entries.move("dataItem/2", -1)
    entries.move("dataItem/1", -1)
    after = WRITER.write(before, entries, complete=False)
    shown = next(g for g in views().groups(after) if g.key == "items").fields[0].rows
    assert [row.fields[0].values[0].text for row in shown] == ["丙", "甲", "乙"]
    assert [row.node[-9:] for row in shown] == ["field-001", "field-002", "field-003"]
    assert {name: node[-3:] for name, node in entries.nodes()} == {
        "dataItem/0": "001",
        "dataItem/1": "002",
        "dataItem/2": "003",
    }


def test_names_of_fields_that_are_none_are_passed_over() -> None:
    odd = {"title": "x", "title/a": "x", "a/1/b": "x", "../1": "x", "title/9999999": "x", "": "x"}
    assert read_entries(odd) == Entry()
    deep = "/".join(["a/1"] * 20)
    assert read_entries({deep: "x"}) == Entry()


def test_an_empty_form_says_nothing() -> None:
    made = written(sent(views(complete=True).groups(empty())), complete=True)
    assert made == empty()
    assert SHD.dataItem not in made.nquads
