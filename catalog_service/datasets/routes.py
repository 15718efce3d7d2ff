"""``/api/v1/datasets``: the list, one dataset, its history and its findings."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from catalog_service.accounts.permissions import Principal, may_read
from catalog_service.datasets.description import Description, describe
from catalog_service.datasets.findings import RuleFindings, by_rule
from catalog_service.datasets.visibility import Version, find, find_held, history
from catalog_service.http.access import Bearer
from catalog_service.http.conditional_requests import not_modified
from catalog_service.http.context import Atlas, Service
from catalog_service.http.errors import PARAMETER_INVALID
from catalog_service.http.identifiers import DatasetRef, Ref
from catalog_service.http.links import api_path, dataset_iri, dataset_path
from catalog_service.http.negotiation import JSON, RDF_FORMS, Form, choose
from catalog_service.http.paging import pack, unpack
from catalog_service.http.representations import cache_headers, etag, record_response
from catalog_service.http.times import parse_time
from ontology.errors import AtlasError
from ontology.record import Record

router = APIRouter(prefix="/api/v1/datasets", tags=["datasets"])

MAX_PAGE = 1_000

Which = Annotated[Literal["held"] | None, Query(description="The version that waits.")]


class DatasetItem(BaseModel):
    """A public dataset in the list."""

    source: str
    remote_id: str
    iri: str
    hash: str
    url: str


class DatasetPage(BaseModel):
    """One page of the list, ordered by source and identifier; ``next`` is absent on the last."""

    items: list[DatasetItem]
    next: str | None


class DatasetAnswer(BaseModel):
    """One version of a dataset's description."""

    iri: str
    hash: str
    seq: int
    changed: datetime
    state: str
    public: bool
    waiting: bool
    times_ahead: datetime | None = None
    """With ``at``: up to when its changes are dated although that is later than now; the clock was
    ahead when they were written, and it may have stood otherwise at the time asked for."""
    page: str
    description: Description


class ChangeAnswer(BaseModel):
    """One change; who, in which run and why is told to stewards only."""

    seq: int
    time: datetime
    kind: str
    hash: str | None
    public: bool
    added: int
    removed: int
    actor: str | None = None
    run: str | None = None
    reason: str | None = None


class HistoryAnswer(BaseModel):
    """All changes, oldest first."""

    iri: str
    changes: list[ChangeAnswer]


class FindingsAnswer(BaseModel):
    """What the rules find in the version asked for."""

    iri: str
    hash: str
    conforms: bool
    rules: list[RuleFindings]


@router.get("", summary="List all public datasets")
def list_datasets(
    atlas: Atlas,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 100,
    after: Annotated[str | None, Query(max_length=3_000)] = None,
    source: Annotated[str | None, Query(max_length=63)] = None,
) -> DatasetPage:
    """Page through everything public; ``after`` is the ``next`` of the page before."""
    start = unpack(after) if after else None
    found: list[DatasetItem] = []
    base = atlas.settings.public_url
    while True:
        batch = atlas.journal.list_records(
            source=source, state="active", after=start, limit=MAX_PAGE
        )
        for state in batch:
            start = (state.source, state.remote_id)
            if not state.public or state.hash is None:
                continue
            found.append(
                DatasetItem(
                    source=state.source,
                    remote_id=state.remote_id,
                    iri=state.iri,
                    hash=state.hash,
                    url=base + api_path(state.source, state.remote_id),
                )
            )
            if len(found) == limit:
                return DatasetPage(items=found, next=pack(start))
        if len(batch) < MAX_PAGE:
            return DatasetPage(items=found, next=None)


@router.get(
    "/{source}/{remote_id}",
    summary="One dataset, now or then",
    response_model=DatasetAnswer,
    responses={
        200: {"content": {form.media_type: {} for form in RDF_FORMS}},
        304: {"description": "The client's copy is current"},
        404: {"description": "There is no such public dataset"},
        410: {"description": "It was withdrawn"},
    },
)
def get_dataset(
    request: Request,
    atlas: Atlas,
    bearer: Bearer,
    ref: Ref,
    at: Annotated[str | None, Query(max_length=64)] = None,
    version: Which = None,
) -> Response:
    """Answer JSON, or RDF by Accept; ``at`` is a day or a time (ISO 8601).

    ``version=held`` is the version that waits, for stewards of the source.
    """
    form = choose(request.headers.get("accept"), (JSON, *RDF_FORMS))
    if version == "held":
        if at is not None:
            raise AtlasError(PARAMETER_INVALID, name="at", value=at, expected="no version=held")
        return _answered(request, atlas, find_held(atlas, ref, bearer), form)
    when = None if at is None else parse_time(at)
    found = find(atlas, ref.source, ref.remote_id, bearer, when)
    return _answered(request, atlas, found, form)


def _answered(request: Request, atlas: Service, version: Version, form: Form) -> Response:
    if form is not JSON:
        return record_response(request, version, form)
    body = answer(atlas, version).model_dump_json().encode()
    tag = etag(version, form, body)
    headers = cache_headers(version, tag)
    unchanged = not_modified(request, tag, headers)
    if unchanged is not None:
        return unchanged
    return Response(body, headers=headers, media_type=JSON.media_type)


@router.get("/{source}/{remote_id}/history", summary="The changes of one dataset")
def get_history(atlas: Atlas, bearer: Bearer, ref: Ref) -> HistoryAnswer:
    """Every change with what it added and removed, counted in triples."""
    told = told_changes(atlas, ref, bearer)
    iri = dataset_iri(atlas.settings.base_iri, ref.source, ref.remote_id)
    return HistoryAnswer(iri=iri, changes=told)


@router.get("/{source}/{remote_id}/findings", summary="What the rules find in one dataset")
def get_findings(atlas: Atlas, bearer: Bearer, ref: Ref, version: Which = None) -> FindingsAnswer:
    """Findings by rule, with message in both languages and article.

    ``version=held``: those that made a version wait, for stewards of the source.
    """
    if version == "held":
        found = find_held(atlas, ref, bearer)
    else:
        found = find(atlas, ref.source, ref.remote_id, bearer)
    rules = findings_of(atlas, found)
    conforms = all(rule.severity != "Violation" for rule in rules)
    return FindingsAnswer(iri=found.iri, hash=found.hash, conforms=conforms, rules=rules)


def answer(atlas: Service, version: Version) -> DatasetAnswer:
    """Describe a version."""
    return DatasetAnswer(
        iri=version.iri,
        hash=version.hash,
        seq=version.seq,
        changed=version.changed,
        state=version.state,
        public=version.public,
        waiting=version.waiting,
        times_ahead=version.times_ahead,
        page=atlas.settings.public_url + dataset_path(version.source, version.remote_id),
        description=description_of(atlas, version),
    )


def description_of(atlas: Service, version: Version) -> Description:
    """Return what a version says."""
    return describe(
        version.nquads,
        iri=version.iri,
        focus=version.focus,
        source=version.source,
        remote_id=version.remote_id,
        concepts=atlas.vocabulary,
    )


def findings_of(atlas: Service, version: Version) -> list[RuleFindings]:
    """Return the findings of the version shown.

    The journal keeps those of the latest version. Where another one waits, the public version is
    held against the rules anew: what is wrong with the hidden one is nobody's business.
    """
    state = atlas.journal.states(version.source, [version.remote_id]).get(version.remote_id)
    if state is not None and state.latest == version.hash:
        report = atlas.journal.findings(version.iri)
    else:
        record = Record(
            version.iri, version.source, version.remote_id, version.focus, version.nquads
        )
        report = atlas.engine_named("shacl").validate(record)
    return by_rule(report.findings if report else (), atlas.rules)


def told_changes(atlas: Service, ref: DatasetRef, bearer: Principal | None) -> list[ChangeAnswer]:
    """Return the changes that may be told, each against the version told before it."""
    steward = may_read(bearer, ref.source)
    before: set[str] = set()
    told = []
    for change in history(atlas, ref.source, ref.remote_id, bearer):
        lines = set(change.nquads.split("\n")) if change.nquads is not None else before
        told.append(
            ChangeAnswer(
                seq=change.seq,
                time=change.time,
                kind=change.kind,
                hash=change.hash,
                public=change.public,
                added=len(lines - before),
                removed=len(before - lines),
                actor=change.actor if steward else None,
                run=change.run if steward else None,
                reason=change.reason if steward else None,
            )
        )
        if change.nquads is not None and change.kind != "held":
            before = lines
    return told
