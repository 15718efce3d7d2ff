"""A version of a record as an HTTP answer: its RDF documents, ETags and what caches must know."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from catalog_service.datasets.visibility import Version
from catalog_service.http.conditional_requests import not_modified
from catalog_service.http.representations import digest, rdf_response
from catalog_service.output_formats import OutputFormat
from ontology.ntriples import iri
from ontology.serialization import write_lines
from ontology.terms import FOAF


def etag(version: Version, form: OutputFormat, body: bytes) -> str:
    """Return the strong ETag of a form of a version: the record's hash, the form, and the bytes.

    ``If-Match`` takes any of them: what stands before the hyphen is the hash. The same version is
    described otherwise to a steward, after it was withdrawn and came back, and by another release.
    """
    return f'"{version.hash}-{form.suffix}.{digest(body)}"'


def cache_headers(version: Version, tag: str) -> dict[str, str]:
    """Return what caches must know: always ask again; keep nothing that is not public."""
    headers = {
        "ETag": tag,
        "Cache-Control": "no-cache" if version.public else "private, no-store",
        "Vary": "Accept, Accept-Language, Authorization",
    }
    if version.times_ahead is not None:
        headers["Times-Ahead"] = version.times_ahead.isoformat()
    return headers


def record_response(request: Request, version: Version, form: OutputFormat) -> Response:
    """Answer with a record as RDF."""
    written = write_lines(_with_record(version), form.rdf)
    tag = etag(version, form, written.body)
    headers = cache_headers(version, tag)
    described = {"Link": f'<{version.iri}>; rel="describes"'}
    return not_modified(request, tag, headers) or rdf_response(written, form, headers | described)


def _with_record(version: Version) -> str:
    """Return a version's lines with what ties the dataset to the record, where it has its own IRI.

    Who followed a record's IRI here finds it in the document, and through it the dataset that its
    publisher names otherwise. The graph says the same.
    """
    if version.iri == version.focus:
        return version.nquads
    about = f"{iri(version.iri)} <{FOAF.primaryTopic}> {iri(version.focus)} ."
    return f"{version.nquads}{about}\n"
