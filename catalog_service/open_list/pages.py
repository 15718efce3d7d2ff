"""``/workbench/open-lists``: lists at work, and the steps that are taken with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.service import Action, Principal, organization_named, require
from catalog_service.actor_names import names_of
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.http.access import Bearer
from catalog_service.http.desk_forms import Worker, first_values, receive_fields, sender
from catalog_service.http.identifiers import decode_segment
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import MAX_REASON, PRIVATE
from catalog_service.open_list.checking import check as findings_of
from catalog_service.open_list.cycle import DONE, lacks_calendar
from catalog_service.open_list.deadlines import overdue
from catalog_service.open_list.differences import ItemChange, diff, ordered, with_fields
from catalog_service.open_list.errors import LIST_ITEM, LIST_NEEDS_ANOTHER
from catalog_service.open_list.lists_view import show_lists, together, year_of
from catalog_service.open_list.model import COLUMNS, OPEN_TYPES, OpenList
from catalog_service.open_list.naming import WORK, list_path
from catalog_service.open_list.reasons import OTHER, REASONS, grouped
from catalog_service.open_list.service import (
    amend,
    draft,
    edit,
    findings_kept,
    get,
    possible_steps,
    propose,
    proposed,
    take,
)
from catalog_service.site.desk import render_desk
from catalog_service.site.paging import part_of
from catalog_service.site.rendering import View
from ontology.dates import read_date
from ontology.errors import AtlasError

router = APIRouter(include_in_schema=False)

PER_PAGE: Final = 25

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
    return _page(View(request), atlas, worker, get(atlas, name, year), item=item)


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
        try:
            _taken(atlas, worker, name, year, form)
        except AtlasError as error:
            told = error.kind is LIST_NEEDS_ANOTHER or error.kind.status in (409, 422)
            if not told or form.get("step") == "draft":
                raise
            # Whoever forgot a reason, or came too late, sees the list as it stands.
            require(worker, Action.DATASET_READ_HELD, name)
            there = get(atlas, name, year)
            return _page(View(request), atlas, worker, there, problem=error)
        view = View(request)
        return RedirectResponse(view.link(list_path(atlas.vocabulary, name, year)), 303, PRIVATE)

    return await run_in_pool(thread_pools(request).writes, work)


def _taken(
    atlas: Service, worker: Principal, name: str, year: int, form: Mapping[str, str]
) -> OpenList:
    step, reason = form.get("step", ""), form.get("reason", "").strip()[:MAX_REASON]
    if step == "draft":
        return draft(atlas, worker, name, year, last_year=form.get("from") == "last-year")
    if step in ("edit", "propose"):
        require(worker, Action.OPEN_LIST_EDIT, name)
        there = get(atlas, name, year)
        change, code = _change(there, form), form.get("code", OTHER)
        if step == "edit":
            return edit(atlas, worker, (name, year), frozenset({change}), reason, code)
        return propose(atlas, worker, (name, year), frozenset({change}), reason, code)
    if step == "amend":
        return amend(atlas, worker, name, year, _day(form))
    return take(atlas, worker, name, year, step, reason)


def _change(there: OpenList, form: Mapping[str, str]) -> ItemChange:
    key = form.get("item", "")
    before = there.content.items.get(key)
    if before is None:
        raise AtlasError(LIST_ITEM, key=key[:200])
    if form.get("withdraw"):
        return ItemChange(before, None)
    given = {name: form[name] for name in COLUMNS if name in form}
    return ItemChange(before, with_fields(before, given))


def _page(
    view: View,
    atlas: Service,
    worker: Principal,
    there: OpenList,
    *,
    item: str = "",
    problem: AtlasError | None = None,
) -> Response:
    path = list_path(atlas.vocabulary, there.organization, there.year)
    items = sorted(there.content.items.values(), key=lambda one: (one.title, one.key))
    part = part_of(view, path, len(items), PER_PAGE, [])
    name = view.pick(atlas.accounts.hierarchy.names(there.organization))
    steps = {one.name: one for one in possible_steps(atlas, worker, there)}
    waiting = proposed(atlas, there)
    if waiting is None:
        steps.pop("amend", None)
    checked = there.state in ("checked", "reviewed", "filed", "returned")
    kept = findings_kept(atlas, there)
    if kept is not None:
        found = kept.findings
    else:
        # Lists that were checked before findings were kept.
        found = tuple(findings_of(atlas, there.organization, there.content)) if checked else ()
    return render_desk(
        view,
        worker,
        "open_list_at_work.html",
        WORK,
        [
            (view.gettext("Open lists"), view.link(WORK)),
            (f"{name} {there.year}", None),
        ],
        200 if problem is None else problem.kind.status,
        there=there,
        name=name,
        path=path,
        problem=problem,
        part=part,
        items=items[part.offset : part.offset + PER_PAGE],
        editing=there.content.items.get(item),
        columns=[(key, view.gettext(label)) for key, (_, label) in COLUMNS.items()],
        open_types=OPEN_TYPES,
        steps=steps,
        plain=[
            (one.name, view.gettext(one.label), one.needs_reason)
            for one in steps.values()
            if one.name not in ("draft", "edit", "propose", "retract", "amend", "evaluate")
        ],
        changes=[] if waiting is None else ordered(diff(there.content, waiting)),
        lacks_calendar=there.state not in DONE["open-by"] and lacks_calendar(atlas, there.year),
        findings=[*overdue(atlas, there), *found],
        found_at=None if kept is None else kept.time,
        reasons=[
            (kinds, [(code, view.gettext(label)) for code, label in codes])
            for kinds, codes in grouped()
        ],
        codes={code: view.gettext(one.label) for code, one in REASONS.items()},
        people=names_of(atlas, [one.actor for one in there.steps]),
        most_reason=MAX_REASON,
    )


def _day(form: Mapping[str, str]) -> date | None:
    text = form.get("in_force", "").strip()
    if not text:
        return None
    found = read_date(text)
    if found is None or found.precision != "day":
        raise AtlasError(
            PARAMETER_INVALID, name="in_force", value=text[:80], expected="a day, as 2026-05-01"
        )
    return found.day
