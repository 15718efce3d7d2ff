"""``/workbench/datasets/{draft}``: the form of a draft, its review, and what is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from catalog_service.accounts.service import Action as Right
from catalog_service.accounts.service import Principal
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.editing import releasing, service
from catalog_service.editing.acting import Worker
from catalog_service.editing.checking import check
from catalog_service.editing.draft_forms import (
    DraftForm,
    choices,
    read_form,
    version_of,
    written,
)
from catalog_service.editing.draft_view import (
    conflict_page,
    form_page,
    notes_of,
    review_page,
    summary_of,
)
from catalog_service.editing.errors import DATASET_CHANGED, DRAFT_VIOLATES
from catalog_service.editing.model import Draft, Saved
from catalog_service.editing.page_parts import PATH, see
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.http.errors import REASON_NEEDED
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import PRIVATE, reason_of, receive_form
from catalog_service.site.rendering import View
from ontology.errors import AtlasError

router = APIRouter(include_in_schema=False)

MOST_FIELDS: Final = 5_000
"""Fields of a form, as many as a form of a session may have: some 900 data items."""

_STEPS: Final = ("discard", "take-back", "release", "return", "take-in")


@router.get("/workbench/datasets/{draft}")
def draft_page(
    request: Request,
    atlas: Atlas,
    principal: Worker,
    draft: str,
    all: str = "",  # noqa: A002 - the name in the address
    add: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """The form of a draft, or for whoever may not write it what it changes."""
    found = service.read(atlas, principal, draft)
    if not found.can_be_written or not principal.may(Right.DATASET_EDIT, found.organization):
        return review_page(request, atlas, principal, found)
    return form_page(request, atlas, principal, found, complete=all == "yes", add=add)


@router.get("/workbench/datasets/{draft}/compare")
def compare_page(request: Request, atlas: Atlas, principal: Worker, draft: str) -> Response:
    """What a draft changes in the catalogue."""
    found = service.read(atlas, principal, draft)
    return review_page(request, atlas, principal, found, back=found.can_be_written)


@router.post("/workbench/datasets/{draft}")
async def write_draft(request: Request, atlas: Atlas, principal: Worker, draft: str) -> Response:
    """Save a draft, or do the next step with it."""
    form = await receive_form(request, MOST_FIELDS)

    def work() -> Response:
        found = service.read(atlas, principal, draft)
        action = form.get("action", "save")
        if action in _STEPS:
            return _step(request, atlas, principal, found, form)
        sent = read_form(form)
        return _save(request, atlas, principal, found, form, sent)

    return await run_in_pool(thread_pools(request).writes, work)


def _save(
    request: Request,
    atlas: Service,
    principal: Principal,
    draft: Draft,
    form: Mapping[str, str],
    sent: DraftForm,
) -> Response:
    before = service.record_at(atlas, draft, sent.version)
    record = written(atlas, before, sent)
    saved = service.save(atlas, principal, draft, record, version=sent.version)
    if not saved.is_written and saved.merged is not None:
        chosen = choices(form, saved.merged.contradictions, saved.draft.version)
        if chosen:
            saved = service.save(
                atlas, principal, draft, record, version=sent.version, choices=chosen
            )
    if sent.action == "autosave":
        return _told(request, atlas, saved, sent)
    if not saved.is_written:
        return conflict_page(request, atlas, principal, saved, form)
    here = f"{PATH}/{draft.id}"
    more = {"all": "yes"} if sent.complete else {}
    if sent.action == "submit":
        return _submit(request, atlas, principal, saved.draft, complete=sent.complete)
    if saved.merged is not None:
        return form_page(
            request, atlas, principal, saved.draft, complete=sent.complete, saved=saved
        )
    if sent.action in ("add", "paste", "up", "down", "remove"):
        anchor = sent.target.partition("/")[0] if sent.action != "add" else sent.target
        adds = {"add": sent.target} if sent.action == "add" else {}
        return see(request, f"{here}#f-{anchor.replace('/', '.')}", **more, **adds)
    return see(request, here, **more)


def _submit(
    request: Request, atlas: Service, principal: Principal, draft: Draft, *, complete: bool
) -> Response:
    try:
        releasing.submit(atlas, principal, draft, version=draft.version)
    except AtlasError as error:
        if error.kind not in (DRAFT_VIOLATES, DATASET_CHANGED):
            raise
        return form_page(request, atlas, principal, draft, complete=complete, problem=error)
    return see(request, f"{PATH}/{draft.id}")


def _step(
    request: Request,
    atlas: Service,
    principal: Principal,
    draft: Draft,
    form: Mapping[str, str],
) -> Response:
    action = form["action"]
    here = f"{PATH}/{draft.id}"
    if action == "take-in":
        saved = releasing.take_in(atlas, principal, draft)
        return form_page(request, atlas, principal, saved.draft, complete=False, saved=saved)
    version = version_of(form)
    given = form.get("reason", "").strip()
    try:
        if action == "discard":
            releasing.discard(atlas, principal, draft)
            return see(request, PATH)
        if action == "take-back":
            releasing.take_back(atlas, principal, draft)
        elif action == "release":
            reason = reason_of(form) if given else ""
            releasing.release(atlas, principal, draft, version=version, reason=reason)
        else:
            reason = reason_of(form)
            releasing.send_back(atlas, principal, draft, version=version, reason=reason)
    except AtlasError as error:
        if error.kind not in (DRAFT_VIOLATES, DATASET_CHANGED, PARAMETER_INVALID, REASON_NEEDED):
            raise
        return review_page(request, atlas, principal, draft, problem=error, reason=given)
    return see(request, here)


def _told(request: Request, atlas: Service, saved: Saved, sent: DraftForm) -> Response:
    """Answer the script that saves as one types: the version, and what stands beside fields."""
    view = View(request)
    if saved.merged is not None:
        return JSONResponse({"elsewhere": True}, 409, PRIVATE)
    found = check(atlas, saved.draft.record)
    notes = notes_of(atlas, view, found)
    return JSONResponse(
        {
            "version": saved.draft.version,
            "nodes": dict(sent.entries.nodes()),
            "conforms": found.conforms,
            "notes": {
                place: [
                    {
                        "severity": note.severity,
                        "label": view.label("severity", note.severity),
                        "rule": note.rule,
                        "text": note.text,
                    }
                    for note in beside
                ]
                for place, beside in notes.items()
            },
            "summary": summary_of(atlas, view, saved.draft, found),
        },
        headers=PRIVATE,
    )
