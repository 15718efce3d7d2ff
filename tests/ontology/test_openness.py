"""非开放 in every spelling: one question that decides what may be public."""

from __future__ import annotations

import pytest

from ontology.ntriples import literal
from ontology.openness import is_open, open_type
from ontology.record import Record
from ontology.terms import DCAT, DCT, RDF, RDFS, SHD, SKOS, VOCAB

IRI = "https://data.example/id/dataset/city/a"
EU = "http://publications.europa.eu/resource/authority/access-right/"
HEAD = f"<{IRI}> <{RDF.type}> <{DCAT.Dataset}> ."


def made(*lines: str) -> Record:
    return Record.from_lines([HEAD, *lines], iri=IRI, source="city", remote_id="a")


def says(term: str, predicate: str = DCT.accessRights) -> Record:
    return made(f"<{IRI}> <{predicate}> {term} .")


CLOSED = [
    "非开放",
    "非开放（涉密）",
    "不予开放",
    "不开放",
    "不公开",
    "不予公开",
    "涉密",
    "內部使用",
]
CLOSED += ["秘密", "机密", "非 开 放", "不予公开：涉及商业秘密", "Non-public", "NON_PUBLIC"]
OPEN = [
    "无条件开放",
    "有条件开放",
    "公开",
    "依申请公开",
    "无条件开放（不涉密）",
    "",
    "2",
    "安全开放",
]
OPEN += ["有条件开放，须签订保密协议", "Public"]


@pytest.mark.parametrize("predicate", [DCT.accessRights, SHD.unmappedAccessRights, DCT.rights])
@pytest.mark.parametrize("text", CLOSED)
def test_a_text_closes(text: str, predicate: str) -> None:
    assert not is_open(says(literal(text, lang="zh"), predicate))
    assert not is_open(says(literal(text), predicate))


@pytest.mark.parametrize("text", OPEN)
def test_other_texts_do_not(text: str) -> None:
    assert is_open(says(literal(text, lang="zh")))
    assert is_open(says(literal(text, lang="zh"), SHD.unmappedAccessRights))


@pytest.mark.parametrize(
    ("iri", "expected"),
    [
        (f"{VOCAB}open-type/none", False),
        (f"{VOCAB}open-type/conditional", True),
        (f"{EU}NON_PUBLIC", False),
        (f"{EU.replace('http:', 'https:')}NON_PUBLIC", False),
        (f"{EU}CONFIDENTIAL", False),
        (f"{EU}SENSITIVE", False),
        (f"{EU}RESTRICTED", True),
        (f"{EU}PUBLIC", True),
        ("http://elsewhere.example/%E9%9D%9E%E5%BC%80%E6%94%BE", False),
        ("http://elsewhere.example/access#non-public", False),
        ("http://elsewhere.example/open", True),
    ],
)
def test_a_concept(iri: str, expected: bool) -> None:
    assert is_open(says(f"<{iri}>")) is expected


def test_what_the_record_says_of_its_value_counts() -> None:
    node = "<http://elsewhere.example/rights>"
    link = f"<{IRI}> <{DCT.accessRights}> {node} ."
    assert is_open(made(link))
    assert is_open(made(link, f"{node} <{RDFS.label}> {literal('公开', lang='zh')} ."))
    assert not is_open(made(link, f"{node} <{RDFS.label}> {literal('非开放', lang='zh')} ."))
    assert not is_open(made(link, f"{node} <{SKOS.exactMatch}> <{VOCAB}open-type/none> ."))
    assert not is_open(made(link, f"{node} <{SKOS.broadMatch}> <{EU}NON_PUBLIC> ."))
    assert is_open(made(link, f"{node} <{SKOS.narrowMatch}> <{EU}NON_PUBLIC> ."))


def test_one_closing_value_among_others_is_enough() -> None:
    lines = [f"<{IRI}> <{DCT.accessRights}> <{VOCAB}open-type/{n}> ." for n in ("none", "zzz")]
    assert not is_open(made(*lines))


def test_another_nodes_access_is_not_the_datasets() -> None:
    service = f"<{IRI}#service-1> <{DCT.accessRights}> <{VOCAB}open-type/none> ."
    assert is_open(made(service))
    assert is_open(made())


def test_a_long_text_is_judged_too() -> None:
    assert not is_open(says(literal("说明" * 500 + "，非开放", lang="zh")))


@pytest.mark.parametrize(
    ("iri", "meant"),
    [
        (f"{EU}PUBLIC", "unconditional"),
        (f"{EU}RESTRICTED", "conditional"),
        (f"{EU}NON_PUBLIC", "none"),
        (f"{VOCAB}open-type/conditional", "conditional"),
        ("https://example.org/rights/some", None),
        ("https://example.org/无条件开放", None),
    ],
)
def test_access_rights_of_other_tables_mean_an_open_type(iri: str, meant: str | None) -> None:
    assert open_type(iri) == (None if meant is None else f"{VOCAB}open-type/{meant}")
