"""``/source-catalog/import``: a table, what it would change, and the change; for stewards.

Nothing is kept between the two steps: the page of differences holds the rows that differ, and the
catalogue's state, so that they are not applied where somebody changed anything since.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import orjson
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.service import Action, require_somewhere
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.http.errors import FORM_INVALID
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import MAX_REASON, PRIVATE, reason_of, sender_of
from catalog_service.http.upload_forms import UploadForm, receive_upload
from catalog_service.site.rendering import View
from catalog_service.source_catalog.errors import NO_FILE
from catalog_service.source_catalog.identity import HEADINGS, checked
from catalog_service.source_catalog.importing import import_items, preview_import
from catalog_service.source_catalog.model import (
    TEXTS,
    ImportResult,
    ItemTable,
    SourceItem,
    TableRow,
)
from catalog_service.source_catalog.rights import Demand, demanded_of
from catalog_service.source_catalog.table_file import MAX_UPLOAD, UPLOADED, read_table
from harvesters.readers.files import Input
from ontology.errors import AtlasError
from ontology.limits import MIB

router = APIRouter(include_in_schema=False)

SHOWN: Final = 200
"""Differences, rows that could not be read or are repeated, and names, that a page shows."""

_REFUSALS: Final = (401, 403)
"""Statuses: of who sent it, and not of what was sent."""

_MOST: Final = 2 * MAX_UPLOAD
"""Bytes of a form: the rows that differ may be longer than the table they come from."""


@router.get("/source-catalog/import")
def import_page(request: Request) -> Response:
    """A form for a table."""
    return _render(View(request), None)


@router.post("/source-catalog/import")
async def preview_or_import(request: Request, atlas: Atlas) -> Response:
    """Show what a table would change, or change it; for a steward whose token the form sends."""
    form = await receive_upload(request, _MOST)

    def work() -> Response:
        action = form.fields.get("action", "preview")
        try:
            sender = sender_of(request, form.fields)
            principal = require_somewhere(sender, Action.SOURCE_CATALOG_EDIT)
        except AtlasError as error:
            if action != "apply" or error.kind.status not in _REFUSALS:
                raise
            return _render(View(request), None, error=error, kept=form.fields)
        if action == "preview":
            return _preview(request, atlas, form, demanded_of(principal))
        if action != "apply":
            expected = "preview, apply"
            raise AtlasError(PARAMETER_INVALID, name="action", value=action[:80], expected=expected)
        reason, actor = reason_of(form.fields), principal.actor
        state = _state_of(form)
        import_items(
            atlas,
            _differing(form),
            actor=actor,
            reason=reason,
            state=state,
            demand=demanded_of(principal),
        )
        return RedirectResponse(View(request).link("/source-catalog"), 303, PRIVATE)

    return await run_in_pool(thread_pools(request).writes, work)


def _preview(request: Request, atlas: Service, form: UploadForm, demand: Demand) -> Response:
    sent = form.files.get("file")
    if sent is None or not sent.content:
        raise AtlasError(NO_FILE)
    name = sent.name[-100:] or "table"
    table = read_table(Input(name, content=sent.content), UPLOADED)
    return _render(View(request), preview_import(atlas, table, demand), name)


def _differing(form: UploadForm) -> ItemTable:
    """Return the rows that the page of differences sends back; raises ``form-invalid``."""
    try:
        rows = orjson.loads(form.fields.get("rows", ""))
        claims = [SourceItem(*row) for row in rows]
        whole = all(isinstance(text, str) for claim in claims for text in claim.texts)
    except (TypeError, orjson.JSONDecodeError) as error:
        raise AtlasError(FORM_INVALID) from error
    if not whole:
        raise AtlasError(FORM_INVALID)
    return ItemTable(frozenset(TEXTS), [TableRow(checked(claim)) for claim in claims])


def _state_of(form: UploadForm) -> int:
    given = form.fields.get("state", "")
    if not given.isascii() or not given.isdigit() or len(given) > 18:
        raise AtlasError(FORM_INVALID)
    return int(given)


def _render(
    view: View,
    found: ImportResult | None,
    name: str = "",
    *,
    error: AtlasError | None = None,
    kept: Mapping[str, str] | None = None,
) -> Response:
    """Show the form, or the differences; of a refused change what was sent is ``kept`` in a form.

    That is not compared again: who has no token is done no work for.
    """
    fields = kept or {}
    rows = [] if found is None else [one.claim.texts for one in found.differences]
    return view.render(
        "source_import.html",
        200 if error is None else error.kind.status,
        headers=PRIVATE if found is not None or kept is not None else {},
        section="",
        trail=[
            (view.gettext("Source catalogue"), view.link("/source-catalog")),
            (view.gettext("Take in a table"), None),
        ],
        found=found,
        differences=[] if found is None else found.differences[:SHOWN],
        errors=[]
        if found is None
        else [
            (error.place.line if error.place else None, error.kind.message(view.lang, error.params))
            for error in found.errors[:SHOWN]
        ],
        repeated=[] if found is None else found.repeated[:SHOWN],
        unknown=[] if found is None else found.outside[:SHOWN],
        rows=orjson.dumps(rows).decode(),
        name=name,
        kept=None if kept is None else {name: fields.get(name, "") for name in ("rows", "state")},
        problem=None if error is None else error.message(view.lang),
        reason=fields.get("reason", "")[:MAX_REASON],
        headings=list(HEADINGS.values()),
        most_reason=MAX_REASON,
        most_upload=MAX_UPLOAD // MIB,
    )
