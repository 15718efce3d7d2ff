"""``/source-catalog/conflicts``: data items with more than one source; for stewards."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.accounts.service import Action, require_somewhere
from catalog_service.dependencies import Atlas
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import PRIVATE, receive_form, sender_of
from catalog_service.links import page_path
from catalog_service.site.rendering import View
from catalog_service.source_catalog.conflicts import conflicts
from catalog_service.source_catalog.model import CONFLICTS, Conflict
from catalog_service.source_catalog.service import RULE

router = APIRouter(include_in_schema=False)


@router.get("/source-catalog/conflicts")
def conflicts_form(request: Request) -> Response:
    """What the page is for, and the form that opens it."""
    return _render(View(request), None, "")


@router.post("/source-catalog/conflicts")
async def show_conflicts(request: Request, atlas: Atlas) -> Response:
    """Show the conflicts, for a steward whose token the form sends."""
    form = await receive_form(request)

    def work() -> Response:
        steward = require_somewhere(sender_of(request, form), Action.SOURCE_CATALOG_EDIT)
        within = steward.organizations(Action.SOURCE_CATALOG_EDIT)
        return _render(View(request), conflicts(atlas, within), atlas.settings.base_iri)

    return await run_in_pool(thread_pools(request).checks, work)


def _render(view: View, found: list[Conflict] | None, base: str) -> Response:
    return view.render(
        "source_conflicts.html",
        headers=PRIVATE if found is not None else {},
        section="",
        trail=[
            (view.gettext("Source catalogue"), view.link("/source-catalog")),
            (view.gettext("Conflicts"), None),
        ],
        found=found,
        kinds=[(kind, [one for one in found or [] if one.kind == kind]) for kind in CONFLICTS],
        rule=RULE,
        path_of=lambda iri: view.link(page_path(base, iri)),
    )
