"""``/workbench/open-lists/searched``: what people searched for and the catalogue does not have."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.accounts.service import Action, require
from catalog_service.dependencies import Atlas
from catalog_service.http.desk_forms import Worker
from catalog_service.open_list.coverage.livelihood import searched_in_vain
from catalog_service.open_list.demanded import livelihood_domains
from catalog_service.open_list.naming import WORK
from catalog_service.search_log.service import counted
from catalog_service.site.desk import render_desk
from catalog_service.site.rendering import View

router = APIRouter(include_in_schema=False)

SEARCHED: Final = f"{WORK}/searched"


@router.get(SEARCHED)
def searched_page(request: Request, atlas: Atlas, worker: Worker) -> Response:
    """Searches without an answer, as far as the log of searches keeps them; for the city."""
    require(worker, Action.QUERY_LOG_READ, None)
    view = View(request)
    log = counted(atlas)
    domains = livelihood_domains(atlas.rules, atlas.clock.today())
    return render_desk(
        view,
        worker,
        "open_list_searched.html",
        WORK,
        [
            (view.gettext("Open lists"), view.link(WORK)),
            (view.gettext("Searched for in vain"), None),
        ],
        is_on=log.is_on,
        least=log.least,
        days=log.days,
        rows=searched_in_vain(atlas, domains),
        year=atlas.clock.today().year,
    )
