"""The badge as RDF: a certificate in the Data Quality Vocabulary, while a dataset has it.

https://www.w3.org/TR/vocab-dqv/#dqv:QualityCertificate
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from catalog_service.context import Service
from catalog_service.graph import FixedGraph
from catalog_service.quality.badges.kept import all_decisions, badge_of, last_round
from catalog_service.quality.badges.model import PATH, Decision
from ontology.terms import DCT, DQV, OA, RDF, RULE, XSD


def certificate(base: str, dataset: str, one: Decision) -> Iterator[ox.Triple]:
    """Yield the certificate of a dataset; its body is the page of the criteria."""
    node = f"{one.iri}#badge"
    yield _link(dataset, DQV.hasQualityAnnotation, node)
    yield _link(node, RDF.type, DQV.QualityCertificate)
    yield _link(node, OA.hasTarget, dataset)
    yield _link(node, OA.hasBody, f"{base}{PATH}")
    yield _link(node, OA.motivatedBy, DQV.qualityAssessment)
    yield _link(node, DCT.conformsTo, f"{RULE}R20")
    day = ox.Literal(one.day.isoformat(), datatype=ox.NamedNode(XSD.date))
    yield ox.Triple(ox.NamedNode(node), ox.NamedNode(DCT.issued), day)


def badge_lines(atlas: Service, iri: str, focus: str) -> str:
    """Return what a dataset's document says of its badge; empty: it has none."""
    found = badge_of(atlas, iri)
    if not found or not found[0].held:
        return ""
    return _lines(certificate(atlas.settings.base_iri, focus, found[0]))


class BadgeGraphs:
    """The graph of the badges that public datasets have."""

    def __init__(self, atlas: Service) -> None:
        """Use the catalogue; for whoever writes the graph, one thread at a time."""
        self._atlas = atlas
        self._round: object = None
        self._decided: tuple[Decision, ...] = ()
        self._looked: object = None
        self._held: tuple[tuple[Decision, str], ...] = ()

    def mark(self) -> tuple[tuple[Decision, str], ...]:
        """Return the badges with their datasets; read anew after a decision or a change."""
        looked = (last_round(self._atlas), self._atlas.journal.head())
        if looked == self._looked:
            return self._held
        if looked[0] != self._round or self._looked is None:
            known = all_decisions(self._atlas).values()
            self._decided = tuple(many[0] for many in known if many[0].held)
            self._round = looked[0]
        public = self._atlas.journal.public_among([one.iri for one in self._decided])
        self._held = tuple((one, public[one.iri]) for one in self._decided if one.iri in public)
        self._looked = looked
        return self._held

    def facets(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """Return which datasets have the badge; nothing of those that had it only."""
        held = {one.iri for one, _ in self.mark()}
        return {
            iri: {"high_quality": ("badge",)} if iri in held else {}
            for iri in all_decisions(self._atlas)
        }

    def graphs(self) -> list[FixedGraph]:
        """Return the graph, of all of them."""
        base = self._atlas.settings.base_iri
        triples = (t for one, dataset in self.mark() for t in certificate(base, dataset, one))
        return [FixedGraph(f"{base}{PATH}", _lines(triples), ox.RdfFormat.N_TRIPLES)]


def _lines(triples: Iterator[ox.Triple]) -> str:
    return "".join(sorted({f"{triple} .\n" for triple in triples}))


def _link(subject: str, predicate: str, target: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(target))
