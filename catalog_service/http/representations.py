"""Answers in the forms that were negotiated: RDF of a record or a graph, ETags, 304."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import pyoxigraph as ox
from fastapi import Request
from starlette.responses import RedirectResponse, Response

from catalog_service.datasets.visibility import Version
from catalog_service.http.conditional_requests import not_modified
from catalog_service.http.negotiation import TURTLE, Form
from ontology.ntriples import iri
from ontology.serialization import write, write_lines
from ontology.terms import FOAF


def etag(version: Version, form: Form, body: bytes) -> str:
    """Return the strong ETag of a form of a version: the record's hash, the form, and the bytes.

    ``If-Match`` takes any of them: what stands before the hyphen is the hash. The same version is
    described otherwise to a steward, after it was withdrawn and came back, and by another release.
    """
    return f'"{version.hash}-{form.suffix}.{_digest(body)}"'


def content_tag(body: bytes) -> str:
    """Return the strong ETag of what no version names: its bytes alone."""
    return f'"{_digest(body)}"'


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:32]


def cache_headers(version: Version, tag: str) -> dict[str, str]:
    """Return what caches must know: always ask again; keep nothing that is not public."""
    control = "no-cache" if version.public else "private, no-store"
    headers = {
        "ETag": tag,
        "Cache-Control": control,
        "Vary": "Accept, Accept-Language, Authorization",
    }
    if version.times_ahead is not None:
        headers["Times-Ahead"] = version.times_ahead.isoformat()
    return headers


def record_response(request: Request, version: Version, form: Form) -> Response:
    """Answer with a record as RDF."""
    written = write_lines(_with_record(version), rdf_of(form))
    tag = etag(version, form, written.body)
    headers = cache_headers(version, tag)
    unchanged = not_modified(request, tag, headers)
    if unchanged is not None:
        return unchanged
    headers["Link"] = f'<{version.iri}>; rel="describes"'
    headers |= told_left_out(written.left_out)
    return Response(written.body, headers=headers, media_type=_charset(form))


def _with_record(version: Version) -> str:
    """Return a version's lines with what ties the dataset to the record, where it has its own IRI.

    Who followed a record's IRI here finds it in the document, and through it the dataset that its
    publisher names otherwise. The graph says the same.
    """
    if version.iri == version.focus:
        return version.nquads
    about = f"{iri(version.iri)} <{FOAF.primaryTopic}> {iri(version.focus)} ."
    return f"{version.nquads}{about}\n"


def graph_response(request: Request, triples: Iterable[ox.Triple], form: Form) -> Response:
    """Answer with any triples as RDF, with the usual prefixes."""
    written = write(triples, rdf_of(form))
    tag = content_tag(written.body)
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept"}
    unchanged = not_modified(request, tag, headers)
    if unchanged is not None:
        return unchanged
    headers |= told_left_out(written.left_out)
    return Response(written.body, headers=headers, media_type=_charset(form))


def rdf_of(form: Form) -> ox.RdfFormat:
    """Return the RDF syntax of a form that is one."""
    if form.rdf is None:
        raise ValueError(form.media_type)
    return form.rdf


def told_left_out(count: int) -> dict[str, str]:
    """Return the header that says how many statements a document leaves out; none for none."""
    return {"X-Left-Out": str(count)} if count else {}


def _charset(form: Form) -> str:
    # Only text/* needs a charset; JSON-LD and RDF/XML say it themselves.
    return f"{form.media_type}; charset=utf-8" if form is TURTLE else form.media_type


def see_other(path: str) -> Response:
    """Return 303 to a page or a form of what was asked for, by ``Accept``."""
    # Relative, so that neither the Host header nor a proxy decides where it leads.
    return RedirectResponse(path, 303, {"Vary": "Accept"})
