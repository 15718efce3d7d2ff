"""``/workbench/system``: health, projections, storage, who is signed in, settings."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.accounts.service import Action, require
from catalog_service.dependencies import Atlas
from catalog_service.http.desk_forms import Worker
from catalog_service.operations.service import readiness
from catalog_service.operations.system import shown_settings, storage
from catalog_service.projections.status import read_status
from catalog_service.site.desk import render_desk
from catalog_service.site.paging import part_of
from catalog_service.site.rendering import View

router = APIRouter(include_in_schema=False)

PER_PAGE: Final = 100
"""Sessions on one page."""


@router.get("/workbench/system")
def system(request: Request, atlas: Atlas, worker: Worker) -> Response:
    """How the installation is, for administrators and auditors; secrets are never shown."""
    require(worker, Action.SETTINGS_READ, None)
    view = View(request)
    status = read_status(atlas.settings.home)
    manages = worker.may(Action.USER_MANAGE, None)
    people = {one.id: one for one in atlas.accounts.people.list()} if manages else {}
    sessions = atlas.accounts.sessions.all() if manages else []
    part = part_of(view, "/workbench/system", len(sessions), PER_PAGE)
    return render_desk(
        view,
        worker,
        "system.html",
        "/workbench/system",
        [(view.gettext("System"), None)],
        ready=readiness(atlas, request.app.state.sparql_probe),
        projections=status.projections if status else (),
        head=atlas.journal.head(),
        storage=storage(atlas),
        manages=manages,
        # Who is signed in is personal: told to who manages accounts.
        sessions=[
            (one, people.get(one.person)) for one in sessions[part.offset : part.offset + PER_PAGE]
        ],
        part=part,
        settings=shown_settings(atlas),
    )
