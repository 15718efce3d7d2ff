"""``/workbench/open-lists``: lists at work, and the steps that are taken with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.service import Action, Principal, organization_named, require
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.http.access import Bearer
from catalog_service.http.desk_forms import Worker, first_values, receive_fields, sender
from catalog_service.http.identifiers import decode_segment
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import PRIVATE
from catalog_service.open_list.errors import LIST_NEEDS_ANOTHER, UNKNOWN_LIST
from catalog_service.open_list.list_view import Refused, show_list
from catalog_service.open_list.lists_view import show_lists, together, year_of
from catalog_service.open_list.naming import WORK, list_path
from catalog_service.open_list.service import demand_to_begin, get
from catalog_service.open_list.step_forms import taken
from catalog_service.site.rendering import View
from ontology.errors import AtlasError

router = APIRouter(include_in_schema=False)

Year = Annotated[int, Path(ge=2000, le=2999)]
Text = Annotated[str, Query(max_length=20)]


@router.get(WORK)
def lists_page(
    request: Request,
    atlas: Atlas,
    worker: Worker,
    year: Text = "",
    state: Text = "",
    begin: Text = "",
) -> Response:
    """The lists of one's organizations, and the forms by which they are begun and taken on."""
    wanted = year_of(begin, "begin") if begin else None
    return show_lists(View(request), atlas, worker, year, state, begin=wanted)


@router.get(f"{WORK}/{{year}}/{{organization}}")
def list_at_work(
    request: Request,
    atlas: Atlas,
    worker: Worker,
    year: Year,
    organization: str,
    item: Annotated[str, Query(max_length=1_100)] = "",
) -> Response:
    """A list: its items, what may be done next, what the rules find, and its history."""
    name = organization_named(atlas.vocabulary, decode_segment(organization))
    require(worker, Action.DATASET_READ_HELD, name)
    return show_list(View(request), atlas, worker, get(atlas, name, year), item=item)


@router.post(WORK)
async def change_list(request: Request, atlas: Atlas, bearer: Bearer) -> Response:
    """Take a step with a list, or with several."""
    fields = await receive_fields(request)

    def work() -> Response:
        form = first_values(fields)
        worker = sender(request, form, bearer)
        if form.get("together"):
            return together(View(request), atlas, worker, fields)
        name = organization_named(atlas.vocabulary, form.get("organization", ""))
        year = year_of(form.get("year", ""), "year")
        if form.get("step") == "draft" and form.get("from") == "workbook":
            return _to_workbook(View(request), atlas, worker, (name, year), form)
        try:
            taken(atlas, worker, name, year, form)
        except AtlasError as error:
            return _refused(View(request), atlas, worker, (name, year), Refused(form, error))
        view = View(request)
        return RedirectResponse(view.link(list_path(atlas.vocabulary, name, year)), 303, PRIVATE)

    return await run_in_pool(thread_pools(request).writes, work)


def _to_workbook(
    view: View, atlas: Service, worker: Principal, name: tuple[str, int], form: Mapping[str, str]
) -> Response:
    """Lead to the page where the workbook is chosen that a list begins from; nothing is begun."""
    try:
        demand_to_begin(atlas, worker, *name)
    except AtlasError as error:
        return _refused(view, atlas, worker, name, Refused(form, error))
    address = view.link(f"{list_path(atlas.vocabulary, *name)}/import")
    return RedirectResponse(address, 303, PRIVATE)


def _refused(
    view: View, atlas: Service, worker: Principal, name: tuple[str, int], refused: Refused
) -> Response:
    """Answer with the page of the form that was refused, which keeps what was typed."""
    error, is_draft = refused.error, refused.form.get("step") == "draft"
    no_last = is_draft and error.kind is UNKNOWN_LIST
    if not (error.kind is LIST_NEEDS_ANOTHER or error.kind.status in (409, 422) or no_last):
        raise error
    # Whoever forgot a reason, or came too late, sees the list as it stands.
    require(worker, Action.DATASET_READ_HELD, name[0])
    if is_draft:
        return show_lists(view, atlas, worker, "", "", refused=refused)
    return show_list(view, atlas, worker, get(atlas, *name), refused=refused)
