"""``/workbench/badges``: the criteria of high-quality datasets, where they are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.service import Action, Principal
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.http.access import Bearer
from catalog_service.http.desk_forms import Worker, receive_fields, sender
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import PRIVATE
from catalog_service.quality.badges.criteria import criteria_versions, put_criteria
from catalog_service.quality.badges.model import KINDS, OF, WORK
from catalog_service.quality.badges.naming import about
from catalog_service.quality.badges.table_file import HEADINGS, cells_of, checked
from catalog_service.site.desk import render_desk
from catalog_service.site.rendering import View
from ontology.dates import read_date
from ontology.errors import AtlasError, Named
from translations import N_

router = APIRouter(include_in_schema=False)

_SHOWN_AGAIN: Final = (403, 409, 422)
_SPARE: Final = 3
"""Empty rows below those that are filled in."""

_Row = Mapping[str, str]


@router.get(WORK)
def desk_page(request: Request, atlas: Atlas, worker: Worker) -> Response:
    """The newest version of the table, to be changed, and all versions before."""
    worker.require(Action.BADGE_SET, None)
    versions = criteria_versions(atlas)
    rows = [
        dict(zip(HEADINGS, cells_of(one), strict=True))
        for one in (versions[-1].criteria if versions else ())
    ]
    return _page(View(request), atlas, worker, rows)


@router.post(WORK)
async def write(request: Request, atlas: Atlas, bearer: Bearer) -> Response:
    """Keep another version of the table."""
    fields = await receive_fields(request)

    def work() -> Response:
        form = {name: values[0] for name, values in fields.items()}
        worker = sender(request, form, bearer)
        worker.require(Action.BADGE_SET, None)
        rows = _rows(fields)
        try:
            day = _day(form, atlas.clock.today())
            put_criteria(atlas, worker, checked(rows, atlas.rules), day, form.get("origin", ""))
        except AtlasError as error:
            if error.kind.status not in _SHOWN_AGAIN:
                raise
            given = [one for one in rows if any(one.values())]
            return _page(View(request), atlas, worker, given, form, error)
        return RedirectResponse(View(request).link(WORK), 303, PRIVATE)

    return await run_in_pool(thread_pools(request).writes, work)


def _rows(fields: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    count = max((len(fields.get(name, ())) for name in HEADINGS), default=0)
    return [
        {name: (list(fields.get(name, ())) + [""] * count)[number] for name in HEADINGS}
        for number in range(count)
    ]


def _page(
    view: View,
    atlas: Service,
    worker: Principal,
    rows: Sequence[_Row],
    form: Mapping[str, str] | None = None,
    problem: AtlasError | None = None,
) -> Response:
    today = atlas.clock.today()
    given = form or {}
    return render_desk(
        view,
        worker,
        "badge_criteria_at_work.html",
        WORK,
        [(view.gettext("High-quality criteria"), None)],
        200 if problem is None else problem.kind.status,
        problem=problem,
        rows=[*rows, *([dict.fromkeys(HEADINGS, "")] * _SPARE)],
        kinds=KINDS,
        offered=[
            (kind, [(of, about(view, atlas, kind, of)) for of in (OF[kind] or _rules(atlas))])
            for kind in KINDS
        ],
        versions=list(reversed(criteria_versions(atlas))),
        today=today.isoformat(),
        day=given.get("day", today.isoformat()),
        origin=given.get("origin", ""),
    )


def _rules(atlas: Service) -> tuple[str, ...]:
    return tuple(rule.id for rule in atlas.rules if rule.shaped)


def _day(form: Mapping[str, str], today: date) -> date:
    text = form.get("day", "").strip()
    found = read_date(text) if text else None
    if text and (found is None or found.precision != "day"):
        raise AtlasError(
            PARAMETER_INVALID,
            name=Named("day", N_("In force from")),
            value=text[:80],
            expected=today.isoformat(),
        )
    return today if found is None else found.day
