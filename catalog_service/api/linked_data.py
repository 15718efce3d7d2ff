"""Linked data: ``/id/…`` answers 303, ``/dataset/….ttl`` the fixed forms, ``/def/`` the ontology,
``/vocab/…`` the concepts."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Annotated, Final
from urllib.parse import quote

import pyoxigraph as ox
from fastapi import APIRouter, Path, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.api.access import Bearer
from catalog_service.api.addresses import dataset_path, decode_segment
from catalog_service.api.context import Atlas
from catalog_service.api.errors import PAGE_NOT_FOUND, UNKNOWN_TERM
from catalog_service.api.forms import graph_response
from catalog_service.api.negotiation import BY_SUFFIX, HTML, RDF_FORMS, TURTLE, Form, choose
from catalog_service.api.refs import Ref
from catalog_service.api.versions import GoneError, find
from catalog_service.api.vocabularies import checked, scheme_triples
from ontology.errors import AtlasError
from ontology.terms import SHD, VOCAB

router = APIRouter(tags=["linked data"])

_VARY: Final = {"Vary": "Accept"}
_PAGE_OR_RDF: Final = (HTML, *RDF_FORMS)


@router.get("/id/dataset/{source}/{remote_id}", summary="A record's IRI", status_code=303)
def identify_dataset(request: Request, atlas: Atlas, bearer: Bearer, ref: Ref) -> Response:
    """See other: the page, or the RDF form that Accept likes best (httpRange-14)."""
    form = choose(request.headers.get("accept"), _PAGE_OR_RDF, strict=False)
    try:
        find(atlas, ref.source, ref.remote_id, bearer)
    except GoneError:
        form = HTML
    path = dataset_path(ref.source, ref.remote_id)
    return _see_other(path if form is HTML else f"{path}.{form.suffix}")


@router.get("/id/organization/{rest:path}", summary="An organisation's IRI", status_code=303)
def identify_organization(request: Request, atlas: Atlas, rest: str) -> Response:
    """See other: the datasets that it publishes."""
    # The path is routed undecoded, so what came in is what the IRI was minted from.
    if not rest or request.scope["path"].count("//"):
        raise AtlasError(PAGE_NOT_FOUND)
    iri = f"{atlas.settings.base_iri}/id/organization/{rest}"
    return _see_other(f"/datasets?publisher={quote(iri, safe='')}")


def split_form(remote_id: str) -> tuple[str, Form | None]:
    """Split ``AG91.ttl`` into ``AG91`` and Turtle; an ending that is no form belongs to the id."""
    stem, dot, suffix = remote_id.rpartition(".")
    form = BY_SUFFIX.get(suffix) if dot and stem else None
    return (stem, form) if form is not None else (remote_id, None)


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
    form = form or choose(request.headers.get("accept"), RDF_FORMS, strict=False)
    iri = SHD.term(name)
    about = [t for t in ontology_triples() if t.subject == ox.NamedNode(iri)] if _legal(iri) else []
    if not about:
        raise AtlasError(UNKNOWN_TERM, name=name)
    return graph_response(request, about, form)


@router.get("/vocab/{scheme}", summary="A vocabulary's IRI")
def vocabulary(request: Request, atlas: Atlas, scheme: str) -> Response:
    """See other for browsers, else the scheme as RDF."""
    name, form = split_form(decode_segment(scheme))
    known = checked(atlas, name)
    form = form or choose(request.headers.get("accept"), _PAGE_OR_RDF, strict=False)
    if form is HTML:
        return _see_other(f"/vocabulary/{known}")
    return graph_response(request, scheme_triples(atlas, known), form)


@router.get("/vocab/{scheme}/{notation:path}", summary="A concept's IRI")
def concept(request: Request, atlas: Atlas, scheme: str, notation: str) -> Response:
    """See other for browsers, else what the vocabulary says of the concept."""
    known = checked(atlas, decode_segment(scheme))
    plain = "/".join(decode_segment(part) for part in notation.split("/"))
    name, form = (plain, None)
    if atlas.vocabulary.concept(f"{VOCAB}{known}/{plain}") is None:
        name, form = split_form(plain)
    iri = f"{VOCAB}{known}/{name}"
    if atlas.vocabulary.concept(iri) is None:
        raise AtlasError(PAGE_NOT_FOUND)
    form = form or choose(request.headers.get("accept"), _PAGE_OR_RDF, strict=False)
    if form is HTML:
        return _see_other(f"/vocabulary/{known}#{quote(name, safe='')}")
    node = ox.NamedNode(iri)
    return graph_response(
        request, (t for t in scheme_triples(atlas, known) if t.subject == node), form
    )


@cache
def ontology_triples() -> list[ox.Triple]:
    """Return everything that the ontology says."""
    text = (resources.files("ontology") / "shdata.ttl").read_bytes()
    return [quad.triple for quad in ox.parse(text, format=TURTLE.rdf)]


def _legal(iri: str) -> bool:
    try:
        ox.NamedNode(iri)
    except ValueError:
        return False
    return True


def _see_other(path: str) -> Response:
    # Relative, so that neither the Host header nor a proxy decides where it leads.
    return RedirectResponse(path, 303, _VARY)
