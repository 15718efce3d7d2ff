"""Records that say the same things, and plain arithmetic over their lines."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from random import Random

from catalog_service.graph import FixedGraph, GraphRecord
from ontology.ntriples import iri, literal, triple
from ontology.record import Record
from ontology.terms import CSVW, DCAT, DCT, ORG, RDF, SHD, SKOS, VCARD, XSD

BASE = "http://atlas.test"
THEMES = [f"{BASE}/theme/{n}" for n in range(4)]
OFFICES = [f"{BASE}/office/{n}" for n in range(5)]
LICENSES = [f"http://license.test/{n}" for n in range(2)]
WORDS = ["停车", "公交", "学校", "医院", "绿地"]
FIELDS = ["名称", "地址", "电话", "编号"]
_LINE = re.compile(r"(<[^>]*>|_:\S+) <([^>]*)> (.*) \.")

VOCABULARY = FixedGraph(
    f"{BASE}/theme",
    "".join(
        f'<{theme}> a <{SKOS.Concept}> ; <{SKOS.prefLabel}> "领域{n}"@zh , "theme {n}"@en ;'
        f" <{SKOS.note}> [ <{SKOS.prefLabel}> 'note' ] .\n"
        for n, theme in enumerate(THEMES)
    ),
)


def made(name: str, chance: Random) -> GraphRecord:
    """Return a version of a record; every third shares its dataset with another record."""
    own = f"{BASE}/id/dataset/test/{name}"
    number = int(name)
    focus = f"http://elsewhere.test/{number // 6}" if number % 3 == 0 else own
    subject, office = iri(focus), chance.choice(OFFICES)
    theme, license_ = chance.choice(THEMES), chance.choice(LICENSES)
    lines = {
        triple(subject, iri(RDF.type), iri(DCAT.Dataset)),
        triple(subject, iri(DCT.term("title")), literal(f"数据{chance.randrange(6)}", lang="zh")),
        triple(subject, iri(DCT.publisher), iri(office)),
        triple(subject, iri(DCAT.theme), iri(theme)),
        triple(subject, iri(DCT.license), iri(license_)),
        triple(
            subject,
            iri(SHD.rowCount),
            literal(chance.choice(["7", "07", "+7", "12"]), datatype=XSD.integer),
        ),
        triple(iri(office), iri(RDF.type), iri(ORG.Organization)),
        triple(iri(office), iri(SKOS.prefLabel), literal(f"单位{office[-1]}", lang="zh")),
        triple(iri(office), iri(SKOS.prefLabel), literal(f"office {office[-1]}", lang="en")),
        triple(iri(office), iri(VCARD.hasEmail), iri(f"mailto:{office[-1]}@atlas.test")),
        triple(iri(license_), iri(RDF.type), iri(DCT.LicenseDocument)),
        # What the vocabulary says too, and now and then one more label.
        triple(iri(theme), iri(SKOS.prefLabel), literal(f"领域{theme[-1]}", lang="zh")),
    }
    for word in chance.sample(WORDS, 2):
        lines.add(triple(subject, iri(DCAT.keyword), literal(word, lang="zh")))
    for place, field in enumerate(chance.sample(FIELDS, chance.randrange(1, 4))):
        item = f"{focus}#{place}"
        lines.add(triple(subject, iri(SHD.dataItem), iri(item)))
        lines.add(triple(iri(item), iri(RDF.type), iri(CSVW.Column)))
        lines.add(triple(iri(item), iri(CSVW.title), literal(field, lang="zh")))
    made = Record.from_lines(lines, iri=own, source="test", remote_id=name, focus=focus)
    return GraphRecord(made.iri, made.focus, made.hash, made.nquads)


def of_one_value(line: str) -> str:
    """Return a line with the number's plain spelling: one value is one term to the store."""
    return re.sub(r'"\+?0*(\d+)"(\^\^<[^>]*#integer>)', r'"\1"\2', line)


class Facts:
    """The different statements of some N-Triples lines, as text."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.triples: set[tuple[str, str, str]] = set()
        self._by: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for line in lines:
            found = _LINE.fullmatch(of_one_value(line))
            assert found is not None, line
            self.triples.add((found[1], found[2], found[3]))
            self._by[found[2]].add((found[1], found[3]))

    def pairs(self, predicate: str) -> set[tuple[str, str]]:
        """Return subject and object of every statement with a predicate."""
        return self._by[predicate]

    def a(self, kind: str) -> set[str]:
        """Return what is of a class."""
        return {s for s, o in self._by[RDF.type] if o == f"<{kind}>"}

    def zh(self, predicate: str) -> set[tuple[str, str]]:
        """Return the Chinese values of a predicate."""
        return {(s, o) for s, o in self._by[predicate] if o.endswith("@zh")}
