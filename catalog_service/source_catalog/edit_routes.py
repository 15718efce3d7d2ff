"""Writing to ``/api/v1/source-catalog``: single data items and whole tables, for stewards."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, StringConstraints
from starlette.responses import JSONResponse, Response

from catalog_service.accounts.service import Action, require_somewhere
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.errors import BODY_EMPTY, PARAMETER_INVALID
from catalog_service.http.access import Bearer, guarded
from catalog_service.http.conditional_requests import demanded
from catalog_service.http.identifiers import decode_segment
from catalog_service.http.request_bodies import receive_bytes
from catalog_service.http.thread_pools import run, thread_pools
from catalog_service.http.token_forms import MAX_REASON, Reason
from catalog_service.source_catalog.department_names import unknown_department
from catalog_service.source_catalog.editing import (
    ANYTHING,
    Edit,
    Edited,
    add_item,
    remove_item,
    set_item,
)
from catalog_service.source_catalog.identity import MAX_NAME, MAX_TEXT
from catalog_service.source_catalog.importing import import_items, preview_import
from catalog_service.source_catalog.model import ImportResult, ItemChange, SourceItem
from catalog_service.source_catalog.outcomes import (
    ChangeAnswer,
    EditedAnswer,
    ImportAnswer,
    change_answer,
    edited_answer,
    import_answer,
)
from catalog_service.source_catalog.rights import (
    demanded_of,
    require_department,
    require_item,
)
from catalog_service.source_catalog.table_file import MAX_UPLOAD, UPLOADED, read_table
from harvesters.readers.files import Input
from ontology.errors import AtlasError, Named, Phrase
from translations import N_

router = APIRouter(
    prefix="/api/v1/source-catalog",
    tags=["stewards"],
    route_class=guarded(Action.SOURCE_CATALOG_EDIT),
)

Name = Annotated[str, StringConstraints(min_length=1, max_length=MAX_NAME)]
Text = Annotated[str, StringConstraints(max_length=MAX_TEXT)]
Why = Annotated[
    str, Query(min_length=1, max_length=MAX_REASON, description="It stays in the history.")
]


class ItemBody(BaseModel):
    """A data item as its department claims it, and why it is written so."""

    model_config = ConfigDict(extra="forbid")

    item: Name
    department: Name
    source: Text = ""
    mechanism: Text = ""
    quality: Text = ""
    use: Text = ""
    reason: Reason

    @property
    def claim(self) -> SourceItem:
        """The claim without the reason."""
        return SourceItem(
            self.item, self.department, self.source, self.mechanism, self.quality, self.use
        )


@router.post(
    "",
    summary="Add a data item to the source catalogue",
    response_model=EditedAnswer,
    status_code=201,
    responses={409: {"description": "It is there already"}},
)
async def post_item(*, request: Request, atlas: Atlas, bearer: Bearer, body: ItemBody) -> Response:
    """A department's claim on a data item that is not there yet."""

    def work() -> Edited:
        actor = require_department(atlas, bearer, body.department).actor
        return add_item(atlas, body.claim, Edit(actor, body.reason))

    return _edited(atlas, await run(thread_pools(request).writes, work))


@router.post(
    "/import",
    summary="Take a table into the source catalogue, or see what it would change",
    response_model=ImportAnswer,
)
async def post_table(
    *,
    request: Request,
    atlas: Atlas,
    bearer: Bearer,
    reason: Annotated[
        str,
        Query(max_length=MAX_REASON, description="It stays in the history; needed but to preview."),
    ] = "",
    dry_run: bool = False,
    state: Annotated[
        int | None, Query(ge=0, description="Only where the catalogue still is in this state.")
    ] = None,
) -> ImportAnswer:
    """Body: CSV, XLSX, XLS or ODS. ``dry_run`` tells the differences and the ``state``."""
    content = await receive_bytes(request, MAX_UPLOAD)
    if not reason.strip() and not dry_run:
        expected = Phrase("1–{most} characters", {"most": MAX_REASON})
        raise AtlasError(
            PARAMETER_INVALID, name=Named("reason", N_("Reason")), value="", expected=expected
        )
    if not content:
        raise AtlasError(BODY_EMPTY, expected="CSV, XLSX, XLS, ODS")

    def work() -> ImportResult:
        table = read_table(Input("body", content=content), UPLOADED)
        actor = require_somewhere(bearer, Action.SOURCE_CATALOG_EDIT).actor
        demand = demanded_of(bearer)
        if dry_run:
            return preview_import(atlas, table, demand)
        return import_items(
            atlas, table, actor=actor, reason=reason.strip(), state=state, demand=demand
        )

    return import_answer(await run(thread_pools(request).writes, work), dry_run=dry_run)


@router.put(
    "/{item}",
    summary="Write a data item of the source catalogue",
    response_model=EditedAnswer,
    responses={
        201: {"description": "It was added again"},
        409: {"description": "The body is another claim"},
        412: {"description": "If-Match does not hold"},
    },
)
async def put_item(
    *, request: Request, atlas: Atlas, bearer: Bearer, item: str, body: ItemBody
) -> Response:
    """All texts of a claim; name and department stay the same. ``If-Match`` is honoured."""
    item_id = decode_segment(item)
    expected = demanded(request, item_id).get(item_id, ANYTHING)

    def work() -> Edited:
        # The claim that is written must be the one of the address (`item-identity`).
        actor = require_department(atlas, bearer, body.department).actor
        edit = Edit(actor, body.reason, expected)
        return set_item(atlas, body.claim, edit, item_id=item_id)

    return _edited(atlas, await run(thread_pools(request).writes, work))


@router.delete(
    "/{item}",
    summary="Remove a data item from the source catalogue",
    response_model=ChangeAnswer,
    responses={412: {"description": "If-Match does not hold"}},
)
async def delete_item(
    *, request: Request, atlas: Atlas, bearer: Bearer, item: str, reason: Why
) -> ChangeAnswer:
    """Its history stays. ``If-Match`` is honoured."""
    item_id = decode_segment(item)
    expected = demanded(request, item_id).get(item_id, ANYTHING)

    def work() -> ItemChange:
        actor = require_item(atlas, bearer, item_id).actor
        return remove_item(atlas, item_id, Edit(actor, reason, expected))

    return change_answer(await run(thread_pools(request).writes, work), steward=True)


def _edited(atlas: Service, done: Edited) -> Response:
    outside = unknown_department(atlas.vocabulary, done.item.claim.department)
    answer = edited_answer(done.status, done.item, atlas.settings.base_iri, outside)
    headers = {"ETag": f'"{done.item.version}-json"'}
    status = 200
    if done.status == "created":
        status = 201
        headers["Location"] = f"/api/v1/source-catalog/{done.item.id}"
    return JSONResponse(answer.model_dump(mode="json"), status, headers)
