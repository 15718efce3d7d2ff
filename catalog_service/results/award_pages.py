"""``/results/awards``: excellent results and pilot projects by year, and by which criteria."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.dependencies import Atlas
from catalog_service.results.naming import AWARDED, PATH, SECTION, result_path
from catalog_service.results.service import AWARDS, all_criteria, held_by_year
from catalog_service.site.rendering import View

router = APIRouter(include_in_schema=False)

MOST_YEARS: Final = 10
"""Years that are shown, the newest."""


@router.get(AWARDED)
def awards_page(request: Request, atlas: Atlas) -> Response:
    """What is distinguished, the newest year first, and all criteria with their days."""
    view, title = View(request), View(request).gettext("Excellent results and pilot projects")
    labels = {code: view.pgettext("award", label) for code, label in AWARDS.items()}
    years = [
        (year, [(code, [pair for pair in found if pair[0].award == code]) for code in AWARDS])
        for year, found in list(held_by_year(atlas).items())[:MOST_YEARS]
    ]
    return view.render(
        "made_awards.html",
        section=SECTION,
        trail=[(view.gettext("Results"), view.link(PATH)), (title, None)],
        title=title,
        labels=labels,
        years=years,
        criteria=all_criteria(atlas),
        today=atlas.clock.today(),
        result_path=result_path,
    )
