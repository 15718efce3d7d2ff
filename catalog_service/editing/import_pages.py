"""``/workbench/datasets/import``: a workbook, what it would change, and what one takes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from catalog_service.accounts.service import Action as Right
from catalog_service.accounts.service import Principal, organization_named, require_somewhere
from catalog_service.actor_names import names_of
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.editing import workbooks
from catalog_service.editing.acting import Worker
from catalog_service.editing.desk_records import PART, counts_of_desks
from catalog_service.editing.desks import desk_of
from catalog_service.editing.errors import NO_WORKBOOK_SENT
from catalog_service.editing.forms import form_rules
from catalog_service.editing.import_view import ImportView, column_choices
from catalog_service.editing.model import Side, Unit
from catalog_service.editing.page_parts import (
    PATH,
    organization_name,
    own_organizations,
    see,
    trail,
)
from catalog_service.editing.workbook_matching import headings
from catalog_service.editing.workbook_model import Upload
from catalog_service.editing.workbook_preview import preview
from catalog_service.errors import NOT_AUTHENTICATED
from catalog_service.http.access import Bearer
from catalog_service.http.sessions import cookie_secret
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import PRIVATE, receive_form, sender_of
from catalog_service.http.upload_forms import receive_upload
from catalog_service.site.desk import render_desk
from catalog_service.site.rendering import View
from ontology.errors import AtlasError
from ontology.limits import MIB

router = APIRouter(include_in_schema=False)

IMPORT: Final = f"{PATH}/import"
PAGE: Final = 50
"""Rows of a page: what is not shown is not taken."""
MOST_FIELDS: Final = 5_000
_FORM: Final = 256 * 1024
"""Bytes of a form beside its file."""
_DIGITS: Final = 7
"""Of a number: rows of a sheet have as many."""
_SIDES: Final[tuple[Side, ...]] = ("mine", "theirs", "both")


@router.get("/workbench/datasets/workbook")
def download_workbook(
    request: Request,
    atlas: Atlas,
    principal: Worker,
    organization: Annotated[str, Query(max_length=300)] = "",
    records: Annotated[str, Query(max_length=3)] = "",
    part: Annotated[str, Query(max_length=_DIGITS)] = "",
) -> Response:
    """A template, or what an organization has in the same form.

    ``part``: which part of it, where it is more than one workbook takes in again.
    """
    view = View(request)
    # Only here: its library loads numpy, which a service without vectors does without.
    from catalog_service.editing.workbook_writing import (  # noqa: PLC0415
        MEDIA_TYPE,
        WorkbookWriter,
    )

    writer = WorkbookWriter(atlas, form_rules(atlas), view.lang)
    if records == "yes":
        iri = organization_named(atlas.vocabulary, organization)
        principal.require(Right.DATASET_EDIT, iri)
        data, given = writer.records(iri, _number(part) or 1)
        name = organization_name(atlas, view, iri)
        if given.parts > 1:
            name = view.gettext(
                "{name} (part {part} of {parts})", name=name, part=given.number, parts=given.parts
            )
    else:
        require_somewhere(principal, Right.DATASET_EDIT)
        data, name = writer.template(), view.gettext("Template for datasets")
    headers = {
        **PRIVATE,
        "Content-Disposition": f"attachment; filename=datasets.xlsx; filename*=UTF-8''"
        f"{quote(name, safe='')}.xlsx",
    }
    return Response(data, media_type=MEDIA_TYPE, headers=headers)


@router.get("/workbench/datasets/import")
def import_page(request: Request, atlas: Atlas, principal: Worker) -> Response:
    """A form for a workbook, and those that are kept."""
    return _choose(request, atlas, principal)


@router.post("/workbench/datasets/import")
async def send_workbook(request: Request, atlas: Atlas, bearer: Bearer) -> Response:
    """Take a workbook in, to look at what it would change."""
    if bearer is None and not cookie_secret(request):
        # Nobody's megabytes are received.
        raise AtlasError(NOT_AUTHENTICATED)
    form = await receive_upload(request, workbooks.MAX_UPLOAD + _FORM)

    def work() -> Response:
        principal = bearer or sender_of(request, form.fields)
        organization = organization_named(atlas.vocabulary, form.fields.get("organization", ""))
        principal.require(Right.DATASET_EDIT, organization)
        sent = form.files.get("file")
        try:
            if sent is None or not (sent.name or sent.content):
                raise AtlasError(NO_WORKBOOK_SENT)
            upload = workbooks.receive(atlas, principal, organization, sent.name, sent.content)
        except AtlasError as error:
            return _choose(request, atlas, principal, problem=error, organization=organization)
        return see(request, f"{IMPORT}/{upload.id}")

    return await run_in_pool(thread_pools(request).writes, work)


@router.get("/workbench/datasets/import/{upload}")
def preview_page(
    request: Request,
    atlas: Atlas,
    principal: Worker,
    upload: str,
    page: Annotated[int, Query(ge=1, le=1_000)] = 1,
    match: Annotated[str, Query(max_length=3)] = "",
) -> Response:
    """What a workbook would change."""
    found = workbooks.find(atlas, principal, upload)
    return _show(request, atlas, principal, found, page=page, match=match == "yes")


@router.post("/workbench/datasets/import/{upload}")
async def take_workbook(request: Request, atlas: Atlas, principal: Worker, upload: str) -> Response:
    """Correct what the columns are, make drafts of the rows that are chosen, or forget it."""
    form = await receive_form(request, MOST_FIELDS)

    def work() -> Response:
        found = workbooks.find(atlas, principal, upload)
        action = form.get("action", "")
        if action == "forget":
            workbooks.forget(atlas, principal, found)
            return see(request, IMPORT)
        if action == "match":
            columns = _numbered(form, "column.")
            header = _number(form.get("header", "")) or 1
            sheet = form.get("sheet", found.match.sheet)
            workbooks.rematch(atlas, principal, found, sheet, header, columns)
            return see(request, f"{IMPORT}/{upload}")
        return _apply(request, atlas, principal, found, form)

    return await run_in_pool(thread_pools(request).writes, work)


def _apply(
    request: Request,
    atlas: Service,
    principal: Principal,
    upload: Upload,
    form: Mapping[str, str],
) -> Response:
    marks = _numbered(form, "take.")
    choices: dict[int, dict[Unit, Side]] = {}
    for row in preview(atlas, upload, None, set(marks)).of("conflict"):
        choices[row.number] = {
            one.unit: side
            for number, one in enumerate(row.contradictions)
            for side in _SIDES
            if form.get(f"choose.{row.number}.{number}") == side
        }
    applied = workbooks.apply(atlas, principal, upload, marks, choices)
    page = _number(form.get("page", "")) or 1
    return _show(request, atlas, principal, upload, page=page, applied=applied)


def _numbered(form: Mapping[str, str], start: str) -> dict[int, str]:
    """Return the fields of a form that are named by a number behind ``start``."""
    found = (
        (_number(name[len(start) :]), value)
        for name, value in form.items()
        if name.startswith(start)
    )
    return {number: value for number, value in found if number is not None}


def _number(text: str) -> int | None:
    """Return a number of a row, a column or a page; None for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else None


def _choose(
    request: Request,
    atlas: Service,
    principal: Principal,
    *,
    problem: AtlasError | None = None,
    organization: str = "",
) -> Response:
    view = View(request)
    organizations = own_organizations(atlas, principal)
    if not organizations:
        principal.require(Right.DATASET_EDIT, None)
    kept = workbooks.kept(atlas, principal)
    counts = counts_of_desks(atlas)
    sizes = {one.iri: counts[desk_of(atlas.vocabulary, one.iri)] for one in organizations}
    return render_desk(
        view,
        principal,
        "workbook_send.html",
        PATH,
        trail(view, view.gettext("Take in a workbook")),
        200 if problem is None else problem.kind.status,
        organizations=[(c.iri, view.name(c)) for c in organizations],
        organization=organization,
        large=[
            (view.name(one), one.iri, sizes[one.iri], -(-sizes[one.iri] // PART))
            for one in organizations
            if sizes[one.iri] > PART
        ],
        per_part=PART,
        kept=kept,
        names={one.organization: organization_name(atlas, view, one.organization) for one in kept},
        people=names_of(atlas, [one.actor for one in kept]),
        problem=None if problem is None else problem.message(view.lang),
        most=workbooks.MAX_UPLOAD // MIB,
        rows=workbooks.MOST_ROWS,
        days=workbooks.KEPT.days,
        workbook=f"{PATH}/workbook",
        own_path=IMPORT,
    )


def _show(
    request: Request,
    atlas: Service,
    principal: Principal,
    upload: Upload,
    *,
    page: int = 1,
    match: bool = False,
    applied: workbooks.Applied | None = None,
) -> Response:
    view = View(request)
    found = preview(atlas, upload)
    shown = ImportView(atlas.vocabulary, view.lang)
    sheet = upload.sheet(upload.match.sheet)
    heads = headings(sheet, upload.match) if sheet is not None else []
    loose = [one for one in heads if not one.key]
    waiting = found.of("conflict", "new", "changed")
    pages = max(1, -(-len(waiting) // PAGE))
    page = min(page, pages)
    values: dict[str, Any] = {
        "upload": upload,
        "sheet": sheet,
        "found": found,
        "counts": {
            one: found.count(one) for one in ("new", "changed", "conflict", "same", "error")
        },
        "rows": [shown.row(one) for one in waiting[(page - 1) * PAGE : page * PAGE]],
        "errors": [shown.problems(one) for one in found.of("error")[: PAGE * 4]],
        "stray": [shown.problem(one) for one in found.stray[: PAGE * 4]],
        "same": found.of("same")[: PAGE * 4],
        "page": page,
        "pages": pages,
        "heads": heads,
        "loose": loose,
        "match": match or bool(loose),
        "choices": column_choices(view.lang),
        "organization": organization_name(atlas, view, upload.organization),
        "people": names_of(atlas, [upload.actor]),
        "drafts": applied.drafts if applied else {},
        "refused": [one.message(view.lang) for one in applied.refused.values()] if applied else [],
        "own_path": f"{IMPORT}/{upload.id}",
    }
    return render_desk(
        view,
        principal,
        "workbook_preview.html",
        PATH,
        [
            (view.gettext("Datasets at work"), view.link(PATH)),
            (view.gettext("Take in a workbook"), view.link(IMPORT)),
            (upload.name, None),
        ],
        **values,
    )
