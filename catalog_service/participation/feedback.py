"""Faults that people found in datasets, as RDF: feedback in the Data Quality Vocabulary.

https://www.w3.org/TR/vocab-dqv/#dqv:UserQualityFeedback. It holds codes, days and names of data
items, and nothing that somebody wrote: so it stays where its case is erased.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import pyoxigraph as ox

from catalog_service.context import Service
from catalog_service.graph import FixedGraph
from catalog_service.participation.faults import Fault, fault_of
from catalog_service.participation.kinds.objection import FAULTS
from catalog_service.participation.naming import PUBLIC, public_path
from catalog_service.participation.stored_cases import Wanted, cases_in, last_step
from ontology.terms import ADMS, DCT, DQV, FOAF, OA, RDF, SKOS, XSD, Namespace
from translations import LANGUAGES, NP_, translator

_LDQD: Final = Namespace("http://www.w3.org/2016/05/ldqd#")

DIMENSIONS: Final[Mapping[str, str]] = {
    "wrong": _LDQD.semanticAccuracy,
    "missing": _LDQD.completeness,
    "outdated": _LDQD.timeliness,
    "unreadable": _LDQD.availability,
    "described": _LDQD.understandability,
}
"""The dimension of quality that a fault is of; one that touches on rights is of none."""

_STANDING: Final = {
    "known": NP_("fault", "Known, and not corrected yet"),
    "corrected": NP_("fault", "Corrected"),
}


class FeedbackGraphs:
    """The graph of the faults of public datasets that are known or were corrected."""

    def __init__(self, atlas: Service) -> None:
        """Use the catalogue; for whoever writes the graph, one thread at a time."""
        self._atlas = atlas
        self._faults: dict[int, Fault] = {}
        self._read = 0
        self._looked: tuple[int, int] | None = None
        self._found: tuple[tuple[Fault, str], ...] = ()

    def mark(self) -> tuple[tuple[Fault, str], ...]:
        """Return the faults with their datasets; read anew after a step or a change."""
        journal = self._atlas.journal
        head = journal.head()
        with journal.reading_tables() as connection:
            looked = (last_step(connection), head)
            if looked == self._looked:
                return self._found
            if looked[0] != self._read:
                # Cases that nobody touched since are as they were.
                wanted = Wanted("objection", since=self._read)
                for case in cases_in(connection, wanted):
                    self._faults.pop(case.number, None)
                    if (fault := fault_of(case)) is not None:
                        self._faults[case.number] = fault
                self._read = looked[0]
        public = journal.public_among([one.case.subject or "" for one in self._faults.values()])
        found = sorted(self._faults.items())
        self._found = tuple(
            (one, public[one.case.subject or ""]) for _, one in found if one.case.subject in public
        )
        self._looked = looked
        return self._found

    def graphs(self) -> list[FixedGraph]:
        """Return the graph, of all of them."""
        base = self._atlas.settings.base_iri
        found = self.mark()
        triples = [triple for one, dataset in found for triple in feedback(base, dataset, one)]
        if found:
            triples += _standings(base)
        lines = "".join(sorted({f"{triple} .\n" for triple in triples}))
        return [FixedGraph(f"{base}{PUBLIC['objection']}", lines, ox.RdfFormat.N_TRIPLES)]


def feedback(base: str, dataset: str, one: Fault) -> Iterator[ox.Triple]:
    """Yield the feedback about a dataset: what is wrong with what of it, and since when."""
    page = f"{base}{public_path(one.case)}"
    node, body = f"{page}#feedback", f"{page}#fault"
    yield _link(dataset, DQV.hasQualityAnnotation, node)
    yield _link(node, RDF.type, DQV.UserQualityFeedback)
    yield _link(node, OA.hasTarget, dataset)
    yield _link(node, OA.motivatedBy, DQV.qualityAssessment)
    yield _link(node, FOAF.page, page)
    yield _text(node, DCT.identifier, one.case.name)
    if one.code in DIMENSIONS:
        yield _link(node, DQV.inDimension, DIMENSIONS[one.code])
    yield _link(node, OA.hasBody, body)
    yield _link(body, RDF.type, OA.TextualBody)
    yield _link(body, OA.hasPurpose, OA.assessing)
    for lang in LANGUAGES:
        words = translator(lang).pgettext("objection", FAULTS.get(one.code, one.code))
        yield ox.Triple(
            ox.NamedNode(body), ox.NamedNode(RDF.value), ox.Literal(words, language=lang)
        )
    if one.case.part is not None:
        part = f"{page}#part"
        yield _link(node, OA.hasBody, part)
        yield _link(part, RDF.type, OA.TextualBody)
        yield _link(part, OA.hasPurpose, OA.identifying)
        yield _text(part, RDF.value, one.case.part)
    standing = "known" if one.corrected is None else "corrected"
    yield _link(node, ADMS.status, _standing(base, standing))
    for predicate, day in (
        (DCT.created, one.case.opened),
        (DCT.dateAccepted, one.known),
        (DCT.modified, one.corrected),
    ):
        if day is not None:
            yield ox.Triple(
                ox.NamedNode(node),
                ox.NamedNode(predicate),
                ox.Literal(day.isoformat(), datatype=ox.NamedNode(XSD.date)),
            )


def _standings(base: str) -> Iterator[ox.Triple]:
    for name, label in _STANDING.items():
        node = _standing(base, name)
        yield _link(node, RDF.type, SKOS.Concept)
        for lang in LANGUAGES:
            words = ox.Literal(translator(lang).pgettext("fault", label), language=lang)
            yield ox.Triple(ox.NamedNode(node), ox.NamedNode(SKOS.prefLabel), words)


def _standing(base: str, name: str) -> str:
    return f"{base}{PUBLIC['objection']}#{name}"


def _link(subject: str, predicate: str, target: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(target))


def _text(subject: str, predicate: str, text: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.Literal(text))
