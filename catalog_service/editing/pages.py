"""``/workbench/datasets``: drafts, datasets that are maintained here, and how new ones begin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.accounts.service import Action as Right
from catalog_service.accounts.service import Principal, organization_named
from catalog_service.actor_names import names_of
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.editing import service
from catalog_service.editing.acting import Worker
from catalog_service.editing.desk_records import counts_of_desks, newest_of_desks
from catalog_service.editing.desks import organization_of
from catalog_service.editing.kinds import kinds_on
from catalog_service.editing.page_parts import (
    PATH,
    organization_name,
    own_organizations,
    see,
    trail,
)
from catalog_service.http.identifiers import Ref
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import receive_form
from catalog_service.journal.model import StoredRecord, version_of
from catalog_service.site.desk import render_desk
from catalog_service.site.paging import part_of
from catalog_service.site.rendering import View

router = APIRouter(include_in_schema=False)

PER_PAGE: Final = 100
"""Datasets on one page."""


@dataclass(frozen=True, slots=True)
class OwnDataset:
    """A dataset that is maintained here."""

    source: str
    remote_id: str
    title: str
    organization: str
    changed: datetime
    waiting: bool


@router.get("/workbench/datasets")
def datasets_at_work(request: Request, atlas: Atlas, principal: Worker) -> Response:
    """Drafts and datasets of the organizations of who asks."""
    view = View(request)
    drafts = service.listed(atlas, principal)
    waiting = service.listed(atlas, principal, Right.DATASET_RELEASE, ("submitted",))
    desks = _own_desks(atlas, principal)
    counts = counts_of_desks(atlas)
    part = part_of(view, PATH, sum(counts[desk] for desk in desks), PER_PAGE)
    datasets = _own_datasets(atlas, desks, part.offset)
    organizations = {one.organization for one in (*drafts, *waiting)}
    organizations |= {one.organization for one in datasets}
    return render_desk(
        view,
        principal,
        "workbench_datasets.html",
        PATH,
        [(view.gettext("Datasets at work"), None)],
        drafts=[one for one in drafts if one.state != "submitted" or one not in waiting],
        waiting=waiting,
        datasets=datasets,
        part=part,
        most=service.MOST_LISTED,
        may_edit=_may_edit(principal),
        names={iri: organization_name(atlas, view, iri) for iri in organizations},
        people=names_of(atlas, [one.changed_by for one in (*drafts, *waiting)]),
    )


@router.get("/workbench/datasets/new")
def new_dataset(request: Request, atlas: Atlas, principal: Worker) -> Response:
    """A choice of organization and kind."""
    view = View(request)
    chosen = own_organizations(atlas, principal)
    if not chosen:
        principal.require(Right.DATASET_EDIT, None)
    return render_desk(
        view,
        principal,
        "draft_new.html",
        PATH,
        trail(view, view.gettext("Describe a new dataset")),
        organizations=[(c.iri, view.name(c)) for c in chosen],
        kinds=kinds_on(atlas.clock.today()),
    )


@router.post("/workbench/datasets/new")
async def begin_dataset(request: Request, atlas: Atlas, principal: Worker) -> Response:
    """Begin the draft of a new dataset."""
    form = await receive_form(request)

    def work() -> Response:
        organization = organization_named(atlas.vocabulary, form.get("organization", ""))
        kinds = {kind.key: kind for kind in kinds_on(atlas.clock.today())}
        kind = kinds.get(form.get("kind", ""))
        preset = kind.entries() if kind is not None and kind.values else None
        draft = service.begin(atlas, principal, organization, preset)
        return see(request, f"{PATH}/{draft.id}")

    return await run_in_pool(thread_pools(request).writes, work)


@router.get("/workbench/datasets/of/{source}/{remote_id}")
def dataset_at_work(request: Request, atlas: Atlas, principal: Worker, ref: Ref) -> Response:
    """One dataset: where it is maintained, and a button that begins a draft."""
    view = View(request)
    stored = service.stored_dataset(atlas, ref.source, ref.remote_id)
    concept = organization_of(atlas.vocabulary, ref.source)
    if not stored.public:
        principal.require_over(Right.DATASET_READ_HELD, ref.source)
    title = _title(atlas, stored)
    return render_desk(
        view,
        principal,
        "draft_begin.html",
        PATH,
        trail(view, title or ref.remote_id),
        title=title or ref.remote_id,
        source=ref.source,
        remote_id=ref.remote_id,
        elsewhere=None if concept is not None else atlas.journal.source(ref.source),
        may_edit=concept is not None and principal.may(Right.DATASET_EDIT, concept.iri),
    )


@router.post("/workbench/datasets/of/{source}/{remote_id}")
async def edit_dataset(request: Request, atlas: Atlas, principal: Worker, ref: Ref) -> Response:
    """Begin a draft from a dataset that is maintained here, or go on with the open one."""
    await receive_form(request)

    def work() -> Response:
        draft = service.begin_from(atlas, principal, ref.source, ref.remote_id)
        return see(request, f"{PATH}/{draft.id}")

    return await run_in_pool(thread_pools(request).writes, work)


def _may_edit(principal: Principal) -> bool:
    own = principal.organizations(Right.DATASET_EDIT)
    return own is None or bool(own)


def _own_desks(atlas: Service, principal: Principal) -> dict[str, str]:
    """Return the desks of the organizations that somebody may read, with these."""
    found: dict[str, str] = {}
    for source in atlas.journal.sources():
        concept = organization_of(atlas.vocabulary, source.id)
        if (
            concept is not None
            and source.removed is None
            and principal.may(Right.DATASET_READ_HELD, concept.iri)
        ):
            found[source.id] = concept.iri
    return found


def _own_datasets(atlas: Service, desks: Mapping[str, str], offset: int) -> list[OwnDataset]:
    """Return a page of the datasets of some desks, the last changed first."""
    iris = newest_of_desks(atlas, list(desks), offset, PER_PAGE)
    stored = atlas.journal.get_many(iris)
    return [
        OwnDataset(
            one.source,
            one.remote_id,
            _title(atlas, one),
            desks[one.source],
            one.changed,
            one.held_seq is not None,
        )
        for one in map(stored.get, iris)
        if one is not None
    ]


def _title(atlas: Service, stored: StoredRecord) -> str:
    record = version_of(stored)
    if record is None:
        record, _ = service.newest(atlas, stored)
    return service.title_of(record)
