"""Documents at the IRIs that this project defines: ``/def.…``, ``/vocab/…``, ``/graph/…``,
``/thesaurus/…`` and the JSON-LD context.

Each address is the path of an IRI below https://w3id.org/shdata/, which leads here. The ontology
and its terms (``/def/…``) are in `catalog_service.vocabularies.pages`, for browsers too.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urlencode

import pyoxigraph as ox
from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.dependencies import Atlas
from catalog_service.entities.service import organization_triples
from catalog_service.graph.store import STATE_GRAPH
from catalog_service.http.access import client_network
from catalog_service.http.conditional_requests import not_modified
from catalog_service.http.errors import PAGE_NOT_FOUND
from catalog_service.http.identifiers import decode_segment
from catalog_service.http.negotiation import choose
from catalog_service.http.representations import content_tag, graph_response, see_other
from catalog_service.output_formats import BY_SUFFIX, GRAPH_FORMATS, HTML, JSON_LD, split_suffix
from catalog_service.sparql.model import Client
from catalog_service.vocabularies.definitions import (
    GRAPHS,
    graph_triples,
    is_scheme,
    ontology_triples,
    thesaurus_words,
    triples_by_subject,
)
from catalog_service.vocabularies.service import find_scheme, scheme_triples
from ontology.errors import AtlasError
from ontology.ontology import CONTEXT_FILE
from ontology.terms import VOCAB

router = APIRouter(tags=["linked data"])

_PAGE_OR_RDF: Final = (HTML, *GRAPH_FORMATS)


@router.get("/def.{suffix}", summary="The ontology in a fixed form")
def ontology_form(request: Request, suffix: str) -> Response:
    """``.ttl``, ``.nt``, ``.jsonld`` or ``.rdf``."""
    form = BY_SUFFIX.get(suffix)
    if form is None:
        raise AtlasError(PAGE_NOT_FOUND)
    return graph_response(request, ontology_triples(), form)


@router.get("/vocab/{scheme}", summary="A vocabulary's IRI")
def vocabulary(request: Request, atlas: Atlas, scheme: str) -> Response:
    """See other for browsers, else the scheme as RDF."""
    name, form = split_suffix(decode_segment(scheme))
    known = find_scheme(atlas.vocabulary, name)
    form = form or choose(request.headers.get("accept"), _PAGE_OR_RDF, strict=False)
    if form is HTML:
        return see_other(f"/vocabulary/{known}")
    return graph_response(request, scheme_triples(atlas.vocabulary, known), form)


@router.get("/vocab/{scheme}/{notation:path}", summary="A concept's IRI")
def concept(request: Request, atlas: Atlas, scheme: str, notation: str) -> Response:
    """See other for browsers, else what the vocabulary says of the concept.

    A publisher's own page and datasets belong to it.
    """
    known = find_scheme(atlas.vocabulary, decode_segment(scheme))
    plain = _decoded(notation)
    about = triples_by_subject(atlas.vocabulary, known)
    name, form = (plain, None) if f"{VOCAB}{known}/{plain}" in about else split_suffix(plain)
    # Not concepts alone: collections, and what happened to an organisation.
    iri = f"{VOCAB}{known}/{name}"
    if iri not in about:
        raise AtlasError(PAGE_NOT_FOUND)
    form = form or choose(request.headers.get("accept"), _PAGE_OR_RDF, strict=False)
    known_here = atlas.vocabulary.concept(iri)
    if known == "organization" and known_here is not None:
        page = f"/organization/{quote(name, safe='')}"
        if form is HTML:
            return see_other(page)
        return graph_response(request, [*about[iri], *organization_triples(atlas, iri, page)], form)
    if form is HTML:
        place = "" if known_here is None else f"#{quote(name, safe='')}"
        return see_other(f"/vocabulary/{known}{place}")
    return graph_response(request, about[iri], form)


@router.get("/graph/{name}", summary="A graph's IRI")
def graph(request: Request, atlas: Atlas, name: str) -> Response:
    """See other for browsers, to a query of it; else what it is, and how to ask it."""
    plain, fixed = split_suffix(decode_segment(name))
    if plain not in GRAPHS:
        raise AtlasError(PAGE_NOT_FOUND)
    iri = GRAPHS[plain][0]
    held = f"GRAPH <{iri}> {{ ?s ?p ?o }}"
    form = fixed or choose(request.headers.get("accept"), _PAGE_OR_RDF, strict=False)
    if form is HTML:
        return see_other(f"/sparql?{urlencode({'query': f'SELECT * {{ {held} }} LIMIT 100'})}")
    about = graph_triples(plain, f"{atlas.settings.public_url}/sparql")
    if iri == STATE_GRAPH:
        query = f"CONSTRUCT {{ ?s ?p ?o }} {{ {held} }}"
        found = atlas.sparql.query(query, accept="nt", client=Client(client_network(request)))
        about += [quad.triple for quad in ox.parse(found.body, format=ox.RdfFormat.N_TRIPLES)]
    return graph_response(request, about, form)


@router.get("/thesaurus/{name:path}", summary="A word's IRI in the thesaurus")
@router.get("/thesaurus", include_in_schema=False)
def thesaurus(request: Request, name: str = "") -> Response:
    """See other for browsers, to the search for it; else what the thesaurus says of the word."""
    words = thesaurus_words()
    plain = _decoded(name) if name else ""
    plain, form = (plain, None) if plain in words else split_suffix(plain)
    about = words.get(plain)
    if about is None:
        raise AtlasError(PAGE_NOT_FOUND)
    form = form or choose(request.headers.get("accept"), _PAGE_OR_RDF, strict=False)
    if form is HTML:
        word = plain and not is_scheme(about)
        return see_other(f"/datasets?{urlencode({'q': plain})}" if word else "/datasets")
    return graph_response(request, about, form)


@router.get("/context.jsonld", summary="The JSON-LD context of records")
@router.get("/def/context.jsonld", include_in_schema=False)
def context(request: Request) -> Response:
    """The context that gives JSON records their meaning."""
    body = CONTEXT_FILE.read_bytes()
    tag = content_tag(body)
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    unchanged = not_modified(request, tag, headers)
    return unchanged or Response(body, headers=headers, media_type=JSON_LD.media_type)


def _decoded(path: str) -> str:
    return "/".join(decode_segment(part) for part in path.split("/"))
