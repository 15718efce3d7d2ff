"""Counts and joins, each with the plain arithmetic that must give the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import product

from catalog_service.sparql.examples import examples
from ontology.terms import CSVW, DCAT, DCT, ORG, RDF, SHD, SKOS, VCARD
from tests.issues.sharing_records import Facts

TITLE = DCT.term("title")
Rows = Counter[tuple[str, ...]]


def number(value: int) -> str:
    """Return a count as the store writes it."""
    return f'"{value}"^^<http://www.w3.org/2001/XMLSchema#integer>'


def _labelled(facts: Facts, predicate: str) -> Rows:
    """Count datasets by what a predicate names and its Chinese label."""
    datasets, labels = facts.a(DCAT.Dataset), facts.zh(SKOS.prefLabel)
    found = Counter(
        (thing, label)
        for dataset, thing in facts.pairs(predicate)
        for named, label in labels
        if dataset in datasets and named == thing
    )
    return Counter((*pair, number(count)) for pair, count in found.items())


def _fields(facts: Facts) -> Rows:
    having = {
        (title, dataset)
        for dataset, item in facts.pairs(SHD.dataItem)
        for described, title in facts.pairs(CSVW.title)
        if item == described
    }
    found = Counter(title for title, _ in having)
    return Counter((title, number(count)) for title, count in found.items() if count > 1)


EXAMPLE_ROWS: dict[str, Callable[[Facts], Rows]] = {
    "datasets-by-domain": lambda f: _labelled(f, DCAT.theme),
    "largest-publishers": lambda f: _labelled(f, DCT.publisher),
    "common-fields": _fields,
}

Count = tuple[str, Callable[[Facts], int]]
COUNTS: tuple[Count, ...] = (
    ("?s ?p ?o", lambda f: len(f.triples)),
    ("?o a org:Organization", lambda f: len(f.a(ORG.Organization))),
    ("?d a dcat:Dataset", lambda f: len(f.a(DCAT.Dataset))),
    ("?l a dct:LicenseDocument", lambda f: len(f.a(DCT.LicenseDocument))),
    ("?c a skos:Concept", lambda f: len(f.a(SKOS.Concept))),
    ("?i a csvw:Column", lambda f: len(f.a(CSVW.Column))),
    ("?s a ?class", lambda f: len(f.pairs(RDF.type))),
    ("?s skos:prefLabel ?label", lambda f: len(f.pairs(SKOS.prefLabel))),
    (
        '?s skos:prefLabel ?label FILTER(LANG(?label) = "zh")',
        lambda f: len(f.zh(SKOS.prefLabel)),
    ),
    ("?o vcard:hasEmail ?mail", lambda f: len(f.pairs(VCARD.hasEmail))),
    ("?d dct:publisher ?o", lambda f: len(f.pairs(DCT.publisher))),
    ("?d dcat:theme ?t", lambda f: len(f.pairs(DCAT.theme))),
    ("?d dct:title ?t", lambda f: len(f.pairs(TITLE))),
    ("?d dcat:keyword ?w", lambda f: len(f.pairs(DCAT.keyword))),
    (
        '?d dcat:keyword "停车"@zh',
        lambda f: sum(o == '"停车"@zh' for _, o in f.pairs(DCAT.keyword)),
    ),
    ("?d shd:rowCount ?n", lambda f: len(f.pairs(SHD.rowCount))),
    ("?d shd:rowCount 7", lambda f: sum(o == number(7) for _, o in f.pairs(SHD.rowCount))),
    ("?d shd:dataItem ?i", lambda f: len(f.pairs(SHD.dataItem))),
    ("?r shd:recordHash ?h", lambda f: len(f.pairs(SHD.recordHash))),
    ("?r foaf:primaryTopic ?d", lambda f: len(f.pairs("http://xmlns.com/foaf/0.1/primaryTopic"))),
)
"""Patterns, and how many solutions each has."""

Join = tuple[str, str, Callable[[Facts], Rows]]


def _join(left: set[tuple[str, str]], right: set[tuple[str, str]]) -> Rows:
    """Join on the object of the one and the subject of the other."""
    pairs = product(left, right)
    return Counter((s, thing, o) for (s, thing), (named, o) in pairs if thing == named)


def _beside(left: set[tuple[str, str]], right: set[tuple[str, str]]) -> Rows:
    """Join on the subject."""
    pairs = product(left, right)
    return Counter((s, one, other) for (s, one), (named, other) in pairs if s == named)


JOINS: tuple[Join, ...] = (
    (
        "?d ?o ?mail",
        "?d dct:publisher ?o . ?o vcard:hasEmail ?mail",
        lambda f: _join(f.pairs(DCT.publisher), f.pairs(VCARD.hasEmail)),
    ),
    (
        "?d ?o ?label",
        "?d dct:publisher ?o . ?o skos:prefLabel ?label",
        lambda f: _join(f.pairs(DCT.publisher), f.pairs(SKOS.prefLabel)),
    ),
    (
        "?d ?t ?label",
        "?d dcat:theme ?t . ?t skos:prefLabel ?label",
        lambda f: _join(f.pairs(DCAT.theme), f.pairs(SKOS.prefLabel)),
    ),
    (
        "?d ?i ?title",
        "?d shd:dataItem ?i . ?i csvw:title ?title",
        lambda f: _join(f.pairs(SHD.dataItem), f.pairs(CSVW.title)),
    ),
    (
        "?d ?l ?class",
        "?d dct:license ?l . ?l a ?class",
        lambda f: _join(f.pairs(DCT.license), f.pairs(RDF.type)),
    ),
    (
        "?d ?t ?o",
        "?d dct:title ?t ; dct:publisher ?o",
        lambda f: _beside(f.pairs(TITLE), f.pairs(DCT.publisher)),
    ),
    (
        "?d ?w ?t",
        "?d dcat:keyword ?w ; dcat:theme ?t",
        lambda f: _beside(f.pairs(DCAT.keyword), f.pairs(DCAT.theme)),
    ),
    (
        "?d ?n ?w",
        "?d shd:rowCount ?n ; dcat:keyword ?w",
        lambda f: _beside(f.pairs(SHD.rowCount), f.pairs(DCAT.keyword)),
    ),
    (
        "?o ?zh ?mail",
        '?o skos:prefLabel ?zh ; vcard:hasEmail ?mail FILTER(LANG(?zh) = "zh")',
        lambda f: _beside(f.zh(SKOS.prefLabel), f.pairs(VCARD.hasEmail)),
    ),
    (
        "?r ?d ?title",
        "?r foaf:primaryTopic ?d . ?d dct:title ?title",
        lambda f: _join(f.pairs("http://xmlns.com/foaf/0.1/primaryTopic"), f.pairs(TITLE)),
    ),
)
"""Variables, patterns, and the rows."""


def check(ask: Callable[[str], Rows], facts: Facts) -> None:
    """Hold the examples that only count, every count and join against the arithmetic."""
    queries = {one.name: one.query for one in examples("zh", date(2026, 9, 1))}
    for name, rows in EXAMPLE_ROWS.items():
        assert ask(queries[name]) == rows(facts), name
    for pattern, count in COUNTS:
        found = ask(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}")
        assert found == Counter([(number(count(facts)),)]), pattern
    for variables, pattern, joined in JOINS:
        assert ask(f"SELECT {variables} {{ {pattern} }}") == joined(facts), pattern
