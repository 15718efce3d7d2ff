"""``/api/v1/source-catalog``: which department a data item comes from, and conflicts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response, StreamingResponse

from catalog_service.accounts.service import Action, require_somewhere
from catalog_service.dependencies import Atlas
from catalog_service.http.access import Bearer
from catalog_service.http.conditional_requests import not_modified
from catalog_service.http.identifiers import decode_segment
from catalog_service.source_catalog import service
from catalog_service.source_catalog.conflicts import conflicts
from catalog_service.source_catalog.linked_data import item_iri
from catalog_service.source_catalog.outcomes import (
    ConflictAnswer,
    HistoryAnswer,
    ItemAnswer,
    change_answer,
    conflict_answer,
    item_answer,
)
from catalog_service.source_catalog.rights import may_edit_item
from catalog_service.source_catalog.table_file import write_items

router = APIRouter(prefix="/api/v1/source-catalog", tags=["sources"])


class ItemsAnswer(BaseModel):
    """One page of data items, by key; ``next`` is the ``after`` of the next page."""

    items: list[ItemAnswer]
    next: str | None


class ConflictsAnswer(BaseModel):
    """Data items with more than one source."""

    conflicts: list[ConflictAnswer]


@router.get("", summary="Which department each data item comes from")
def list_items(
    *,
    atlas: Atlas,
    q: Annotated[str, Query(max_length=200, description="Words of their names.")] = "",
    department: Annotated[
        str, Query(max_length=200, description="Only its items, by any of its names.")
    ] = "",
    after: Annotated[str, Query(max_length=1_000)] = "",
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> ItemsAnswer:
    """The source catalogue (数源目录), by data item. The claims on one item stay on one page."""
    base, wanted = atlas.settings.base_iri, service.Filter(q, department)
    found, more = service.items_on_page(atlas, wanted, after=after, limit=limit)
    return ItemsAnswer(
        items=[item_answer(one, base) for one in found], next=found[-1].key if more else None
    )


@router.get(
    ".csv",
    summary="The source catalogue as a table",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}},
)
def export_items(atlas: Atlas) -> Response:
    """All data items in UTF-8, as a table that can be taken in again."""
    lines = write_items(one.claim for one in service.items(atlas))
    headers = {
        "Content-Disposition": 'attachment; filename="source-catalog.csv"',
        "Cache-Control": "no-cache",
    }
    return StreamingResponse(lines, headers=headers, media_type="text/csv; charset=utf-8")


@router.get("/conflicts", summary="Data items with more than one source, for stewards")
def list_conflicts(*, atlas: Atlas, bearer: Bearer) -> ConflictsAnswer:
    """Two departments claim an item, or a dataset collects what is another's.

    Of one's organizations, as far as one's right is over some.
    """
    within = require_somewhere(bearer, Action.SOURCE_CATALOG_EDIT).organizations(
        Action.SOURCE_CATALOG_EDIT
    )
    return ConflictsAnswer(conflicts=[conflict_answer(one) for one in conflicts(atlas, within)])


@router.get("/{item}", summary="One data item of the source catalogue", response_model=ItemAnswer)
def get_item(request: Request, atlas: Atlas, item: str) -> Response:
    """A department's claim on a data item; its ``ETag`` begins with the version."""
    found = service.item(atlas, decode_segment(item))
    tag = f'"{found.version}-json"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    answer = item_answer(found, atlas.settings.base_iri).model_dump(mode="json")
    return not_modified(request, tag, headers) or JSONResponse(answer, headers=headers)


@router.get("/{item}/history", summary="The changes of a data item")
def get_history(atlas: Atlas, bearer: Bearer, item: str) -> HistoryAnswer:
    """Every change, of removed items too; who made it and why is told to stewards."""
    item_id = decode_segment(item)
    steward = may_edit_item(atlas, bearer, item_id)
    changes = [change_answer(one, steward=steward) for one in service.history(atlas, item_id)]
    iri = item_iri(atlas.settings.base_iri, item_id)
    return HistoryAnswer(id=item_id, iri=iri, changes=changes)
