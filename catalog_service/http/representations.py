"""Answers in the forms that were negotiated: documents of RDF, ETags, 304."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import pyoxigraph as ox
from fastapi import Request
from starlette.responses import RedirectResponse, Response

from catalog_service.http.conditional_requests import not_modified
from catalog_service.http.negotiation import choose
from catalog_service.output_formats import GRAPH_FORMATS, HTML, OutputFormat
from ontology.serialization import Written, write
from ontology.terms import FOAF, RDF


def content_tag(body: bytes) -> str:
    """Return the strong ETag of what no version names: its bytes alone."""
    return f'"{digest(body)}"'


def digest(body: bytes) -> str:
    """Return the part of an ETag that changes with the bytes."""
    return hashlib.sha256(body).hexdigest()[:32]


def graph_response(
    request: Request,
    triples: Iterable[ox.Triple],
    form: OutputFormat,
    *,
    has_fixed_forms: bool = True,
) -> Response:
    """Answer with any triples as RDF, with the usual prefixes.

    ``Link`` names the document's other forms, unless its address has none.
    """
    written = write(triples, form.rdf)
    tag = content_tag(written.body)
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept"}
    if has_fixed_forms:
        headers["Link"] = _other_forms(request, form)
    return not_modified(request, tag, headers) or rdf_response(written, form, headers)


def graph_wanted(request: Request) -> OutputFormat | None:
    """Return the RDF form that Accept likes better than a page; None: the page."""
    form = choose(request.headers.get("accept"), (HTML, *GRAPH_FORMATS), strict=False)
    return None if form is HTML else form


def kept_graph(request: Request, iri: str, lines: str, form: OutputFormat) -> Response:
    """Answer with a named graph at its own IRI, where its page is, too.

    ``lines``: the graph as N-Triples; what the IRI names is said beside them.
    """
    triples = [ox.Triple(ox.NamedNode(iri), ox.NamedNode(RDF.type), ox.NamedNode(FOAF.Document))]
    triples += [quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)]
    return graph_response(request, triples, form, has_fixed_forms=False)


def _other_forms(request: Request, form: OutputFormat) -> str:
    """Return the value of ``Link`` for the other forms of a document, relative to the site."""
    path = request.scope["path"].removesuffix(f".{form.suffix}").rstrip("/")
    # Two slashes at the start would be read as another host.
    start = f"/{path.lstrip('/')}"
    return ", ".join(
        f'<{start}.{other.suffix}>; rel="alternate"; type="{other.media_type}"'
        for other in GRAPH_FORMATS
        if other is not form
    )


def rdf_response(written: Written, form: OutputFormat, headers: Mapping[str, str]) -> Response:
    """Answer with a document, and with the number of statements that it leaves out."""
    headers = {**headers, **left_out_header(written.left_out)}
    return Response(written.body, headers=headers, media_type=form.content_type)


def left_out_header(count: int) -> dict[str, str]:
    """Return the header that says how many statements a document leaves out; none for none."""
    return {"X-Left-Out": str(count)} if count else {}


def see_other(path: str, *also: str) -> Response:
    """Return 303 to a page or a form of what was asked for, by ``Accept`` and the headers named."""
    # Relative, so that neither the Host header nor a proxy decides where it leads.
    return RedirectResponse(path, 303, {"Vary": ", ".join(("Accept", *also))})
