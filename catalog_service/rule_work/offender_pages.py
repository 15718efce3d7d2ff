"""``/rules/{rule}/records``: the public records in which a rule finds something, to be mended."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.accounts.service import Action
from catalog_service.dependencies import Atlas
from catalog_service.editing.service import may_edit
from catalog_service.http.access import Bearer
from catalog_service.http.identifiers import decode_segment
from catalog_service.rule_work.choices import offered_organizations
from catalog_service.rule_work.offenders import (
    count_offenders,
    list_offenders,
    offending_publishers,
)
from catalog_service.rule_work.parameters import Organization
from catalog_service.site.paging import part_of
from catalog_service.site.rendering import View
from catalog_service.sources.service import titles

router = APIRouter(include_in_schema=False)

PER_PAGE: Final = 25


@router.get("/rules/{rule_id}/records")
def offenders_page(
    request: Request,
    atlas: Atlas,
    bearer: Bearer,
    rule_id: str,
    organization: Organization = None,
) -> Response:
    """With the value and the place of each, and the ways to mend it for whoever may."""
    view = View(request)
    rule = atlas.rules.get(decode_segment(rule_id))
    over = organization or None
    path = f"/rules/{rule.id}/records"
    total = count_offenders(atlas, rule.id, over)
    own = [("organization", over)] if over else []
    part = part_of(view, path, total, PER_PAGE, own)
    # A page of a session is kept by nobody: what others are given stays the same.
    worker = bearer if view.session is not None else None
    offered = offered_organizations(atlas, view, offending_publishers(atlas, rule.id))
    return view.render(
        "rule_offenders.html",
        section="/rules",
        trail=[
            (view.gettext("Register of rules"), view.link("/rules")),
            (rule.id, view.link(f"/rules/{rule.id}")),
            (view.gettext("Records to be mended"), None),
        ],
        rule=rule,
        part=part,
        path=path,
        organization=over,
        offered=offered,
        records=list_offenders(atlas, rule.id, over, part.offset, PER_PAGE),
        may_edit=lambda source: worker is not None and may_edit(atlas, worker, source),
        may_ask=lambda source: worker is not None and worker.may_over(Action.RULE_ASK, source),
        sources=titles(atlas.journal),
    )
