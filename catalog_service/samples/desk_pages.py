"""``/workbench/samples``: samples at work: drawn from a table that is sent, looked at, released."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from itertools import islice
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.service import Action, Principal
from catalog_service.actor_names import names_of
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.errors import NOT_AUTHENTICATED, PARAMETER_INVALID
from catalog_service.http.access import Bearer
from catalog_service.http.desk_forms import Worker, first_values, receive_fields, sender
from catalog_service.http.sessions import cookie_secret
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import MAX_REASON, PRIVATE
from catalog_service.http.upload_forms import UploadForm, receive_upload
from catalog_service.samples import service
from catalog_service.samples.choosing import choose
from catalog_service.samples.errors import NO_GROUPS, NO_SMALLEST_GROUP, NO_TABLE
from catalog_service.samples.file_answers import file_response
from catalog_service.samples.model import COLUMN_KINDS, MEASURES, STATES, WORK, Sample
from catalog_service.samples.outside import make_outside
from catalog_service.samples.records import dataset_of
from catalog_service.site.desk import render_desk
from catalog_service.site.paging import part_of
from catalog_service.site.rendering import View
from harvesters.limits import Limits
from harvesters.readers.files import Input
from ontology.errors import AtlasError, Named
from ontology.limits import MIB
from translations import N_

router = APIRouter(include_in_schema=False)

MAX_UPLOAD: Final = 8 * MIB
UPLOADED: Final = Limits(document=MAX_UPLOAD, cells=1_000_000)
PER_PAGE: Final = 25
_FORM: Final = MIB
"""Bytes of a form beside its file."""
_SHOWN_AGAIN: Final = frozenset({400, 403, 404, 409, 413, 415, 422, 503})
_SAID: Final = (NO_SMALLEST_GROUP, NO_GROUPS)
"""What the page of a sample says in words of its own."""
_BETWEEN: Final = re.compile(r"[,，、;；\n]")
_ROWS: Final = 10
"""Rows of a sample that a page shows."""
_LONGEST: Final = 80
"""Characters of a cell that a page shows."""
_DEFAULT_SIZE: Final = "1000"

Number = Annotated[int, Path(ge=0, le=999_999_999)]


@router.get(WORK)
def desk_page(
    request: Request,
    atlas: Atlas,
    worker: Worker,
    dataset: Annotated[str, Query(max_length=2_000)] = "",
    q: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """The samples that one may see, a form to draw one, and the datasets to draw from."""
    fields = {"dataset": dataset.strip(), "q": q.strip()}
    return _list(View(request), atlas, worker, fields)


@router.post(WORK)
async def draw_sample(request: Request, atlas: Atlas, bearer: Bearer) -> Response:
    """Draw a sample from the table that is sent."""
    if bearer is None and not cookie_secret(request):
        # Nobody's megabytes are received.
        raise AtlasError(NOT_AUTHENTICATED)
    form = await receive_upload(request, MAX_UPLOAD + _FORM)

    def work() -> Response:
        worker = sender(request, form.fields, bearer)
        try:
            made = _drawn(atlas, worker, form)
        except AtlasError as error:
            if error.kind.status not in _SHOWN_AGAIN:
                raise
            return _list(View(request), atlas, worker, form.fields, error)
        return _see(request, made.number)

    return await run_in_pool(thread_pools(request).writes, work)


@router.get(f"{WORK}/{{number}}")
def one_page(request: Request, atlas: Atlas, worker: Worker, number: Number) -> Response:
    """One sample: how it was drawn, what it is like, what may be done with it."""
    found = service.sample_for(atlas, worker, Action.DATASET_READ_HELD, number)
    return _one(View(request), atlas, worker, found)


@router.get(f"{WORK}/{{number}}/file.csv")
def work_file(request: Request, atlas: Atlas, worker: Worker, number: Number) -> Response:
    """The file as it would be served, for who works here."""
    found = service.sample_for(atlas, worker, Action.DATASET_READ_HELD, number)
    content = service.content_for(atlas, found)
    answer = file_response(request, found, content)
    answer.headers.update(PRIVATE)
    return answer


@router.post(f"{WORK}/{{number}}")
async def take_step(request: Request, atlas: Atlas, bearer: Bearer, number: Number) -> Response:
    """Ask for the release of a sample, release it, withdraw it, or give it up."""
    form = first_values(await receive_fields(request))

    def work() -> Response:
        worker = sender(request, form, bearer)
        try:
            _taken(atlas, worker, number, form)
        except AtlasError as error:
            if error.kind.status not in _SHOWN_AGAIN:
                raise
            found = service.sample_for(atlas, worker, Action.DATASET_READ_HELD, number)
            return _one(View(request), atlas, worker, found, error, form)
        return _see(request, number)

    return await run_in_pool(thread_pools(request).writes, work)


def _drawn(atlas: Service, worker: Principal, form: UploadForm) -> Sample:
    fields = form.fields
    dataset = fields.get("dataset", "").strip()[:2_000]
    # Before anything is read of the table.
    service.dataset_for(atlas, worker, Action.DATASET_EDIT, dataset)
    sent = form.files.get("file")
    if sent is None or not sent.content:
        raise AtlasError(NO_TABLE, limit=MAX_UPLOAD // MIB)
    size = fields.get("size", _DEFAULT_SIZE).strip()
    if not size.isascii() or not size.isdecimal() or len(size) > 9:
        raise AtlasError(
            PARAMETER_INVALID,
            name=Named("size", N_("Rows to draw, at most")),
            value=size[:80],
            expected="1000",
        )
    wish = service.Wish(
        int(size),
        fields.get("seed", "").strip()[:100] or "1",
        _columns(fields.get("strata", "")),
        _columns(fields.get("groups", "")),
    )
    table = Input(sent.name[-100:] or "table", content=sent.content)
    return service.draw(atlas, worker, dataset, table, wish, UPLOADED, make_outside)


def _columns(text: str) -> tuple[str, ...]:
    names = (" ".join(name.split()) for name in _BETWEEN.split(text[:4_000]))
    return tuple(dict.fromkeys(filter(None, names)))


def _taken(atlas: Service, worker: Principal, number: int, form: Mapping[str, str]) -> None:
    reason = form.get("reason", "")[:MAX_REASON]
    match form.get("step"):
        case "ask":
            service.ask(atlas, worker, number)
        case "release":
            service.release(atlas, worker, number)
        case "withdraw":
            service.withdraw(atlas, worker, number, reason)
        case "discard":
            service.discard(atlas, worker, number, reason)
        case step:
            expected = "ask, release, withdraw, discard"
            raise AtlasError(
                PARAMETER_INVALID, name="step", value=(step or "")[:80], expected=expected
            )


def _see(request: Request, number: int) -> Response:
    return RedirectResponse(View(request).link(f"{WORK}/{number}"), 303, PRIVATE)


def _list(
    view: View,
    atlas: Service,
    worker: Principal,
    fields: Mapping[str, str],
    problem: AtlasError | None = None,
) -> Response:
    found = service.samples_for(atlas, worker)
    part = part_of(view, WORK, len(found), PER_PAGE, [])
    base = atlas.settings.base_iri
    words = fields.get("q", "")[:200]
    chosen, more = choose(atlas, worker, words, view.lang)
    return render_desk(
        view,
        worker,
        "samples_at_work.html",
        WORK,
        [(view.gettext("Sample sets"), None)],
        200 if problem is None else problem.kind.status,
        problem=problem,
        samples=found[part.offset : part.offset + PER_PAGE],
        part=part,
        work=WORK,
        states=_translated(view, STATES),
        name_of=lambda iri: "/".join(dataset_of(base, iri)),
        smallest=atlas.settings.sample_smallest_group,
        share=atlas.settings.sample_largest_share,
        words=words,
        chosen=chosen,
        more=more,
        kept={name: fields.get(name, "")[:2_000] for name in ("dataset", "strata", "groups")},
        sent=problem is not None,
        size=fields.get("size", _DEFAULT_SIZE)[:20],
        seed=fields.get("seed", "1")[:100],
        most=MAX_UPLOAD // MIB,
    )


def _one(
    view: View,
    atlas: Service,
    worker: Principal,
    there: Sample,
    problem: AtlasError | None = None,
    fields: Mapping[str, str] | None = None,
) -> Response:
    typed = {} if fields is None else {fields.get("step"): fields.get("reason", "")[:MAX_REASON]}
    source, remote_id = dataset_of(atlas.settings.base_iri, there.dataset)
    edits = worker.may_over(Action.DATASET_EDIT, there.source)
    releases = worker.may_over(Action.DATASET_RELEASE, there.source)
    # Another may have drawn it: seeds can be tried until the rows suit.
    drawn = service.samples_for(atlas, worker, there.dataset)
    hindrance = service.hindrance(atlas, there)
    try:
        rows, lost = _first_rows(service.content_for(atlas, there)), False
    except AtlasError:
        rows, lost = [], True
    return render_desk(
        view,
        worker,
        "sample_at_work.html",
        WORK,
        [(view.gettext("Sample sets"), view.link(WORK)), (str(there.number), None)],
        200 if problem is None else problem.kind.status,
        problem=problem,
        typed=typed,
        sample=there,
        work=WORK,
        state=view.gettext(STATES[there.state]),
        states=_translated(view, STATES),
        kinds=_translated(view, COLUMN_KINDS),
        measures=_translated(view, MEASURES),
        dataset=view.dataset(source, remote_id),
        own=f"{source}/{remote_id}",
        rows=rows,
        lost=lost and there.state in ("drawn", "asked", "released"),
        ready=hindrance is None,
        too_much=None if hindrance is None or hindrance.kind in _SAID else hindrance,
        replaces=any(one.state == "released" for one in drawn),
        draws=len(drawn),
        given_up=sum(one.state == "discarded" for one in drawn),
        seeds=len({one.plan.seed for one in drawn}),
        may_ask=edits and there.state == "drawn",
        may_discard=edits and there.state in ("drawn", "asked"),
        may_release=releases and there.state == "asked" and worker.actor not in there.makers,
        may_withdraw=releases and there.state == "released",
        waits_for_another=there.state == "asked" and worker.actor in there.makers,
        served=there.state == "released" and service.is_served(atlas, there),
        people=names_of(atlas, [one.actor for one in there.steps]),
        most_reason=MAX_REASON,
    )


def _first_rows(content: bytes) -> list[list[str]]:
    """Return the header and the first rows."""
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return [
        [cell if len(cell) <= _LONGEST else f"{cell[:_LONGEST]}…" for cell in row]
        for row in islice(rows, _ROWS + 1)
    ]


def _translated(view: View, labels: Mapping[Any, str]) -> dict[Any, str]:
    return {key: view.gettext(text) for key, text in labels.items()}
