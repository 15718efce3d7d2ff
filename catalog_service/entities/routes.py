"""``/id/organization/…``, ``/id/field/…`` and skolem IRIs: what only records speak of.

An organisation that no vocabulary knows has an IRI of this catalogue, and so has a data item by its
name. Their documents hold what public records say of them now: the index finds the records, the
journal decides at once whether each is public still. The same answer for what only closed records
name as for what nobody ever named.
"""

from __future__ import annotations

import re
from typing import Final

import pyoxigraph as ox
from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.entities.service import (
    field_triples,
    organization_triples,
    record_of_blank_node,
)
from catalog_service.http.access import client_network
from catalog_service.http.errors import PAGE_NOT_FOUND
from catalog_service.http.identifiers import decode_segment
from catalog_service.http.negotiation import choose
from catalog_service.http.representations import graph_response, see_other
from catalog_service.links import organization_path, page_path
from catalog_service.output_formats import (
    BY_SUFFIX,
    GRAPH_FORMATS,
    HTML,
    OutputFormat,
    split_suffix,
)
from catalog_service.sparql.model import Client
from ontology.allowed_subjects import GENID
from ontology.errors import AtlasError

router = APIRouter(tags=["linked data"])

_PAGE_OR_RDF: Final = (HTML, *GRAPH_FORMATS)
_GENID: Final = re.compile(r"[0-9A-Za-z._~-]{1,200}")


@router.get("/id/organization/{rest:path}", summary="An organisation's IRI", status_code=303)
def identify_organization(request: Request, atlas: Atlas, rest: str) -> Response:
    """See other: its page, or a document of what records say of it."""
    page = organization_path(atlas.settings.base_iri, _iri(request, atlas, "organization", rest))
    return _see_other(request, page, _doc(request, "organization", rest))


@router.get("/id/field/{rest:path}", summary="A data item's IRI", status_code=303)
def identify_field(request: Request, atlas: Atlas, rest: str) -> Response:
    """See other: the page of the data item, or a document of the datasets that have it."""
    _iri(request, atlas, "field", rest)
    return _see_other(request, f"/field/{rest}", _doc(request, "field", rest))


@router.get("/.well-known/genid/{name}", summary="A skolem IRI", status_code=303)
def identify_blank(request: Request, atlas: Atlas, name: str) -> Response:
    """See other: the record whose blank node it was (RDF 1.1 Concepts, section 3.5)."""
    if not _GENID.fullmatch(name):
        raise AtlasError(PAGE_NOT_FOUND)
    iri = f"{atlas.settings.base_iri}{GENID}{name}"
    record = record_of_blank_node(atlas, iri, Client(client_network(request)))
    if record is None:
        raise AtlasError(PAGE_NOT_FOUND)
    return see_other(page_path(atlas.settings.base_iri, record))


@router.get("/doc/organization/{rest:path}", summary="What records say of an organisation")
def organization(request: Request, atlas: Atlas, rest: str) -> Response:
    """RDF by ending or by Accept; see other for browsers. 404 where no public record names it."""
    name, form = _form(request, rest)
    iri = _iri(request, atlas, "organization", name)
    page = organization_path(atlas.settings.base_iri, iri)
    if form is HTML:
        return see_other(page)
    return _document(request, organization_triples(atlas, iri, page), form)


@router.get("/doc/field/{rest:path}", summary="The datasets that have a data item")
def data_item(request: Request, atlas: Atlas, rest: str) -> Response:
    """RDF by ending or by Accept; see other for browsers. 404 where no public record has it."""
    name, form = _form(request, rest)
    iri = _iri(request, atlas, "field", name)
    if form is HTML:
        return see_other(f"/field/{name}")
    return _document(request, field_triples(atlas, iri, Client(client_network(request))), form)


def _iri(request: Request, atlas: Service, kind: str, rest: str) -> str:
    """Return the IRI that a path names; raises ``not-found`` for none."""
    # The path is routed undecoded, so what came in is what the IRI was minted from.
    iri = f"{atlas.settings.base_iri}/id/{kind}/{rest}"
    if not rest or "//" in request.scope["path"]:
        raise AtlasError(PAGE_NOT_FOUND)
    try:
        ox.NamedNode(iri)
        for part in rest.split("/"):
            decode_segment(part)
    except ValueError:
        raise AtlasError(PAGE_NOT_FOUND) from None
    return iri


def _doc(request: Request, kind: str, rest: str) -> str:
    """Return the address of a thing's document, in which its own ending is not taken for a form."""
    path = f"/doc/{kind}/{rest}"
    if rest.rpartition(".")[2] not in BY_SUFFIX:
        return path
    form = choose(request.headers.get("accept"), GRAPH_FORMATS, strict=False)
    return f"{path}.{form.suffix}"


def _form(request: Request, rest: str) -> tuple[str, OutputFormat]:
    name, fixed = split_suffix(rest)
    return name, fixed or choose(request.headers.get("accept"), _PAGE_OR_RDF, strict=False)


def _document(request: Request, about: list[ox.Triple], form: OutputFormat) -> Response:
    if not about:
        raise AtlasError(PAGE_NOT_FOUND)
    return graph_response(request, about, form)


def _see_other(request: Request, page: str, document: str) -> Response:
    form = choose(request.headers.get("accept"), _PAGE_OR_RDF, strict=False)
    return see_other(page if form is HTML else f"{document}.{form.suffix}")
