"""``/workbench``: what waits for whoever is signed in."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.dependencies import Atlas
from catalog_service.http.desk_forms import Worker
from catalog_service.site.desk import render_desk
from catalog_service.site.rendering import View
from catalog_service.workbench.service import what_waits

router = APIRouter(include_in_schema=False)

SOON: Final = 3
"""Days before it is due from which on a line is told to be due soon."""


@router.get("/workbench")
def workbench(request: Request, atlas: Atlas, worker: Worker) -> Response:
    """What waits, the first due first."""
    view = View(request)
    waiting, failed = what_waits(atlas, worker, request.app.state.waiting)
    return render_desk(
        view,
        worker,
        "workbench.html",
        "/workbench",
        [],
        waiting=waiting,
        failed=failed,
        kinds=request.app.state.waiting,
        label_of=lambda kind: view.gettext(kind.label),
        task_of=lambda kind: view.gettext(kind.task),
        today=atlas.clock.today(),
        soon=SOON,
    )


@router.get("/workbench/keys")
def keys(request: Request, worker: Worker) -> Response:
    """The keys by which lists are worked through, which a script gives."""
    view = View(request)
    return render_desk(view, worker, "keys.html", "/workbench/keys", [(view.gettext("Keys"), None)])
