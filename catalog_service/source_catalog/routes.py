"""``/api/v1/source-catalog``: which department a data item comes from, and conflicts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from catalog_service.accounts.service import require_admin
from catalog_service.dependencies import Atlas
from catalog_service.http.access import Bearer
from catalog_service.source_catalog import service
from catalog_service.source_catalog.outcomes import (
    ConflictAnswer,
    ItemAnswer,
    conflict_answer,
    item_answer,
)

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
    after: Annotated[str, Query(max_length=1_000)] = "",
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> ItemsAnswer:
    """The source catalogue (数源目录), by data item. The claims on one item stay on one page."""
    found = service.items(atlas, after=after, limit=limit + 1)
    if len(found) <= limit:
        return ItemsAnswer(items=[item_answer(one) for one in found], next=None)
    whole = [one for one in found if one.key != found[-1].key]
    if not whole:
        # More claims on one item than a page holds: all that a page may show.
        whole = found[:limit]
    return ItemsAnswer(items=[item_answer(one) for one in whole], next=whole[-1].key)


@router.get("/conflicts", summary="Data items with more than one source, for the administrator")
def list_conflicts(*, atlas: Atlas, bearer: Bearer) -> ConflictsAnswer:
    """Two departments claim an item, or a dataset collects what is another's."""
    require_admin(bearer)
    return ConflictsAnswer(conflicts=[conflict_answer(one) for one in service.conflicts(atlas)])
