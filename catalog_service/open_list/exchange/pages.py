"""``/workbench/open-lists/…/workbook``: a list given out as a workbook, and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.service import Action, Principal, organization_named, require
from catalog_service.actor_names import names_of
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.errors import NOT_AUTHENTICATED
from catalog_service.http.access import Bearer
from catalog_service.http.desk_forms import Worker, first_values, receive_fields, sender
from catalog_service.http.identifiers import decode_segment
from catalog_service.http.sessions import cookie_secret
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import MAX_REASON, PRIVATE, sender_of
from catalog_service.http.upload_forms import receive_upload
from catalog_service.open_list.exchange import service
from catalog_service.open_list.exchange.answers import workbook_answer
from catalog_service.open_list.exchange.columns import heading
from catalog_service.open_list.exchange.model import Side, Upload
from catalog_service.open_list.exchange.sheets import MAX_UPLOAD, MOST_ROWS
from catalog_service.open_list.model import COLUMNS
from catalog_service.open_list.naming import WORK, list_path
from catalog_service.open_list.service import get
from catalog_service.site.desk import render_desk
from catalog_service.site.paging import part_of
from catalog_service.site.rendering import View
from harvesters.readers.side_rows import WHY
from ontology.errors import AtlasError
from ontology.limits import MIB

router = APIRouter(include_in_schema=False)

PER_PAGE: Final = 100
"""Changes of a page: what is not shown is not taken, unless all that nobody contradicts is."""
_FORM: Final = 256 * 1024
"""Bytes of a form beside its file."""
_SIDES: Final[tuple[Side, ...]] = ("mine", "theirs")

Year = Annotated[int, Path(ge=2000, le=2999)]


@router.get(f"{WORK}/{{year}}/{{organization}}/workbook.xlsx")
def download(
    request: Request, atlas: Atlas, worker: Worker, year: Year, organization: str
) -> Response:
    """The list as it stands, to be edited and sent back."""
    name = organization_named(atlas.vocabulary, decode_segment(organization))
    require(worker, Action.DATASET_READ_HELD, name)
    content = get(atlas, name, year).content
    return workbook_answer(atlas, View(request).lang, content, (name, year), PRIVATE)


@router.get(f"{WORK}/{{year}}/{{organization}}/import")
def choose(
    request: Request, atlas: Atlas, worker: Worker, year: Year, organization: str
) -> Response:
    """A form for an edited workbook, and those that are kept."""
    name = organization_named(atlas.vocabulary, decode_segment(organization))
    return _choose(request, atlas, worker, (name, year))


@router.post(f"{WORK}/{{year}}/{{organization}}/import")
async def send(
    request: Request, atlas: Atlas, bearer: Bearer, year: Year, organization: str
) -> Response:
    """Take a workbook in, to look at what it would change."""
    if bearer is None and not cookie_secret(request):
        # Nobody's megabytes are received.
        raise AtlasError(NOT_AUTHENTICATED)
    form = await receive_upload(request, MAX_UPLOAD + _FORM)

    def work() -> Response:
        worker = bearer or sender_of(request, form.fields)
        name = organization_named(atlas.vocabulary, decode_segment(organization)), year
        require(worker, Action.OPEN_LIST_EDIT, name[0])
        sent = form.files.get("file")
        try:
            file, body = (sent.name, sent.content) if sent is not None else ("", b"")
            upload = service.receive(atlas, worker, name, file, body)
        except AtlasError as error:
            if error.kind.status not in (409, 413, 415, 422):
                raise
            return _choose(request, atlas, worker, name, problem=error)
        return _see(request, f"{WORK}/imports/{upload.id}")

    return await run_in_pool(thread_pools(request).writes, work)


@router.get(f"{WORK}/imports/{{upload}}")
def preview_page(request: Request, atlas: Atlas, worker: Worker, upload: str) -> Response:
    """What a workbook would change, cell by cell; nothing is written yet."""
    return _show(request, atlas, worker, service.find(atlas, worker, upload))


@router.post(f"{WORK}/imports/{{upload}}")
async def take(request: Request, atlas: Atlas, bearer: Bearer, upload: str) -> Response:
    """Write what is chosen of a workbook, or forget it."""
    fields = await receive_fields(request)

    def work() -> Response:
        form = first_values(fields)
        worker = sender(request, form, bearer)
        found = service.find(atlas, worker, upload)
        path = list_path(atlas.vocabulary, *found.list)
        if form.get("action") == "forget":
            service.forget(atlas, worker, found)
            return _see(request, f"{path}/import")
        try:
            _write(atlas, worker, found, form)
            if form.get("step") == service.BEGIN:
                # It was made into a list: held against that, its rows would mean something else.
                service.forget(atlas, worker, found)
        except AtlasError as error:
            if error.kind.status not in (409, 422):
                raise
            return _show(request, atlas, worker, found, problem=error)
        return _see(request, path)

    return await run_in_pool(thread_pools(request).writes, work)


def _see(request: Request, path: str) -> Response:
    return RedirectResponse(View(request).link(path), 303, PRIVATE)


def _write(atlas: Service, worker: Principal, upload: Upload, form: Mapping[str, str]) -> None:
    taken: dict[str, str] | None = {
        key: mark
        for name, key in form.items()
        if name.startswith("key.") and (mark := form.get(f"take.{name[4:]}"))
    }
    if form.get("action") == "all":
        taken = None
    choices: dict[str, dict[str, Side]] = {}
    for name, value in form.items():
        kind, _, rest = name.partition(".")
        number, _, unit = rest.partition(".")
        key = form.get(f"key.{number}")
        if kind == "choose" and key is not None and value in _SIDES:
            choices.setdefault(key, {})[unit] = "mine" if value == "mine" else "theirs"
    reason = form.get("reason", "").strip()[:MAX_REASON]
    to_begin = form.get("step") == service.BEGIN
    service.apply(atlas, worker, upload, taken, choices, reason, to_begin=to_begin)


def _choose(
    request: Request,
    atlas: Service,
    worker: Principal,
    name: tuple[str, int],
    *,
    problem: AtlasError | None = None,
) -> Response:
    view = View(request)
    require(worker, Action.OPEN_LIST_EDIT, name[0])
    there = service.at_work(atlas, worker, name)
    kept = service.kept(atlas, worker, name)
    return render_desk(
        view,
        worker,
        "open_list_workbook_send.html",
        WORK,
        _trail(view, atlas, name, view.gettext("Take in a workbook")),
        200 if problem is None else problem.kind.status,
        there=there,
        step=service.step_of(there),
        path=list_path(atlas.vocabulary, *name),
        kept=kept,
        people=names_of(atlas, [one.actor for one in kept]),
        problem=problem,
        most=MAX_UPLOAD // MIB,
        rows=MOST_ROWS,
        days=service.KEPT.days,
    )


def _show(
    request: Request,
    atlas: Service,
    worker: Principal,
    upload: Upload,
    *,
    problem: AtlasError | None = None,
) -> Response:
    view = View(request)
    found = service.preview(atlas, upload)
    path = f"{WORK}/imports/{upload.id}"
    part = part_of(view, path, len(found.changes), PER_PAGE, [])
    return render_desk(
        view,
        worker,
        "open_list_workbook.html",
        WORK,
        _trail(view, atlas, upload.list, upload.name),
        200 if problem is None else problem.kind.status,
        upload=upload,
        found=found,
        path=path,
        list_path=list_path(atlas.vocabulary, *upload.list),
        part=part,
        changes=found.changes[part.offset : part.offset + PER_PAGE],
        columns={key: heading(key, view.lang) for key in COLUMNS},
        faulty=found.faulty[:PER_PAGE],
        side={why: view.pgettext("row left out", text) for why, text in WHY.items()},
        people=names_of(atlas, [upload.actor]),
        problem=problem,
        most_reason=MAX_REASON,
    )


def _trail(
    view: View, atlas: Service, name: tuple[str, int], last: str
) -> list[tuple[str, str | None]]:
    called = view.pick(atlas.accounts.hierarchy.names(name[0]))
    return [
        (view.gettext("Open lists"), view.link(WORK)),
        (f"{called} {name[1]}", view.link(list_path(atlas.vocabulary, *name))),
        (last, None),
    ]
