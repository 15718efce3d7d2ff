"""A version of a record as an HTTP answer: in the profile and form chosen, with ETags and links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

import orjson
from fastapi import Request
from starlette.responses import Response

from catalog_service.classification.service import offer_lines
from catalog_service.context import Service
from catalog_service.data_items import data_items, item_lines
from catalog_service.datasets.errors import PROFILE_NOT_AVAILABLE
from catalog_service.datasets.mementos import memento_datetime, relations
from catalog_service.datasets.notes import note_lines, notes_shown
from catalog_service.datasets.profiles.concept_labels import label_lines
from catalog_service.datasets.profiles.model import Profile, Source
from catalog_service.datasets.profiles.negotiation import VARY, Choice, links
from catalog_service.datasets.profiles.registry import DEFAULT
from catalog_service.datasets.visibility import Version
from catalog_service.http.conditional_requests import not_modified
from catalog_service.http.language import choose_language
from catalog_service.http.representations import digest, rdf_response
from catalog_service.links import dataset_path, form_path, record_path
from catalog_service.output_formats import GRAPH_FORMATS, JSON, OutputFormat
from catalog_service.quality.service import badge_lines
from catalog_service.samples.service import lines_for as sample_lines
from ontology.errors import AtlasError
from ontology.ntriples import iri
from ontology.serialization import Written, write, write_lines
from ontology.terms import FOAF, PREFIXES

VARY_BY: Final = f"Accept, {VARY}, Accept-Language, Authorization"


@dataclass(frozen=True, slots=True)
class Shown:
    """A version that is answered with, and the time that was asked for, as it stands in a query."""

    version: Version
    at: datetime | None = None
    at_query: str = ""


def at_query(at: str | None) -> str:
    """Return the time asked for as it stands in a query; empty for none."""
    return urlencode({"at": at}) if at else ""


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
        "Vary": VARY_BY,
    }
    if version.times_ahead is not None:
        headers["Times-Ahead"] = version.times_ahead.isoformat()
    return headers


def link_headers(
    atlas: Service,
    shown: Shown,
    form: OutputFormat,
    profile: Profile | None,
    *,
    fixed: bool = False,
) -> dict[str, str]:
    """Return where else the dataset can be read: other forms, profiles and times (RFC 8288).

    ``profile`` is that of the answer; None for pages and the API's JSON. ``fixed``: the address
    itself names the form, and so has versions of its own. What is not public has neither other
    times nor an address for caches.
    """
    version, base = shown.version, atlas.settings.public_url
    page = base + dataset_path(version.source, version.remote_id)
    record = base + record_path(version.source, version.remote_id)
    found = [f'<{version.iri}>; rel="describes"', f'<{page}>; rel="canonical"']
    query = f"&{shown.at_query}" if shown.at_query else ""
    token = "" if profile is None or profile is DEFAULT else f"&_profile={profile.token}"
    rest = f"{query}{token}".replace("&", "?", 1)
    for other in (profile or DEFAULT).forms(GRAPH_FORMATS):
        if other is not form:
            address = f"{record}.{other.suffix}{rest}"
            found.append(f'<{address}>; rel="alternate"; type="{other.media_type}"')
    found += links(profile, record, shown.at_query)
    memento = memento_datetime(atlas, version.source, version.remote_id, shown.at)
    if memento or (version.public and shown.at is None):
        named = (version.source, version.remote_id)
        original = form_path(*named, form.suffix) if fixed else dataset_path(*named)
        found += relations(original, base)
        if memento:
            found.append(f'<{base}{original}>; rel="original"')
    return {"Link": ", ".join(found), **memento}


def record_response(request: Request, atlas: Service, shown: Shown, choice: Choice) -> Response:
    """Answer with a record in the first of the profiles chosen that it can be described in.

    Raises ``profile-not-available`` where the client named one that it cannot.
    """
    version, form = shown.version, choice.form
    for profile in choice.profiles:
        written = (
            write_lines(_stored(request, atlas, shown, bare=choice.named), form.rdf)
            if profile is DEFAULT
            else _written(request, atlas, version, profile, form)
        )
        if written is not None:
            break
    else:
        label = choice.profiles[0].label
        raise AtlasError(PROFILE_NOT_AVAILABLE, name=version.name, profile=label)
    tag = etag(version, form, written.body)
    headers = cache_headers(version, tag) | link_headers(
        atlas, shown, form, profile, fixed=choice.fixed
    )
    return not_modified(request, tag, headers) or rdf_response(written, form, headers)


def json_response(request: Request, atlas: Service, shown: Shown, body: bytes) -> Response:
    """Answer with a record in the API's own JSON."""
    tag = etag(shown.version, JSON, body)
    headers = cache_headers(shown.version, tag) | link_headers(atlas, shown, JSON, None)
    return not_modified(request, tag, headers) or Response(
        body, headers=headers, media_type=JSON.media_type
    )


def _written(
    request: Request, atlas: Service, version: Version, profile: Profile, form: OutputFormat
) -> Written | None:
    """Write a version in a profile; None where it lacks what the profile is about."""
    base = atlas.settings.public_url
    source = Source(
        version,
        atlas.vocabulary,
        base,
        base + dataset_path(version.source, version.remote_id),
        base + record_path(version.source, version.remote_id),
        choose_language(request.query_params, request.headers),
    )
    if profile.document is not None:
        document = profile.document(source)
        return None if document is None else Written(orjson.dumps(document))
    triples = None if profile.graph is None else profile.graph(source)
    if triples is None:
        return None
    text = "\n".join(map(str, triples))
    prefixes = {name: start for name, start in PREFIXES.items() if f"<{start}" in text}
    return write(triples, form.rdf, prefixes)


def _stored(request: Request, atlas: Service, shown: Shown, *, bare: bool) -> str:
    """Return a version's lines, with what they only point at, unless they are wanted ``bare``.

    Concepts have their labels, so that a reader needs no other document to show it. What ties the
    dataset to the record where it has its own IRI is always there: who followed a record's IRI
    here finds it in the document, and through it the dataset that its publisher names otherwise.
    The graph says the same, also of the data items of its columns; the class of a dataset, which
    has days of its own, stands here alone; its samples, badge and notes stand here as they are now.
    """
    version = shown.version
    lines = version.nquads
    if version.iri != version.focus:
        lines += f"{iri(version.iri)} <{FOAF.primaryTopic}> {iri(version.focus)} .\n"
    if bare:
        return lines
    items = data_items(atlas.settings.base_iri, version.nquads)
    said = "".join(f"{line}\n" for line in item_lines(version.iri, items))
    said += offer_lines(atlas, version.iri, version.focus, shown.at) if version.public else ""
    if version.public and not shown.at:
        said += sample_lines(atlas, version.iri, version.focus)
        said += badge_lines(atlas, version.iri, version.focus)
        said += note_lines(version.focus, notes_shown(request, atlas, version, now=True))
    return lines + said + label_lines(version.nquads, atlas.vocabulary)
