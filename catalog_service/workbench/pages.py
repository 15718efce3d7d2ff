"""``/workbench``: what waits for whoever is signed in."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.dependencies import Atlas
from catalog_service.http.token_forms import PRIVATE
from catalog_service.site.rendering import View
from catalog_service.workbench.asking import Worker
from catalog_service.workbench.service import what_waits

router = APIRouter(include_in_schema=False)

SOON: Final = 3
"""Days before it is due from which on a line is told to be due soon."""


@router.get("/workbench")
def workbench(request: Request, atlas: Atlas, worker: Worker) -> Response:
    """What waits, the first due first."""
    view = View(request)
    waiting, failed = what_waits(atlas, worker, request.app.state.waiting)
    return view.render(
        "workbench.html",
        headers=PRIVATE,
        section="/workbench",
        trail=[(view.gettext("Workbench"), None)],
        here="/workbench",
        worker=worker,
        waiting=waiting,
        failed=failed,
        kinds=request.app.state.waiting,
        label_of=lambda kind: view.gettext(kind.label),
        task_of=lambda kind: view.gettext(kind.task),
        today=atlas.clock.today(),
        soon=SOON,
    )
