"""``/api/v1/datasets``: the list, one dataset, its history and its findings."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from catalog_service.context import Service
from catalog_service.datasets.description_model import Description
from catalog_service.datasets.notes import NoteAnswer, note_answers, notes_shown
from catalog_service.datasets.profiles.negotiation import Choice, negotiate
from catalog_service.datasets.representations import (
    Shown,
    at_query,
    json_response,
    record_response,
)
from catalog_service.datasets.service import (
    ChangeAnswer,
    description_of,
    findings_of,
    list_public,
    visible_changes,
)
from catalog_service.datasets.visibility import find, find_held
from catalog_service.dependencies import Atlas
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.http.access import Bearer
from catalog_service.http.identifiers import Ref
from catalog_service.http.paging import pack, unpack
from catalog_service.http.times import parse_time
from catalog_service.links import api_path, dataset_path
from catalog_service.output_formats import GRAPH_FORMATS, JSON
from catalog_service.rules.model import RuleFindings
from ontology.errors import AtlasError, Phrase
from ontology.record import mint_iri

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
    notes: list[NoteAnswer]
    """What there is to know of it today; nothing with ``at``."""
    description: Description


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
    found = list(islice(list_public(atlas.journal, source, start), limit))
    base = atlas.settings.public_url
    items = [
        DatasetItem(
            source=state.source,
            remote_id=state.remote_id,
            iri=state.iri,
            hash=state.hash or "",
            url=base + api_path(state.source, state.remote_id),
        )
        for state in found
    ]
    last = found[-1] if len(found) == limit else None
    return DatasetPage(items=items, next=pack((last.source, last.remote_id)) if last else None)


@router.get(
    "/{source}/{remote_id}",
    summary="One dataset, now or then",
    response_model=DatasetAnswer,
    responses={
        200: {"content": {form.media_type: {} for form in GRAPH_FORMATS}},
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
    """Answer JSON, or RDF by Accept and by profile; ``at`` is a day or a time (ISO 8601).

    ``version=held`` is the version that waits, for stewards of the source.
    """
    choice = negotiate(request, (JSON, *GRAPH_FORMATS), strict=True)
    if version == "held":
        if at is not None:
            raise AtlasError(
                PARAMETER_INVALID, name="at", value=at, expected=Phrase("no version=held")
            )
        held = find_held(atlas, ref.source, ref.remote_id, bearer)
        return _answered(request, atlas, Shown(held), choice)
    when = None if at is None else parse_time(at)
    found = find(atlas, ref.source, ref.remote_id, bearer, when)
    return _answered(request, atlas, Shown(found, when, at_query(at)), choice)


def _answered(request: Request, atlas: Service, shown: Shown, choice: Choice) -> Response:
    if choice.form is not JSON:
        return record_response(request, atlas, shown, choice)
    body = _answer(request, atlas, shown).model_dump_json().encode()
    return json_response(request, atlas, shown, body)


def _answer(request: Request, atlas: Service, shown: Shown) -> DatasetAnswer:
    version, base = shown.version, atlas.settings.public_url
    notes = notes_shown(request, atlas, version, now=shown.at is None)
    return DatasetAnswer(
        iri=version.iri,
        hash=version.hash,
        seq=version.seq,
        changed=version.changed,
        state=version.state,
        public=version.public,
        waiting=version.waiting,
        times_ahead=version.times_ahead,
        page=base + dataset_path(version.source, version.remote_id),
        notes=note_answers(base, notes),
        description=description_of(atlas, version),
    )


@router.get("/{source}/{remote_id}/history", summary="The changes of one dataset")
def get_history(atlas: Atlas, bearer: Bearer, ref: Ref) -> HistoryAnswer:
    """Every change with what it added and removed, counted in triples."""
    changes = visible_changes(atlas, ref.source, ref.remote_id, bearer)
    iri = mint_iri(atlas.settings.base_iri, ref.source, ref.remote_id)
    return HistoryAnswer(iri=iri, changes=changes)


@router.get("/{source}/{remote_id}/findings", summary="What the rules find in one dataset")
def get_findings(atlas: Atlas, bearer: Bearer, ref: Ref, version: Which = None) -> FindingsAnswer:
    """Findings by rule, with message in both languages and article.

    ``version=held``: those that made a version wait, for stewards of the source.
    """
    if version == "held":
        found = find_held(atlas, ref.source, ref.remote_id, bearer)
    else:
        found = find(atlas, ref.source, ref.remote_id, bearer)
    rules = findings_of(atlas, found)
    conforms = all(rule.severity != "Violation" for rule in rules)
    return FindingsAnswer(iri=found.iri, hash=found.hash, conforms=conforms, rules=rules)
