"""Concepts that were released after the vocabularies were shipped, as statements of their scheme.

A release is a version of its scheme (``owl:versionInfo`` 1.0.0+2: the second on top of 1.0.0).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import pyoxigraph as ox

from ontology.concepts import Scheme
from ontology.terms import DCT, ORG, OWL, RDF, SKOS, VOCAB, XSD

ChangeKind = Literal["new", "name", "deprecate"]


@dataclass(frozen=True, slots=True)
class ConceptChange:
    """A new concept, other names of one that is there, or the end of its use."""

    kind: ChangeKind
    scheme: Scheme
    concept: str
    """IRI."""
    notation: str
    zh: str
    en: str
    others: tuple[str, ...] = ()
    """Other names, in Chinese."""
    broader: str | None = None
    """IRI of the concept that a new one lies below."""
    place: str | None = None
    """IRI of the district of a new organization."""
    predecessor: str | None = None
    """IRI of the concept that a new one took over from."""
    since: date | None = None
    source: str = ""
    """The document that says so."""
    issued: date | None = None
    """The day of that document."""


def with_changes(
    turtle: bytes,
    scheme: Scheme,
    changes: Iterable[ConceptChange],
    links: str,
    version: int,
    day: date,
) -> bytes:
    """Return a scheme with changes, in their order, as one of its versions.

    ``links``: further statements, as Turtle; ``version``: how many releases there were, the last
    one on ``day``.
    """
    triples = dict.fromkeys(_read(turtle))
    for change in changes:
        concept = ox.NamedNode(change.concept)
        if change.kind == "name":
            for triple in [t for t in triples if _is(t, concept, SKOS.prefLabel)]:
                del triples[triple]
                triples[ox.Triple(concept, ox.NamedNode(SKOS.altLabel), triple.object)] = None
        triples |= dict.fromkeys(_told(change))
        # No label is preferred and another one at once (SKOS, S13).
        for triple in [t for t in triples if _is(t, concept, SKOS.prefLabel)]:
            alternative = ox.NamedNode(SKOS.altLabel)
            triples.pop(ox.Triple(concept, alternative, triple.object), None)
    triples |= dict.fromkeys(_read(links.encode()))
    own, info = ox.NamedNode(VOCAB + scheme), ox.NamedNode(OWL.versionInfo)
    (before,) = [t for t in triples if _is(t, own, OWL.versionInfo)]
    del triples[before]
    shipped = before.object.value if isinstance(before.object, ox.Literal) else ""
    triples[ox.Triple(own, info, ox.Literal(f"{shipped}+{version}"))] = None
    triples[ox.Triple(own, ox.NamedNode(DCT.modified), _day(day))] = None
    made = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=_PREFIXES)
    if made is None:  # only where it is written to a file
        raise TypeError
    return made


_PREFIXES: Final = {
    "dct": "http://purl.org/dc/terms/",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def _told(change: ConceptChange) -> Iterator[ox.Triple]:
    one = ox.NamedNode(change.concept)

    def says(predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
        return ox.Triple(one, ox.NamedNode(predicate), value)

    if change.kind == "deprecate":
        yield says(OWL + "deprecated", ox.Literal("true", datatype=ox.NamedNode(XSD.boolean)))
        return
    yield says(SKOS.prefLabel, ox.Literal(change.zh, language="zh"))
    yield says(SKOS.prefLabel, ox.Literal(change.en, language="en"))
    for name in change.others:
        yield says(SKOS.altLabel, ox.Literal(name, language="zh"))
    if change.source:
        yield says(DCT.source, ox.Literal(change.source))
    if change.issued is not None:
        yield says(DCT.issued, _day(change.issued))
    if change.kind == "name":
        return
    scheme = ox.NamedNode(VOCAB + change.scheme)
    yield says(RDF.type, ox.NamedNode(SKOS.Concept))
    yield says(SKOS.inScheme, scheme)
    yield says(SKOS.notation, ox.Literal(change.notation))
    if change.scheme == "organization":
        yield says(RDF.type, ox.NamedNode(ORG.Organization))
    if change.broader is None:
        yield says(SKOS + "topConceptOf", scheme)
    else:
        yield says(SKOS.broader, ox.NamedNode(change.broader))
    if change.place is not None:
        yield says(DCT.spatial, ox.NamedNode(change.place))
    if change.predecessor is not None or change.since is not None:
        yield from _founded(change, one)


def _founded(change: ConceptChange, one: ox.NamedNode) -> Iterator[ox.Triple]:
    """Yield the event a concept came by, and from which it took over (Organization Ontology)."""
    event = ox.NamedNode(f"{change.concept}/founded")
    told = [
        (event, RDF.type, ox.NamedNode(ORG.ChangeEvent)),
        (event, ORG.resultingOrganization, one),
    ]
    if change.predecessor is not None:
        before = ox.NamedNode(change.predecessor)
        told += [
            (before, DCT.isReplacedBy, one),
            (before, ORG.changedBy, event),
            (event, ORG.originalOrganization, before),
        ]
    for subject, predicate, value in told:
        yield ox.Triple(subject, ox.NamedNode(predicate), value)
    if change.since is not None:
        yield ox.Triple(event, ox.NamedNode(DCT.date), _day(change.since))


def _read(turtle: bytes) -> Sequence[ox.Triple]:
    return [quad.triple for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE)]


def _is(triple: ox.Triple, subject: ox.NamedNode, predicate: str) -> bool:
    return triple.subject == subject and triple.predicate.value == predicate


def _day(day: date) -> ox.Literal:
    return ox.Literal(day.isoformat(), datatype=ox.NamedNode(XSD.date))
