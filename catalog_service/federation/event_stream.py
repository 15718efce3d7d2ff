"""The statements of the event stream: stream, fragments, relations and members (TREE, LDES).

https://w3id.org/ldes/specification, https://w3id.org/tree/specification. Each version is in a named
graph of its IRI: two versions on a page may describe the same organisation differently.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import pyoxigraph as ox

from catalog_service.federation.provenance import Provenance
from catalog_service.journal.published import PublicChange
from ontology.ntriples import triples_of
from ontology.terms import DCT, PREFIXES, PROV, RDF, XSD, Namespace

TREE: Final = Namespace("https://w3id.org/tree#")
LDES: Final = Namespace("https://w3id.org/ldes#")
AS: Final = Namespace("https://www.w3.org/ns/activitystreams#")
SCHEMA: Final = Namespace("https://schema.org/")
STREAM_PREFIXES: Final = {**PREFIXES, "tree": TREE, "ldes": LDES, "as": AS, "schema": SCHEMA}

_TYPE: Final = ox.NamedNode(RDF.type)
_TIME: Final = ox.NamedNode(PROV.generatedAtTime)
_VERSION_OF: Final = ox.NamedNode(DCT.isVersionOf)
_NUMBER: Final = ox.NamedNode(SCHEMA.position)
_TRUE: Final = ox.Literal(True)
_DATE_TIME: Final = ox.NamedNode(XSD.dateTime)


@dataclass(frozen=True, slots=True)
class Relation:
    """A way to another fragment, and the times of what is behind it."""

    url: str
    least: datetime
    most: datetime | None
    """None where it may still grow."""


@dataclass(frozen=True, slots=True)
class Stream:
    """The stream and the address of its first fragment."""

    iri: ox.NamedNode
    view: ox.NamedNode

    @classmethod
    def at(cls, base: str, public_url: str) -> Stream:
        """Return the stream of a catalogue."""
        return cls(ox.NamedNode(f"{base}/ldes#stream"), ox.NamedNode(f"{public_url}/ldes"))

    def described(self) -> Iterator[ox.Quad]:
        """Yield what every fragment says of the stream; the newest version alone is kept."""
        policy = ox.BlankNode("retention")
        yield _quad(self.iri, _TYPE, ox.NamedNode(LDES.EventStream))
        yield _quad(self.iri, TREE.view, self.view)
        yield _quad(self.iri, LDES.timestampPath, _TIME)
        yield _quad(self.iri, LDES.versionOfPath, _VERSION_OF)
        yield _quad(self.iri, LDES.sequencePath, _NUMBER)
        yield _quad(self.iri, LDES.versionDeleteObject, ox.NamedNode(AS.Delete))
        yield _quad(self.view, LDES.retentionPolicy, policy)
        yield _quad(policy, _TYPE, ox.NamedNode(LDES.LatestVersionSubset))
        # Clients of LDES 1.0 look for the amount alone, earlier ones for class and key as well.
        yield _quad(policy, LDES.versionAmount, ox.Literal(1))
        yield _quad(policy, LDES.amount, ox.Literal(1))
        yield _quad(policy, LDES.versionKey, _VERSION_OF)

    def fragment(self, url: str, relations: list[Relation], *, is_full: bool) -> Iterator[ox.Quad]:
        """Yield a fragment, whether it gets no more members, and where it leads."""
        node = ox.NamedNode(url)
        yield from self.described()
        yield _quad(node, _TYPE, ox.NamedNode(TREE.Node))
        if node != self.view:
            yield _quad(node, DCT.isPartOf, self.view)
        if is_full:
            yield _quad(node, LDES.immutable, _TRUE)
        for number, relation in enumerate(relations):
            yield from _relation(node, relation, number)

    def members(self, shown: list[PublicChange], provenance: Provenance) -> Iterator[ox.Quad]:
        """Yield the versions and ends of a fragment, the oldest first."""
        for change in shown:
            version = ox.NamedNode(f"{change.iri}#v{change.seq}")
            yield _quad(self.iri, TREE.member, version)
            for triple in _member(change, version, provenance):
                yield ox.Quad(triple.subject, triple.predicate, triple.object, version)


def _member(
    change: PublicChange, version: ox.NamedNode, provenance: Provenance
) -> Iterator[ox.Triple]:
    entity = ox.NamedNode(change.focus)
    # Before what the record itself says: readers take the first where there are several.
    yield ox.Triple(version, _VERSION_OF, entity)
    yield ox.Triple(version, _TIME, _time(change.time))
    yield ox.Triple(version, _NUMBER, ox.Literal(change.seq))
    if change.nquads is None:
        yield ox.Triple(version, _TYPE, ox.NamedNode(AS.Delete))
        yield ox.Triple(version, ox.NamedNode(AS.object), entity)
        return
    yield from provenance.statements(version, change.source, change.iri)
    for triple in triples_of(change.nquads):
        subject = version if triple.subject == entity else triple.subject
        obj = version if triple.object == entity else triple.object
        yield ox.Triple(subject, triple.predicate, obj)


def _relation(node: ox.NamedNode, relation: Relation, number: int) -> Iterator[ox.Quad]:
    bounds = [("GreaterThanOrEqualToRelation", relation.least)]
    if relation.most is not None:
        bounds.append(("LessThanOrEqualToRelation", relation.most))
    for kind, value in bounds:
        one = ox.BlankNode(f"r{number}{kind[0].lower()}")
        yield _quad(node, TREE.relation, one)
        yield _quad(one, _TYPE, ox.NamedNode(TREE.term(kind)))
        yield _quad(one, TREE.node, ox.NamedNode(relation.url))
        yield _quad(one, TREE.path, _TIME)
        yield _quad(one, TREE.value, _time(value))


def _time(moment: datetime) -> ox.Literal:
    text = moment.astimezone(UTC).isoformat(timespec="microseconds")
    return ox.Literal(text.replace("+00:00", "Z"), datatype=_DATE_TIME)


def _quad(
    subject: ox.NamedNode | ox.BlankNode,
    predicate: ox.NamedNode | str,
    obj: ox.NamedNode | ox.BlankNode | ox.Literal,
) -> ox.Quad:
    known = predicate if isinstance(predicate, ox.NamedNode) else ox.NamedNode(predicate)
    return ox.Quad(subject, known, obj)
