"""``/vocabulary`` and ``/def/``: the vocabularies and the ontology, with its machine forms."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from catalog_service.dependencies import Atlas
from catalog_service.http.identifiers import decode_segment
from catalog_service.http.negotiation import choose
from catalog_service.http.representations import graph_response, see_other
from catalog_service.output_formats import GRAPH_FORMATS, HTML, split_suffix
from catalog_service.site.rendering import View
from catalog_service.vocabularies.definitions import ontology_triples, term_triples
from catalog_service.vocabularies.errors import UNKNOWN_TERM
from catalog_service.vocabularies.ontology_terms import read_ontology
from catalog_service.vocabularies.service import (
    describe_scheme,
    facet_of,
    has_word,
    list_schemes,
    usage_of,
    with_history,
)
from ontology.errors import AtlasError

router = APIRouter()

MAX_TEXT: Final = 100
CONTENTS: Final = 50
"""Concepts between two entries of the contents of a long vocabulary."""
FIRST: Final = ("domain", "organization", "place", "open-type", "frequency", "format")
"""The vocabularies that most look for."""


@router.get("/vocabulary", include_in_schema=False)
def vocabularies(request: Request, atlas: Atlas) -> Response:
    """All vocabularies."""
    view = View(request)
    return view.render(
        "vocabularies.html",
        section="/vocabulary",
        trail=[(view.gettext("Vocabularies"), None)],
        # What most look for first, what has no concept yet last.
        schemes=sorted(
            list_schemes(atlas.vocabulary), key=lambda s: (not s.concepts, _place(s.id), s.id)
        ),
    )


def _place(name: str) -> int:
    return FIRST.index(name) if name in FIRST else len(FIRST)


@router.get("/vocabulary/{scheme}", include_in_schema=False)
def vocabulary(request: Request, atlas: Atlas, scheme: str) -> Response:
    """One vocabulary with its concepts."""
    view = View(request)
    found = with_history(atlas, describe_scheme(atlas.vocabulary, decode_segment(scheme)))
    text = request.query_params.get("q", "").strip()[:MAX_TEXT]
    concepts = [one for one in found.items if has_word(one, text)] if text else found.items
    usage = usage_of(atlas, found.id)
    return view.render(
        "vocabulary.html",
        section="/vocabulary",
        trail=[
            (view.gettext("Vocabularies"), view.link("/vocabulary")),
            (view.pick(found.label), None),
        ],
        s=found,
        concepts=concepts,
        text=text,
        usage=usage,
        facet=facet_of(found.id),
        step=CONTENTS,
    )


@router.get("/def/", summary="The ontology", tags=["linked data"])
@router.get("/def", include_in_schema=False)
def ontology(request: Request) -> Response:
    """The whole ontology as RDF, or as a page for browsers."""
    form = choose(request.headers.get("accept"), (*GRAPH_FORMATS, HTML), strict=False)
    if form is not HTML:
        return graph_response(request, ontology_triples(), form)
    view = View(request)
    found = read_ontology()
    return view.render(
        "ontology.html",
        section="/vocabulary",
        trail=[(view.pick(found.title), None)],
        ontology=found,
        forms=GRAPH_FORMATS,
    )


@router.get("/def/{term}", summary="A term of the ontology", tags=["linked data"])
def term(request: Request, name: Annotated[str, Path(alias="term", max_length=200)]) -> Response:
    """What the ontology says of one term; for browsers its place on the page."""
    name, fixed = decode_segment(name), None
    about = term_triples(name)
    if not about:
        name, fixed = split_suffix(name)
        about = term_triples(name)
    if not about:
        raise AtlasError(UNKNOWN_TERM, name=name)
    form = fixed or choose(request.headers.get("accept"), (*GRAPH_FORMATS, HTML), strict=False)
    if form is not HTML:
        return graph_response(request, about, form)
    on_page = any(one.name == name for _, terms in read_ontology().groups for one in terms)
    return see_other(View(request).link(f"/def/#{name}" if on_page else "/def/"))
