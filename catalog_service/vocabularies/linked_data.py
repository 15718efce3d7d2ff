"""``/def/`` the ontology and its terms, ``/vocab/…`` the concepts: as RDF, or the page for
browsers."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib import resources
from typing import Annotated, Final
from urllib.parse import quote

import pyoxigraph as ox
from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from catalog_service.http.context import Atlas
from catalog_service.http.errors import PAGE_NOT_FOUND, UNKNOWN_TERM
from catalog_service.http.links import decode_segment
from catalog_service.http.negotiation import BY_SUFFIX, HTML, RDF_FORMS, choose, split_form
from catalog_service.http.representations import graph_response, see_other
from catalog_service.vocabularies.routes import checked, scheme_triples
from ontology.errors import AtlasError
from ontology.terms import OWL, SHD, VOCAB
from ontology.vocabulary import Scheme, Vocabulary
from search.thesaurus.model import TH

router = APIRouter(tags=["linked data"])

_PAGE_OR_RDF: Final = (HTML, *RDF_FORMS)


@router.get("/def/", summary="The ontology")
@router.get("/def", include_in_schema=False)
def ontology(request: Request) -> Response:
    """The whole ontology as RDF."""
    form = choose(request.headers.get("accept"), RDF_FORMS, strict=False)
    return graph_response(request, ontology_triples(), form)


@router.get("/def.{suffix}", summary="The ontology in a fixed form")
def ontology_form(request: Request, suffix: str) -> Response:
    """``.ttl``, ``.nt``, ``.jsonld`` or ``.rdf``."""
    form = BY_SUFFIX.get(suffix)
    if form is None:
        raise AtlasError(PAGE_NOT_FOUND)
    return graph_response(request, ontology_triples(), form)


@router.get("/def/{term}", summary="A term of the ontology")
def term(request: Request, term: Annotated[str, Path(max_length=200)]) -> Response:
    """What the ontology says of one term."""
    name, form = split_form(decode_segment(term))
    about = term_triples(name)
    if not about and form is not None:
        # ``1.0.0`` is a version, whose end is no form.
        about, form = term_triples(decode_segment(term)), None
    if not about:
        raise AtlasError(UNKNOWN_TERM, name=name)
    form = form or choose(request.headers.get("accept"), RDF_FORMS, strict=False)
    return graph_response(request, about, form)


@router.get("/vocab/{scheme}", summary="A vocabulary's IRI")
def vocabulary(request: Request, atlas: Atlas, scheme: str) -> Response:
    """See other for browsers, else the scheme as RDF."""
    name, form = split_form(decode_segment(scheme))
    known = checked(atlas, name)
    form = form or choose(request.headers.get("accept"), _PAGE_OR_RDF, strict=False)
    if form is HTML:
        return see_other(f"/vocabulary/{known}")
    return graph_response(request, scheme_triples(atlas, known), form)


@router.get("/vocab/{scheme}/{notation:path}", summary="A concept's IRI")
def concept(request: Request, atlas: Atlas, scheme: str, notation: str) -> Response:
    """See other for browsers, else what the vocabulary says of the concept."""
    known = checked(atlas, decode_segment(scheme))
    plain = "/".join(decode_segment(part) for part in notation.split("/"))
    about = about_all(atlas.vocabulary, known)
    name, form = (plain, None) if f"{VOCAB}{known}/{plain}" in about else split_form(plain)
    # Not concepts alone: collections, and what happened to an organisation.
    iri = f"{VOCAB}{known}/{name}"
    if iri not in about:
        raise AtlasError(PAGE_NOT_FOUND)
    form = form or choose(request.headers.get("accept"), _PAGE_OR_RDF, strict=False)
    if form is HTML:
        place = "" if atlas.vocabulary.concept(iri) is None else f"#{quote(name, safe='')}"
        return see_other(f"/vocabulary/{known}{place}")
    return graph_response(request, about[iri], form)


@lru_cache(maxsize=64)
def about_all(vocabulary: Vocabulary, scheme: Scheme) -> dict[str, list[ox.Triple]]:
    """Return what a scheme says by the IRI that it speaks of."""
    found: dict[str, list[ox.Triple]] = {}
    text = vocabulary.graph_turtle(scheme)
    for triple in (quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)):
        if isinstance(triple.subject, ox.NamedNode):
            found.setdefault(triple.subject.value, []).append(triple)
    return found


def term_triples(name: str) -> list[ox.Triple]:
    """Return what the ontology says of a name below its namespace; empty for no such name.

    A version is the whole ontology, ``thesaurus`` the terms that the thesaurus is written in.
    """
    iri = SHD.term(name)
    if not _legal(iri):
        return []
    if iri == str(TH).rstrip("#"):
        return thesaurus_triples()
    node = ox.NamedNode(iri)
    version = ox.Triple(ox.NamedNode(SHD), ox.NamedNode(OWL.versionIRI), node)
    whole = ontology_triples()
    return whole if version in whole else [t for t in whole if t.subject == node]


@cache
def ontology_triples() -> list[ox.Triple]:
    """Return everything that the ontology says."""
    return _read("ontology", "shdata.ttl")


@cache
def thesaurus_triples() -> list[ox.Triple]:
    """Return the definitions of the terms that the thesaurus is written in."""
    return _read("search.thesaurus", "thesaurus.ttl")


def _read(package: str, name: str) -> list[ox.Triple]:
    text = (resources.files(package) / name).read_bytes()
    return [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]


def _legal(iri: str) -> bool:
    try:
        ox.NamedNode(iri)
    except ValueError:
        return False
    return True
