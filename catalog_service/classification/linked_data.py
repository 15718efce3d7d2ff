"""A dataset's class as RDF: its level, an ODRL offer, its agreement, the day of its review.

Stands in the dataset's own document, beside what its publisher says, and not in the graph: the
graph holds what follows from records, and a class has dates of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

import pyoxigraph as ox

from catalog_service.classification.model import DatasetTerms
from ontology.languages import Texts
from ontology.terms import DCT, FOAF, ODRL, RDF, SHD, SKOS, VOCAB, XSD

PATH: Final = "/classification"


def agreement_path(key: str, version: int | None = None) -> str:
    """Return the page of an agreement, or of one of its versions."""
    path = f"{PATH}/agreements/{quote(key, safe='')}"
    return path if version is None else f"{path}?version={version}"


def level_iri(base: str, terms: DatasetTerms) -> str:
    """Return the IRI of a level in the version of the table by which the dataset was classed."""
    return f"{base}{PATH}/{terms.guide.number}#{quote(terms.level.code, safe='')}"


def triples_of(base: str, iri: str, focus: str, terms: DatasetTerms) -> Iterator[ox.Triple]:
    """Yield what is public of a dataset's class.

    ``base`` begins IRIs, ``iri`` is the record's, ``focus`` the dataset's.
    """
    level = level_iri(base, terms)
    yield _link(focus, SHD.classificationLevel, level)
    yield _link(level, RDF.type, SKOS.Concept)
    yield _said(level, SKOS.notation, ox.Literal(terms.level.code))
    yield from _texts(level, SKOS.prefLabel, terms.level.name)
    yield from _texts(level, SKOS.definition, terms.level.definition)
    if terms.level.open_type:
        yield _link(level, SKOS.relatedMatch, f"{VOCAB}open-type/{terms.level.open_type}")
    if terms.conditions or terms.agreement:
        yield from _offer(base, f"{iri}#class-offer", focus, terms)
    if terms.agreement and terms.filed_on:
        yield from _agreement(base, f"{iri}#class-agreement", focus, terms)
    if terms.reviewed_on:
        node = f"{iri}#class-review"
        yield _link(focus, SHD.secrecyReview, node)
        yield _link(node, RDF.type, SHD.SecrecyReview)
        yield _said(node, DCT.date, _day(terms.reviewed_on.isoformat()))


def lines_of(base: str, iri: str, focus: str, terms: DatasetTerms) -> str:
    """Return `triples_of` as lines of N-Triples, sorted."""
    lines = sorted({f"{triple} .\n" for triple in triples_of(base, iri, focus, terms)})
    return "".join(lines)


def _offer(base: str, offer: str, focus: str, terms: DatasetTerms) -> Iterator[ox.Triple]:
    permission = f"{offer}-permission"
    yield _link(focus, ODRL.hasPolicy, offer)
    yield _link(offer, RDF.type, ODRL.Offer)
    yield _link(offer, ODRL.permission, permission)
    yield _link(permission, RDF.type, ODRL.Permission)
    yield _link(permission, ODRL.target, focus)
    yield _link(permission, ODRL.action, ODRL.use)
    for one in terms.conditions:
        yield from _texts(offer, DCT.description, one.template.text)
    if terms.agreement:
        # Who uses the data has read and accepted the agreement.
        duty = f"{offer}-duty"
        yield _link(permission, ODRL.duty, duty)
        yield _link(duty, RDF.type, ODRL.Duty)
        yield _link(duty, ODRL.action, ODRL.reviewPolicy)
        yield _link(duty, ODRL.target, f"{base}{_page(terms)}")


def _agreement(base: str, node: str, focus: str, terms: DatasetTerms) -> Iterator[ox.Triple]:
    if terms.agreement is None or terms.filed_on is None:
        return
    yield _link(focus, SHD.agreement, node)
    yield _link(node, RDF.type, ODRL.Agreement)
    yield from _texts(node, DCT.title, terms.agreement.template.name)
    yield _said(node, SHD.filedOn, _day(terms.filed_on.isoformat()))
    yield _link(node, FOAF.page, f"{base}{_page(terms)}")


def _page(terms: DatasetTerms) -> str:
    if terms.agreement is None:
        return PATH
    version = terms.agreement.version
    return agreement_path(version.key, version.number)


def _texts(subject: str, predicate: str, texts: Texts) -> Iterator[ox.Triple]:
    for lang, text in texts.items():
        yield _said(subject, predicate, ox.Literal(text, language=lang))


def _day(text: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD.date))


def _link(subject: str, predicate: str, target: str) -> ox.Triple:
    return _said(subject, predicate, ox.NamedNode(target))


def _said(subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)
