"""``/api/v1/audit``: the entries of the audit, for auditors."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query
from pydantic import BaseModel

from catalog_service.accounts.service import Action, require_somewhere
from catalog_service.audit.events import EVENTS
from catalog_service.audit.service import StoredEntry, Wanted
from catalog_service.dependencies import Atlas
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.http.access import Bearer, guarded
from catalog_service.http.times import parse_start, parse_time
from ontology.errors import AtlasError

router = APIRouter(prefix="/api/v1/audit", tags=["audit"], route_class=guarded(Action.AUDIT_READ))

Text = Annotated[str | None, Query(max_length=2_000)]


class EntryAnswer(BaseModel):
    """One entry; ``hash`` is the SHA-256 of all others, ``previous`` that of the one before."""

    number: int
    time: datetime
    actor: str
    action: str
    subject: str | None
    organization: str | None
    reason: str | None
    network: str | None
    details: dict[str, Any]
    previous: str
    hash: str


class EntryPage(BaseModel):
    """One page, the newest first; ``next`` is absent on the last."""

    items: list[EntryAnswer]
    next: int | None


@router.get("", summary="Who did what, for auditors")
def list_entries(
    *,
    atlas: Atlas,
    bearer: Bearer,
    actor: Text = None,
    action: Text = None,
    subject: Text = None,
    organization: Text = None,
    start: Annotated[
        str | None, Query(alias="from", max_length=50, description="From this day or time on.")
    ] = None,
    end: Annotated[
        str | None, Query(alias="to", max_length=50, description="Up to this day, with it.")
    ] = None,
    before: Annotated[int | None, Query(ge=1, description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> EntryPage:
    """Page through the entries that fit, the newest first; of the organizations of the reader."""
    reader = require_somewhere(bearer, Action.AUDIT_READ)
    if action is not None and action not in EVENTS:
        expected = ", ".join(EVENTS)
        raise AtlasError(PARAMETER_INVALID, name="action", value=action[:80], expected=expected)
    wanted = Wanted(
        actor,
        action,
        subject,
        organization,
        None if start is None else parse_start(start),
        None if end is None else parse_time(end),
        reader.organizations(Action.AUDIT_READ),
    )
    found = atlas.audit.entries(wanted, before=before, limit=limit + 1)
    shown = found[:limit]
    more = len(found) > limit
    return EntryPage(items=[_answer(one) for one in shown], next=shown[-1].number if more else None)


def _answer(entry: StoredEntry) -> EntryAnswer:
    return EntryAnswer(
        number=entry.number,
        time=entry.time,
        actor=entry.actor,
        action=entry.action,
        subject=entry.subject,
        organization=entry.organization,
        reason=entry.reason,
        network=entry.network,
        details=orjson.loads(entry.details),
        previous=entry.previous,
        hash=entry.hash,
    )
