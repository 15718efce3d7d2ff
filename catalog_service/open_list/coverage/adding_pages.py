"""``/workbench/open-lists/{year}/{organization}/missing``: what is open and not on a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.service import Action, Principal, organization_named, require
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.http.access import Bearer
from catalog_service.http.desk_forms import Worker, first_values, receive_fields, sender
from catalog_service.http.identifiers import decode_segment
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import MAX_REASON, PRIVATE
from catalog_service.open_list.amending import waiting_changes
from catalog_service.open_list.coverage.adding import (
    PUBLISHED,
    add,
    items_of,
    keys_left_out,
    left_out,
)
from catalog_service.open_list.coverage.addresses import Year
from catalog_service.open_list.coverage.figures import RULE
from catalog_service.open_list.exchange.columns import heading
from catalog_service.open_list.model import ListItem, OpenList
from catalog_service.open_list.naming import WORK, list_path
from catalog_service.open_list.reasons import fitting
from catalog_service.open_list.service import get, possible_steps
from catalog_service.site.desk import render_desk
from catalog_service.site.paging import part_of
from catalog_service.site.rendering import View
from ontology.errors import AtlasError

router = APIRouter(include_in_schema=False)

PER_PAGE: Final = 25
_SHOWN: Final = ("provider", "scope", "content", "open_type", "conditions", "frequency", "domain")
"""Columns of an item that the preview has."""
PATH: Final = f"{WORK}/{{year}}/{{organization}}/missing"


@router.get(PATH)
def left_out_page(
    request: Request, atlas: Atlas, worker: Worker, year: Year, organization: str
) -> Response:
    """Open datasets that are not on the list, with the form that takes them in."""
    name = organization_named(atlas.vocabulary, decode_segment(organization))
    require(worker, Action.DATASET_READ_HELD, name)
    return _page(View(request), atlas, worker, get(atlas, name, year))


@router.post(PATH)
async def take_in(
    request: Request, atlas: Atlas, bearer: Bearer, year: Year, organization: str
) -> Response:
    """Show which items datasets would be, or take them into the draft or the amendment."""
    fields = await receive_fields(request)

    def work() -> Response:
        form = first_values(fields)
        worker = sender(request, form, bearer)
        name = organization_named(atlas.vocabulary, decode_segment(organization))
        require(worker, Action.OPEN_LIST_EDIT, name)
        there = get(atlas, name, year)
        view = View(request)
        keys = list(dict.fromkeys(fields.get("item", [])))
        try:
            if form.get("action") == "add":
                reason = form.get("reason", "").strip()[:MAX_REASON]
                add(atlas, worker, (name, year), keys, reason, form.get("code", ""))
                address = view.link(list_path(atlas.vocabulary, name, year))
                return RedirectResponse(address, 303, PRIVATE)
            if form.get("action") == "preview-all":
                keys = keys_left_out(atlas, there)
            chosen = items_of(atlas, there, keys)
            return _page(view, atlas, worker, there, chosen=chosen, form=form)
        except AtlasError as error:
            if error.kind.status not in (404, 409, 422):
                raise
            # Whoever came too late, or forgot a reason, sees how it stands.
            return _page(view, atlas, worker, get(atlas, name, year), form=form, problem=error)

    return await run_in_pool(thread_pools(request).writes, work)


def _page(
    view: View,
    atlas: Service,
    worker: Principal,
    there: OpenList,
    *,
    chosen: Sequence[ListItem] | None = None,
    form: Mapping[str, str] | None = None,
    problem: AtlasError | None = None,
) -> Response:
    own = list_path(atlas.vocabulary, there.organization, there.year)
    path = f"{own}/missing"
    total, _ = left_out(atlas, there, 0)
    part = part_of(view, path, total, PER_PAGE)
    name = view.pick(atlas.accounts.hierarchy.names(there.organization))
    amends = there.state in PUBLISHED
    step = "propose" if amends else "edit"
    may_add = step in {one.name for one in possible_steps(atlas, worker, there)}
    given = form or {}
    return render_desk(
        view,
        worker,
        "open_list_left_out.html",
        WORK,
        [
            (view.gettext("Open lists"), view.link(WORK)),
            (f"{name} {there.year}", view.link(own)),
            (view.gettext("Open and not on this list"), None),
        ],
        200 if problem is None else problem.kind.status,
        there=there,
        name=name,
        own=own,
        path=path,
        part=part,
        rows=left_out(atlas, there, PER_PAGE, part.offset)[1],
        chosen=chosen,
        beside=waiting_changes(atlas, there),
        may_add=may_add,
        amends=amends,
        columns=[(key, heading(key, view.lang)) for key in _SHOWN],
        types={one.iri: view.name(one) for one in atlas.vocabulary.concepts("open-type")},
        codes=[(code, view.gettext(one.label)) for code, one in fitting(["added"]).items()],
        reason=given.get("reason", ""),
        problem=problem,
        most_reason=MAX_REASON,
        rule=RULE,
    )
