"""``/dataset/{source}/{id}``: one dataset for people, its fixed RDF forms for programs.

Below it, ``…/changes/{seq}`` shows what one change added and took away.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.service import Principal
from catalog_service.classification.service import terms_of
from catalog_service.clock import SHANGHAI
from catalog_service.context import Service
from catalog_service.datasets import schema_org
from catalog_service.datasets.bounded_view import bounded
from catalog_service.datasets.citation import citation
from catalog_service.datasets.differences import MAX_LINES, differences
from catalog_service.datasets.downloads import part_anchor, ways
from catalog_service.datasets.errors import DATASET_NOT_FOUND, DATASET_WITHDRAWN
from catalog_service.datasets.mementos import relations
from catalog_service.datasets.notes import notes_shown
from catalog_service.datasets.preview import target_of
from catalog_service.datasets.profiles.negotiation import negotiate
from catalog_service.datasets.related import joins_shown, related
from catalog_service.datasets.representations import (
    VARY_BY,
    Shown,
    at_query,
    link_headers,
    record_response,
)
from catalog_service.datasets.service import (
    description_of,
    findings_of,
    freshness,
    repeats_of,
    title_in,
    visible_changes,
)
from catalog_service.datasets.snippets import snippets
from catalog_service.datasets.visibility import GoneError, Version, find, history
from catalog_service.dependencies import Atlas
from catalog_service.editing.service import may_edit
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.http.access import Bearer
from catalog_service.http.errors import PAGE_NOT_FOUND
from catalog_service.http.identifiers import DatasetRef, Ref, decode_segment
from catalog_service.http.times import parse_time
from catalog_service.journal.model import Change
from catalog_service.links import api_path, dataset_path, record_path, split_ending
from catalog_service.output_formats import BY_SUFFIX, GRAPH_FORMATS, HTML, OutputFormat
from catalog_service.quality.service import (
    asked_of,
    badge_of,
    criteria_versions,
    group_of,
    measurements_of,
    points_kept,
    profiles_of,
    quality,
    reasons,
)
from catalog_service.samples.model import COLUMN_KINDS, MEASURES
from catalog_service.samples.service import dataset_of, public_samples, sample_of_record
from catalog_service.site.rendering import View
from catalog_service.site.schema_org import script
from catalog_service.sources.service import titles
from ontology.errors import AtlasError

_MOST_TITLE: Final = 1_000
"""Characters of a title above a history and its changes."""

router = APIRouter(tags=["linked data"])


@router.get(
    "/dataset/{source}/{remote_id}",
    summary="A dataset's page, or with .ttl, .nt, .jsonld, .rdf a fixed form",
)
def dataset(
    request: Request,
    atlas: Atlas,
    bearer: Bearer,
    ref: Ref,
    at: Annotated[str | None, Query(max_length=64)] = None,
) -> Response:
    """Answer the page, or RDF by Accept or by ending; ``at`` shows an earlier version."""
    when = None if at is None else parse_time(at)
    offers = (HTML, *GRAPH_FORMATS)
    try:
        version, fixed = _version(atlas, ref, bearer, when)
    except GoneError as gone:
        if negotiate(request, offers).form is not HTML:
            raise
        return _tombstone(request, atlas, gone.version, bearer)
    choice = negotiate(request, offers, fixed=fixed)
    shown = Shown(version, when, at_query(at))
    if choice.form is not HTML:
        return record_response(request, atlas, shown, choice)
    return _page(request, atlas, shown, bearer, at)


@router.get("/dataset/{source}/{remote_id}/changes/{seq}", include_in_schema=False)
def change(request: Request, atlas: Atlas, bearer: Bearer, ref: Ref, seq: str) -> Response:
    """One change against the version before it, as far as whoever asks may know of them."""
    view = View(request)
    told = history(atlas, ref.source, ref.remote_id, bearer)
    number = int(seq) if seq.isascii() and seq.isdigit() and len(seq) < 19 else -1
    at = next((i for i, c in enumerate(told) if c.seq == number), None)
    if at is None:
        known = ", ".join(str(c.seq) for c in told[:20])
        raise AtlasError(PARAMETER_INVALID, name="seq", value=seq[:40], expected=known)
    before = next(
        (c for c in reversed(told[:at]) if c.nquads is not None and c.kind != "held"), None
    )
    path = dataset_path(ref.source, ref.remote_id)
    title = _title(atlas, view, ref, told[: at + 1])
    return view.render(
        "difference.html",
        headers=_cache_control(told[at]),
        section="/datasets",
        trail=[
            (view.gettext("Datasets"), view.link("/datasets")),
            (title, view.link(path)),
            (view.gettext("Differences"), None),
        ],
        title=title,
        path=path,
        record=record_path(ref.source, ref.remote_id),
        previous=told[at - 1] if at else None,
        next=told[at + 1] if at + 1 < len(told) else None,
        number=at + 1,
        count=len(told),
        change=told[at],
        when=told[at].time.astimezone(SHANGHAI),
        before=before,
        differences=differences(atlas.vocabulary, view, before, told[at]),
        longest=MAX_LINES,
    )


@router.get("/dataset/{source}/{remote_id}/preview", include_in_schema=False)
def preview(request: Request, atlas: Atlas, ref: Ref) -> Response:
    """The first rows of the dataset's file, where the operator allows that they are fetched."""
    version = find(atlas, ref.source, ref.remote_id, None)
    view, description = View(request), bounded(description_of(atlas, version))
    target = target_of(description) if atlas.settings.preview else None
    if target is None:
        raise AtlasError(PAGE_NOT_FOUND)
    found = atlas.previews.of(target)
    title = view.pick(description.title)
    path = dataset_path(ref.source, ref.remote_id)
    return view.render(
        "first_rows.html",
        section="/datasets",
        trail=[
            (view.gettext("Datasets"), view.link("/datasets")),
            (title, view.link(path)),
            (view.gettext("First rows"), None),
        ],
        title=title,
        path=path,
        url=target.url,
        sample=found.sample,
        fetched=_shanghai(found.fetched),
    )


def _title(atlas: Service, view: View, ref: DatasetRef, told: Sequence[Change]) -> str:
    """Return what the last of some changes that brought a text calls the dataset; else its id.

    Of a title of novel length its beginning: it stands in several places of a page.
    """
    last = next((one for one in reversed(told) if one.nquads is not None), None)
    title = view.pick(title_in(atlas, last)) if last else f"{ref.source}/{ref.remote_id}"
    return title if len(title) <= _MOST_TITLE else f"{title[:_MOST_TITLE]}…"


@router.get("/dataset/{source}/{rest:path}", include_in_schema=False)
def with_slashes(request: Request, source: str, rest: str) -> Response:
    """An identifier whose slashes were typed as such, or decoded by a proxy: its own address."""
    if not rest.strip("/"):
        raise HTTPException(404)
    # One slash alone behind it is no part of an identifier.
    remote_id = decode_segment(rest if "/" in rest.strip("/") else rest.strip("/"))
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{record_path(source, remote_id)}{query}", 308)


def _version(
    atlas: Service, ref: DatasetRef, bearer: Principal | None, when: datetime | None
) -> tuple[Version, OutputFormat | None]:
    """Find the record; ``x.ttl`` is a form of ``x``, and where there is no ``x`` a record itself.

    Addresses of before had the identifier alone, whatever its ending.
    """
    stem, ending = split_ending(ref.remote_id)
    if not ending:
        return find(atlas, ref.source, ref.remote_id, bearer, when), None
    try:
        return find(atlas, ref.source, stem, bearer, when), BY_SUFFIX.get(ending)
    except AtlasError as error:
        if error.kind not in (DATASET_NOT_FOUND, DATASET_WITHDRAWN):
            raise
        with suppress(AtlasError):
            return find(atlas, ref.source, ref.remote_id, bearer, when), None
        raise


def _page(
    request: Request, atlas: Service, shown: Shown, bearer: Principal | None, at: str | None
) -> Response:
    view, version = View(request), shown.version
    description = bounded(description_of(atlas, version))
    title = view.pick(description.title) or view.gettext("Untitled dataset")
    path = dataset_path(version.source, version.remote_id)
    api = api_path(version.source, version.remote_id)
    base = atlas.settings.public_url
    today = atlas.clock.today()
    findings = findings_of(atlas, version)
    query = f"?{shown.at_query}" if shown.at_query else ""
    to_data = ways(view, description)
    fixed = atlas.settings.today
    now = version.public and not at
    badge = badge_of(atlas, version.iri) if now else []
    whole = sample_of_record(atlas, version.source, version.remote_id) if now else None
    measured = measurements_of(atlas, version.iri) if now else {}
    notes = notes_shown(request, atlas, version, now=not at)
    return view.render(
        "dataset.html",
        headers={
            "Vary": VARY_BY,
            **link_headers(atlas, shown, HTML, None),
            **_cache_control(version),
        },
        section="/datasets",
        trail=[(view.gettext("Datasets"), view.link("/datasets")), (title, None)],
        version=version,
        d=description,
        ways=to_data,
        terms_of_class=terms_of(atlas, version.iri, shown.at) if version.public else None,
        anchor=partial(part_anchor, description),
        first_rows=view.link(f"{record_path(version.source, version.remote_id)}/preview")
        if atlas.settings.preview and not at and version.public and target_of(description)
        else None,
        reachable=any(way.reachable for way in to_data),
        # Who is told that "today" is another day is also told which times are real.
        fixed_day=fixed.isoformat() if fixed else None,
        source=titles(atlas.journal).get(version.source, version.source),
        path=path,
        record=record_path(version.source, version.remote_id),
        api=api,
        at_query=query,
        then=_shanghai(parse_time(at)) if at else None,
        times_ahead=_shanghai(version.times_ahead) if version.times_ahead else None,
        forms=GRAPH_FORMATS,
        fresh=freshness(description, today),
        findings=reasons(findings),
        notes=notes,
        repeats=repeats_of(atlas, version) if version.public and not at else (),
        quality=quality(findings, atlas.rules),
        measured=measured,
        addresses=asked_of(atlas, version.iri, measured),
        points=[] if at or not version.public else points_kept(atlas, version.iri),
        badge=badge,
        criteria={one.number: one for one in criteria_versions(atlas)} if badge else {},
        profiles=profiles_of(atlas, version.iri) if version.public and not at else [],
        group_of=group_of,
        samples=public_samples(atlas, version.iri) if version.public and not at else [],
        sample_of=whole,
        whole_path=whole and view.dataset(*dataset_of(atlas.settings.base_iri, whole.dataset)),
        sample_kinds={key: view.gettext(text) for key, text in COLUMN_KINDS.items()},
        sample_measures={key: view.gettext(text) for key, text in MEASURES.items()},
        changes=visible_changes(atlas, version.source, version.remote_id, bearer),
        snippets=snippets(description, f"{base}{api}{query}"),
        related=[] if at else related(atlas, view, description.iri),
        # A page of a session is kept by nobody: what others are given stays the same.
        edit=bearer is not None
        and view.session is not None
        and not at
        and may_edit(atlas, bearer, version.source),
        joins=[] if at else joins_shown(atlas, view, description),
        citation=citation(
            description,
            atlas.clock.now().astimezone(SHANGHAI).date(),
            view.lang,
            address=f"{base}{path}{query}" if at else None,
        ),
        json_ld=script(
            schema_org.dataset(view.pick, base, description, f"{base}{path}{query}", notes)
        ),
    )


def _cache_control(shown: Version | Change) -> dict[str, str]:
    return {} if shown.public else {"Cache-Control": "private, no-store"}


def _shanghai(instant: datetime) -> str:
    return instant.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def _tombstone(
    request: Request, atlas: Service, version: Version, bearer: Principal | None
) -> Response:
    view, path = View(request), dataset_path(version.source, version.remote_id)
    title = view.pick(bounded(description_of(atlas, version)).title) or view.gettext(
        "Untitled dataset"
    )
    return view.render(
        "gone.html",
        status=410,
        # Its public past can be read.
        headers={"Link": ", ".join(relations(path, atlas.settings.public_url))},
        section="/datasets",
        trail=[(view.gettext("Datasets"), view.link("/datasets")), (title, None)],
        title=title,
        state=version.state,
        day=version.changed.astimezone(SHANGHAI).date().isoformat(),
        iri=version.iri,
        path=path,
        record=record_path(version.source, version.remote_id),
        changes=visible_changes(atlas, version.source, version.remote_id, bearer),
    )
