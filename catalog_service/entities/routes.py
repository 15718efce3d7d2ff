"""``/id/organization/…``, ``/id/field/…`` and skolem IRIs: what only records speak of.

An organisation that no vocabulary knows has an IRI of this catalogue, and so has a data item by its
name. Their documents hold what public records say of them now: the index finds the records, the
journal decides at once whether each is public still. The same answer for what only closed records
name as for what nobody ever named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, cast
from urllib.parse import quote

import orjson
import pyoxigraph as ox
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.context import Atlas, Service
from catalog_service.explorer.service import network_of
from catalog_service.http.access import client_address
from catalog_service.http.errors import PAGE_NOT_FOUND
from catalog_service.http.links import decode_segment, page_path
from catalog_service.http.negotiation import BY_SUFFIX, HTML, RDF_FORMS, Form, choose
from catalog_service.http.representations import graph_response
from catalog_service.journal.model import StoredRecord
from ontology.allowed_subjects import GENID
from ontology.errors import AtlasError
from ontology.record import PATH
from ontology.statements import triples_of
from ontology.terms import DCT, RDFS
from search.model import Query

router = APIRouter(tags=["linked data"])

MOST: Final = 1_000
"""Datasets of one organisation or data item that its document names; the search has them all."""

_PAGE_OR_RDF: Final = (HTML, *RDF_FORMS)
_GENID: Final = re.compile(r"[0-9A-Za-z._~-]{1,200}")


@router.get("/id/organization/{rest:path}", summary="An organisation's IRI", status_code=303)
def identify_organization(request: Request, atlas: Atlas, rest: str) -> Response:
    """See other: the datasets that it publishes, or a document of what records say of it."""
    iri = _iri(request, atlas, "organization", rest)
    return _see_other(request, _search(iri), _doc(request, "organization", rest))


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
    node = f"<{atlas.settings.base_iri}{GENID}{name}>"
    found = atlas.sparql.query(
        f"SELECT DISTINCT ?g {{ GRAPH ?g {{ {node} ?p ?o }} }} LIMIT 2",
        accept="json",
        client=client_address(request),
    )
    own = f"{atlas.settings.base_iri}{PATH}"
    for row in orjson.loads(found.body)["results"]["bindings"]:
        graph = cast("str", row["g"]["value"])
        if graph.startswith(own) and _public(atlas, graph) is not None:
            path = page_path(atlas.settings.base_iri, graph)
            return _see_other(request, path, path)
    raise AtlasError(PAGE_NOT_FOUND)


@router.get("/doc/organization/{rest:path}", summary="What records say of an organisation")
def organization(request: Request, atlas: Atlas, rest: str) -> Response:
    """RDF by ending or by Accept; see other for browsers. 404 where no public record names it."""
    name, form = _form(request, rest)
    iri = _iri(request, atlas, "organization", name)
    if form is HTML:
        return _see_other(request, _search(iri), "")
    query = Query(filters={"publisher": (iri,)}, sort="modified", limit=MOST, facets=False)
    hits = atlas.search.search(query).hits
    about = list(_said(atlas, iri, DCT.publisher, (hit.iri for hit in hits)))
    return _document(request, atlas, iri, about, form, _search(iri))


@router.get("/doc/field/{rest:path}", summary="The datasets that have a data item")
def data_item(request: Request, atlas: Atlas, rest: str) -> Response:
    """RDF by ending or by Accept; see other for browsers. 404 where no public record has it."""
    name, form = _form(request, rest)
    iri = _iri(request, atlas, "field", name)
    if form is HTML:
        return _see_other(request, f"/field/{name}", "")
    network = network_of(atlas)
    node = network.nodes.node(iri)
    if node is None:
        raise AtlasError(PAGE_NOT_FOUND)
    _, documents = network.datasets(node, MOST)
    about = list(_said(atlas, iri, DCT.references, (document.iri for document in documents)))
    if about:
        label = ox.Literal(node.zh)
        about.insert(0, ox.Triple(ox.NamedNode(iri), ox.NamedNode(RDFS.label), label))
    return _document(request, atlas, iri, about, form, f"/field/{quote(node.zh, safe='')}")


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
    form = choose(request.headers.get("accept"), RDF_FORMS, strict=False)
    return f"{path}.{form.suffix}"


def _form(request: Request, rest: str) -> tuple[str, Form]:
    stem, dot, suffix = rest.rpartition(".")
    fixed = BY_SUFFIX.get(suffix) if dot and stem else None
    if fixed is not None:
        return stem, fixed
    return rest, choose(request.headers.get("accept"), _PAGE_OR_RDF, strict=False)


def _search(iri: str) -> str:
    return f"/datasets?publisher={quote(iri, safe='')}"


def _public(atlas: Service, record: str) -> StoredRecord | None:
    """Return a record that is public now; None for any other."""
    stored = atlas.journal.get(record)
    public = stored is not None and stored.public and stored.state == "active"
    return stored if public else None


def _said(atlas: Service, iri: str, link: str, records: Iterable[str]) -> Iterator[ox.Triple]:
    """Yield what public records say of an IRI, and which datasets hang together with it."""
    own, lines = f"<{iri}> ", dict[str, None]()
    for record in records:
        stored = _public(atlas, record)
        if stored is None or stored.nquads is None:
            continue
        lines |= dict.fromkeys(line for line in stored.nquads.split("\n") if line.startswith(own))
        lines[f"<{stored.focus}> <{link}> <{iri}> ."] = None
    yield from triples_of("\n".join(lines))


def _document(
    request: Request, atlas: Service, iri: str, about: list[ox.Triple], form: Form, page: str
) -> Response:
    if not about:
        raise AtlasError(PAGE_NOT_FOUND)
    see = ox.NamedNode(f"{atlas.settings.public_url}{page}")
    about.append(ox.Triple(ox.NamedNode(iri), ox.NamedNode(RDFS.seeAlso), see))
    return graph_response(request, about, form)


def _see_other(request: Request, page: str, document: str) -> Response:
    form = choose(request.headers.get("accept"), _PAGE_OR_RDF, strict=False)
    path = page if form is HTML or not document else f"{document}.{form.suffix}"
    # Relative, so that neither the Host header nor a proxy decides where it leads.
    return RedirectResponse(path, 303, {"Vary": "Accept"})
