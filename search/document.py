"""From a record to what is indexed of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, Protocol

from ontology.record import Record
from ontology.terms import CSVW, DCAT, DCT, FOAF, RDFS, SHD, SKOS, VCARD, VOCAB
from ontology.vocabulary import Concept
from search.engine import SearchDocument
from search.lines import Nodes, preferred, read, texts

MAX_VALUES: Final = 500
"""Values of a repeated property that are indexed: a record may have 10,000 distributions."""

# Their names are those of methods of `str`.
_TITLE: Final = DCT.term("title")
_FORMAT: Final = DCT.term("format")
_COLUMN_TITLE: Final = CSVW.term("title")

_PLACE: Final = VOCAB + "place/"
_DISTRICT = re.compile(r"310[0-9]{3}")
_YEAR = re.compile(r"[12][0-9]{3}(?=-)")

_LABELS: Final = (SKOS.prefLabel, FOAF.name, RDFS.label, VCARD.fn, _TITLE)
"""Names of a node, the likeliest first; the first is what records mapped here carry."""

_WANTED: Final = {
    f"<{iri}>": str(iri)
    for iri in (
        _TITLE,
        DCT.alternative,
        DCT.description,
        DCT.publisher,
        DCT.accessRights,
        DCT.accrualPeriodicity,
        DCT.subject,
        DCT.issued,
        DCT.modified,
        DCT.spatial,
        _FORMAT,
        DCAT.theme,
        DCAT.keyword,
        DCAT.distribution,
        DCAT.mediaType,
        SHD.dataItem,
        SHD.deliveryMode,
        _COLUMN_TITLE,
        *_LABELS,
    )
}


class Concepts(Protocol):
    """What of `ontology.vocabulary.Vocabulary` is needed here."""

    def concept(self, iri: str) -> Concept | None:
        """Return the concept with this IRI, or None."""
        ...


def _iris(terms: Iterable[str]) -> list[str]:
    return [term[1:-1] for term in terms if term.startswith("<")]


def _values(found: list[tuple[str, str]]) -> tuple[str, ...]:
    if len(found) < 2:
        return (found[0][0],) if found else ()
    return tuple(dict.fromkeys([value for value, _ in preferred(found)[:MAX_VALUES]]))


class _Reader:
    """Reads one record."""

    __slots__ = ("concepts", "nodes")

    def __init__(self, nodes: Nodes, concepts: Concepts) -> None:
        self.nodes = nodes
        self.concepts = concepts

    def literals(self, predicate: str) -> list[tuple[str, str]]:
        terms = self.nodes.focus.get(predicate)
        return texts(terms) if terms else []

    def date(self, predicate: str) -> str | None:
        found = self.literals(predicate)
        # Several are a defect; the last day is the one that "changed" is about.
        return max(value for value, _ in found) if found else None

    def iris(self, predicate: str) -> tuple[str, ...]:
        return tuple(_iris(self.nodes.focus.get(predicate, ())[:MAX_VALUES]))

    def name(self, term: str) -> str:
        """The name of what ``term`` denotes: a concept, a node of the record, or a literal."""
        if term.startswith('"'):
            found = texts([term])
            return found[0][0] if found else ""
        concept = self.concepts.concept(term[1:-1])
        if concept is not None:
            return concept.zh or concept.en
        below = self.nodes.of(term)
        for predicate in _LABELS:
            if predicate in below:
                found = preferred(texts(below[predicate]))
                if found:
                    return found[0][0]
        return ""

    def labels(self, terms: Iterable[str]) -> tuple[str, ...]:
        """Names in both languages, for searching."""
        names: list[str] = []
        for term in terms:
            concept = self.concepts.concept(term[1:-1]) if term.startswith("<") else None
            names += (concept.zh, concept.en) if concept is not None else (self.name(term),)
        return tuple(dict.fromkeys(filter(None, names)))

    def publishers(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Names and facet values: the IRI, or the name where the publisher is a mere literal."""
        named: dict[str, str] = {}
        for term in self.nodes.focus.get(DCT.publisher, ()):
            name = self.name(term)
            key = term[1:-1] if term.startswith("<") else name
            if key:
                named[key] = name or key
        return tuple(named.values()), tuple(named)

    def districts(self) -> tuple[str, ...]:
        """The districts of the record's places; a street lies in the district of its code."""
        found: dict[str, None] = {}
        for iri in self.iris(DCT.spatial):
            concept = self.concepts.concept(iri)
            if concept is not None and concept.scheme == "place":
                code = _DISTRICT.match(concept.notation)
                if code is not None and not code.group().endswith("00"):
                    found[f"{_PLACE}{code.group()}"] = None
        return tuple(found)

    def below(self, predicate: str, wanted: str) -> list[str]:
        """The objects of ``wanted`` over the nodes that ``predicate`` leads to."""
        return [
            term
            for node in self.nodes.focus.get(predicate, ())[:MAX_VALUES]
            for term in self.nodes.of(node).get(wanted, ())
        ]


def document_of(record: Record, concepts: Concepts) -> SearchDocument:
    """Return what is indexed of ``record``.

    Reads the shape of ``ontology/profile.md`` and, as far as it goes, any DCAT: of several
    languages Chinese comes first, then English, then any. A record without a title shows its
    remote id. ``year`` is that of the last change, else of publication.
    """
    r = _Reader(read(record.nquads, record.focus, _WANTED), concepts)
    own = r.nodes.focus
    found_titles = preferred(r.literals(_TITLE))
    title = found_titles[0][0] if found_titles else record.remote_id
    others = [t for t in found_titles[1:] if t[0] != title]
    title_en = next((value for value, lang in others if lang.startswith("en")), "")
    alternatives = [value for value, _ in others if value != title_en]
    alternatives += _values(r.literals(DCT.alternative))
    descriptions = preferred(r.literals(DCT.description))
    publishers, publisher_keys = r.publishers()
    issued, modified = r.date(DCT.issued), r.date(DCT.modified)
    year = _YEAR.match(modified or issued or "")
    formats = r.below(DCAT.distribution, _FORMAT)
    if not formats:
        formats = r.below(DCAT.distribution, DCAT.mediaType)
    facets = {
        "open_type": r.iris(DCT.accessRights),
        "theme": r.iris(DCAT.theme),
        "publisher": publisher_keys,
        "district": r.districts(),
        "format": tuple(dict.fromkeys(_iris(formats))),
        "delivery": tuple(dict.fromkeys(_iris(r.below(DCAT.distribution, SHD.deliveryMode)))),
        "frequency": r.iris(DCT.accrualPeriodicity),
        "source": (record.source,),
        "year": (year.group(),) if year else (),
    }
    return SearchDocument(
        iri=record.iri,
        source=record.source,
        remote_id=record.remote_id,
        hash=record.hash,
        title=title,
        title_en=title_en,
        description=descriptions[0][0] if descriptions else "",
        publishers=publishers,
        keywords=_values(r.literals(DCAT.keyword)),
        fields=_values(texts(r.below(SHD.dataItem, _COLUMN_TITLE))),
        themes=r.labels([*own.get(DCAT.theme, ()), *own.get(DCT.subject, ())]),
        places=r.labels(own.get(DCT.spatial, ())[:MAX_VALUES]),
        issued=issued,
        modified=modified,
        facets={name: values for name, values in facets.items() if values},
        alternatives=tuple(dict.fromkeys(alternatives)),
    )
