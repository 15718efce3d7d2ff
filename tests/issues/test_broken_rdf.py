"""A record with a syntax error inside is unreadable: no half of it replaces what was good."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from catalog_service.catalog import Catalog
from catalog_service.clock import SystemClock
from catalog_service.journal import Journal
from harvesters.protocols import Incoming, Submission
from harvesters.readers.formats import read_bytes
from ontology.errors import AtlasError
from ontology.vocabulary import Vocabulary, load_vocabulary
from tests.fixtures.gate import TinyGate
from tests.fixtures.records import BASE
from tests.harvesters.conftest import collect

PREFIXES = (
    "@prefix dcat: <http://www.w3.org/ns/dcat#> .\n"
    "@prefix dct: <http://purl.org/dc/terms/> .\n"
    "@prefix foaf: <http://xmlns.com/foaf/0.1/> .\n"
)
DS = "https://data.example/ds/"


def dataset(name: str, title: str = '"标题"@zh', more: str = "") -> str:
    return (
        f"<{DS}{name}> a dcat:Dataset ; dct:identifier '{name}' ;\n"
        f'  dct:title {title} ;\n  dct:description """两行\n说明。"""@zh {more}.\n'
    )


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@pytest.fixture(scope="module")
def read(vocabulary: Vocabulary) -> Callable[..., tuple[list[str], list[AtlasError]]]:
    def run(content: str | bytes, name: str = "x.ttl") -> tuple[list[str], list[AtlasError]]:
        data = content.encode() if isinstance(content, str) else content
        result = collect(
            read_bytes(
                data, name=name, source="s", base_iri="https://a.example", vocabulary=vocabulary
            )
        )
        return [m.record.remote_id for m in result.mapped], result.errors

    return run


Read = Callable[..., tuple[list[str], list[AtlasError]]]

BROKEN = {
    "a quotation mark inside": '"在"大河"里的鱼"@zh',
    "a prefix that is not declared": "ex:title",
    "a bad escape": '"a\\qb"',
    "no end of the string": '"标题',
    "two values without a comma": '"a" "b"',
    "an unbalanced bracket": '[ dct:title "a"',
}


@pytest.mark.parametrize("form", ["ttl", "trig"])
@pytest.mark.parametrize("title", BROKEN.values(), ids=BROKEN)
def test_only_the_broken_record_is_left_out(read: Read, title: str, form: str) -> None:
    text = PREFIXES + dataset("q1") + dataset("q2", title) + dataset("q3")
    if form == "trig":
        text = PREFIXES + "<https://data.example/g> {\n" + text.removeprefix(PREFIXES) + "}\n"
    names, errors = read(text, f"x.{form}")
    assert names == ["q1", "q3"]
    assert {e.code for e in errors} == {"bad-rdf"}
    assert errors[0].params["records"] == f"{DS}q2"
    place = errors[0].place
    assert place is not None
    first = 8 + (form == "trig")
    assert place.line in range(first, first + 5)
    assert place.column is not None


def test_line_and_column_of_the_error(read: Read) -> None:
    text = PREFIXES + dataset("q1") + dataset("q2", BROKEN["a quotation mark inside"])
    _, errors = read(text)
    assert [str(e.place) for e in errors] == ["x.ttl:9:16"]


def test_an_invalid_byte_inside(read: Read) -> None:
    text = (PREFIXES + dataset("q1") + dataset("q2") + dataset("q3")).encode()
    at = text.index("标题".encode(), text.index(b"q2"))
    names, errors = read(text[:at] + b"\xff" + text[at:])
    assert names == ["q1", "q3"]
    assert [e.code for e in errors] == ["bad-rdf"]


def test_a_missing_dot_leaves_neither_by_half(read: Read) -> None:
    text = PREFIXES + dataset("q1") + dataset("q2").removesuffix(".\n") + "\n" + dataset("q3")
    names, errors = read(text + dataset("q4"))
    assert names == ["q1", "q4"]
    assert [e.code for e in errors] == ["bad-rdf"]


def test_a_dot_too_many_takes_what_stands_before_it_along(read: Read) -> None:
    text = PREFIXES + dataset("q1").replace(";\n  dct:description", ".\n  dct:description")
    names, errors = read(text + dataset("q2"))
    assert names == ["q2"]
    assert errors[0].params["records"] == f"{DS}q1"


def test_a_broken_part_makes_its_dataset_unreadable(read: Read) -> None:
    parts = (
        f"<{DS}q1/file> a dcat:Distribution ; dct:title 'one' .\n"
        f"<{DS}q2/file> a dcat:Distribution ; dct:title 'two'broken .\n"
    )
    text = PREFIXES + "".join(
        dataset(name, more=f"; dcat:distribution <{DS}{name}/file> ") for name in ("q1", "q2")
    )
    names, errors = read(text + parts)
    assert names == ["q1"]
    assert [e.params["records"] for e in errors] == [f"{DS}q2"]


def test_a_blank_node_apart_that_is_broken(read: Read) -> None:
    text = PREFIXES + dataset("q1", more="; dct:temporal _:t ") + dataset("q2")
    names, errors = read(text + '_:t a dct:PeriodOfTime ; dct:title "a"b" .\n')
    assert names == ["q2"]
    assert len(errors) == 1


def test_a_record_in_two_places_one_of_which_is_broken(read: Read) -> None:
    text = PREFIXES + dataset("q1") + dataset("q2") + f'<{DS}q1> dct:issued "2026"-01" .\n'
    names, errors = read(text)
    assert names == ["q2"]
    assert [e.params["records"] for e in errors] == [f"{DS}q1"]


def test_a_broken_prefix_refuses_the_file(read: Read) -> None:
    text = PREFIXES.replace("<http://purl.org/dc/terms/>", "<http://purl.org/dc/terms/")
    names, errors = read(text + dataset("q1") + f"<{DS}q2> a dcat:Dataset .\n")
    assert names == []
    assert [e.code for e in errors] == ["bad-rdf"]
    assert errors[0].params["records"] == "*"


def test_a_long_string_left_open_refuses_the_file(read: Read) -> None:
    text = PREFIXES + dataset("q1").replace('"""@zh', '""@zh') + dataset("q2") + dataset("q3")
    names, errors = read(text)
    assert names == []
    assert [e.code for e in errors] == ["bad-rdf"]


def test_an_iri_without_its_bracket_swallows_nothing(read: Read) -> None:
    more = f"; dct:relation <{DS}r1 ;\n dct:source <{DS}r2> "
    names, errors = read(PREFIXES + dataset("q1", more=more) + dataset("q2"))
    assert names == ["q2"]
    assert [e.params["records"] for e in errors] == [f"{DS}q1"]


def test_a_file_that_is_cut_off(read: Read) -> None:
    text = PREFIXES + dataset("q1") + dataset("q2")
    for left in (text[:-3], text[: text.rindex("说明")], text[: text.rindex("dct:title") + 4]):
        names, errors = read(left)
        assert names == ["q1"]
        assert [e.code for e in errors] == ["bad-rdf"]
    # The statement that begins here may be one of the first dataset.
    assert read(text[: text.index("q2")])[0] == []


def test_a_cut_file_lost_what_a_dataset_goes_on_to_name(read: Read) -> None:
    more = f"; dct:publisher <{DS}office> "
    text = PREFIXES + dataset("q1", more=more) + dataset("q2") + f"<{DS}other> foaf:name 'Oth"
    names, errors = read(text)
    assert names == ["q2"]
    assert len(errors) == 1


@pytest.mark.parametrize("form", ["nt", "nq"])
def test_a_broken_line(read: Read, form: str) -> None:
    lines = []
    for name in ("q1", "q2", "q3"):
        lines += [
            f"<{DS}{name}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
            " <http://www.w3.org/ns/dcat#Dataset> .",
            f'<{DS}{name}> <http://purl.org/dc/terms/title> "标题"@zh .',
            f'<{DS}{name}> <http://purl.org/dc/terms/description> "说明"@zh .',
        ]
    for at, replaced in (('"标题"', '"标"题"'), ("<http://purl.org/dc/terms/title>", "<http://x")):
        broken = [*lines]
        broken[4] = broken[4].replace(at, replaced)
        names, errors = read("\n".join(broken) + "\n", f"x.{form}")
        assert names == ["q1", "q3"]
        assert [e.code for e in errors] == ["bad-rdf"]
        assert errors[0].place is not None
        assert (errors[0].place.line, errors[0].params["records"]) == (5, f"{DS}q2")


XML = """<?xml version="1.0" encoding="{encoding}"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/">
<dcat:Dataset rdf:about="https://data.example/ds/q1"><dct:title>一</dct:title></dcat:Dataset>
<dcat:Dataset rdf:about="https://data.example/ds/q2"><dct:title>二</dct:title>
  <dct:description>说明</dct:description></dcat:Dataset>
</rdf:RDF>
"""


def test_xml_that_is_not_well_formed_is_no_document(read: Read) -> None:
    good = XML.format(encoding="UTF-8")
    for broken in (
        good[: good.index("<dct:description>")],
        good.replace("</dct:description>", ""),
        good.replace("dct:description", "ex:description"),
        good.replace("说明", "a & b"),
    ):
        names, errors = read(broken, "x.rdf")
        assert names == []
        assert [e.code for e in errors] == ["bad-xml"]
        assert errors[0].place is not None
        assert errors[0].place.line in (5, 6)
        assert errors[0].place.column is not None


def test_text_where_xml_wants_a_property_breaks_its_node_alone(read: Read) -> None:
    good = XML.format(encoding="UTF-8")
    names, errors = read(good.replace("<dct:description>", "stray<dct:description>"), "x.rdf")
    assert names == ["q1"]
    assert [(e.code, e.params["records"]) for e in errors] == [("bad-rdf", f"{DS}q2")]
    assert str(errors[0].place) == "x.rdf:5:1"


@pytest.mark.parametrize("encoding", ["GB2312", "GBK", "UTF-16"])
def test_xml_says_its_encoding(read: Read, encoding: str) -> None:
    names, errors = read(XML.format(encoding=encoding).encode(encoding), "x.rdf")
    assert (names, errors) == (["q1", "q2"], [])


def test_a_node_of_json_ld_that_is_none(read: Read) -> None:
    text = """{"@context": {"dct": "http://purl.org/dc/terms/", "dcat": "http://www.w3.org/ns/dcat#"},
 "@graph": [
  {"@id": "https://data.example/ds/q1", "@type": "dcat:Dataset", "dct:title": "a"},
  {"@id": "https://data.example/ds/q2", "@type": "dcat:Dataset", "dct:title": "b",
   "dct:description": {"@value": "x", "@language": 5}}]}"""
    names, errors = read(text, "x.jsonld")
    assert names == ["q1"]
    assert [(e.code, e.params["records"]) for e in errors] == [("bad-rdf", f"{DS}q2")]
    assert errors[0].place is not None
    assert errors[0].place.line == 4


def _whole() -> str:
    """Datasets, and their parts apart from them."""
    text = PREFIXES
    for n in range(3):
        more = (
            f"; dct:publisher <{DS}org{n % 2}> ; dcat:keyword '水文', 'it\\'s' ;\n"
            f"  dcat:distribution <{DS}k{n}#f> , [ dcat:accessURL <{DS}f{n}> ] "
        )
        text += dataset(f"k{n}", f'"观测{n}"@zh , "Station {n}"@en', more)
    for n in range(3):
        text += f'<{DS}k{n}#f> a dcat:Distribution ; dct:title "file {n}" .\n'
    for n in range(2):
        text += f'<{DS}org{n}> a foaf:Agent ; foaf:name "Org {n}" .\n'
    for n in range(3):
        text += f'<{DS}k{n}> dct:issued "2026-01-0{n + 1}" ; dct:spatial _:p{n} .\n'
        text += f'_:p{n} a dct:Location ; dct:title "place" .\n'
    return text


INSERTED = (b'"', b"'", b".", b";", b",", b"<", b">", b"\\", b"\xff", b"\n", b"[", b"]", b"@", b"#")
FORMS = {
    "ttl": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}


def _forms() -> dict[str, bytes]:
    text = _whole()
    quads = list(ox.parse(text.encode(), format=ox.RdfFormat.TURTLE))
    prefixes = {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"}
    triples = [quad.triple for quad in quads]
    xml = ox.serialize(triples, format=ox.RdfFormat.RDF_XML, prefixes=prefixes)
    graph = "<https://data.example/g> {\n" + text.removeprefix(PREFIXES) + "}\n"
    lines = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    linked = ox.serialize(quads, format=ox.RdfFormat.JSON_LD)
    assert xml is not None and lines is not None and linked is not None
    return {
        "ttl": text.encode(),
        "trig": (PREFIXES + graph).encode(),
        "nt": lines,
        "rdf": xml,
        "jsonld": linked,
    }


@pytest.mark.parametrize("form", FORMS)
def test_no_record_is_ever_read_by_half(form: str, vocabulary: Vocabulary) -> None:
    """One byte is put in, taken out or changed: what is still read is read in full."""
    good = _forms()[form]

    def records(content: bytes) -> dict[str, int]:
        found = {}
        reader = read_bytes(
            content,
            name=f"x.{form}",
            source="s",
            base_iri="https://a.example",
            vocabulary=vocabulary,
        )
        try:
            for item in reader:
                if isinstance(item, Incoming):
                    mapped = item.make()
                    if not mapped.warnings:
                        found[item.remote_id] = len(mapped.record.lines)
        except AtlasError:
            pass
        return found

    full = records(good)
    assert set(full) == {"k0", "k1", "k2"}
    chance = random.Random(8)
    broken = others = 0
    for _ in range(250):
        at = chance.randrange(len(good))
        put = chance.choice((*INSERTED, b""))
        content = good[:at] + put + good[at + chance.choice((0, 1)) :]
        try:
            list(ox.parse(content, format=FORMS[form], base_iri="http://relative.invalid/"))
        except (SyntaxError, ValueError):
            broken += 1
        else:
            continue  # another document, and a good one
        for name, size in records(content).items():
            assert size == full[name], (name, content[max(0, at - 40) : at + 40])
            others += 1
    assert broken > 80
    assert others > 100 or form in ("rdf", "jsonld")


def test_the_good_version_stays(tmp_path: Path, vocabulary: Vocabulary) -> None:
    journal = Journal.open(f"sqlite:///{tmp_path / 'journal.db'}", SystemClock())
    catalog = Catalog(journal, TinyGate(), BASE)

    def submit(text: str) -> list[str]:
        items = read_bytes(
            text.encode(),
            name="x.ttl",
            source="s",
            base_iri=BASE,
            vocabulary=vocabulary,
        )
        outcomes = catalog.submit(items, Submission("s", "test", gate="report"))
        return [outcome.status for outcome in outcomes]

    good = PREFIXES + dataset("k1", '"长江口水文站观测"@zh')
    assert submit(good) == ["created"]
    assert submit(good.replace("长江口水文站", '长江口"水文站"')) == ["rejected"]
    assert journal.states("s", ["k1"])["k1"].state == "active"
    assert submit(good) == ["unchanged"]
    journal.close()


def test_the_cases_of_the_issue(read: Read, shared_data: Path) -> None:
    cases = shared_data / "cases" / "14-turtle-quotes"
    assert read((cases / "good.ttl").read_bytes())[0] == ["k1"]
    assert read((cases / "broken-later.ttl").read_bytes())[0] == []
    names, errors = read((cases / "q.ttl").read_bytes(), "q.ttl")
    assert names == ["q1", "q3"]
    assert [str(e.place) for e in errors] == ["q.ttl:4:82"]
