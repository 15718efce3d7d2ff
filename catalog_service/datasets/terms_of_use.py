"""Licences, rights and formats of a dataset and its files, however each is written."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from catalog_service.answers import Named
from catalog_service.datasets.description_model import MAX_SHOWN
from catalog_service.datasets.record_statements import Statements
from ontology.allowed_subjects import GENID
from ontology.formats import LABELS, PREDICATES, formats_of
from ontology.licenses import License, license_of
from ontology.terms import DCT, FOAF, RDFS, SKOS

_LICENSE_LABELS: Final = (DCT.title, RDFS.label, SKOS.prefLabel, DCT.identifier, DCT.description)
_LICENSE_PAGES: Final = (FOAF.page, FOAF.homepage, RDFS.seeAlso, DCT.source)


def file_formats(s: Statements, node: str) -> list[Named]:
    """Return the formats of a file, however each is written (`ontology.formats`)."""
    given = [[_format_texts(s, term) for term in s.objects(node, p)] for p in PREDICATES]
    return [
        Named(iri=one.iri, notation=one.notation, label={"zh": one.zh, "en": one.en})
        if one.notation is not None
        else Named(iri=one.iri, label={"": one.zh})
        for one in formats_of(s.concepts, given)
    ]


def _format_texts(s: Statements, term: ox.NamedNode | ox.Literal) -> tuple[str, ...]:
    if isinstance(term, ox.Literal):
        return (term.value,)
    return (term.value, *(text for p in LABELS for text in s.literals(term.value, p)))


def terms(s: Statements, node: str, predicate: str) -> list[Named]:
    """Return licences or statements of rights, each once (`ontology.licenses`)."""
    found: dict[tuple[str | None, str], Named] = {}
    for term in s.objects(node, predicate)[:MAX_SHOWN]:
        if isinstance(term, ox.Literal):
            known = license_of(term.value)
            named = known or License(None, {term.language or "": term.value})
        else:
            named = license_of(term.value) or _license_node(s, term.value)
        one = Named(iri=named.iri, label=dict(named.label))
        found.setdefault((one.iri, "" if one.iri else str(one.label)), one)
    return [one for one in found.values() if one.iri or one.label]


def _license_node(s: Statements, iri: str) -> License:
    """Return what a record says of a licence that is not known by its address."""
    label = next((t for p in _LICENSE_LABELS if (t := s.texts(iri, p))), {})
    known = next((k for text in label.values() if (k := license_of(text))), None)
    if known is not None:
        return known
    page = next((i for p in _LICENSE_PAGES for i in s.iris(iri, p)), None)
    return License(page or (None if GENID in iri else iri), label)
