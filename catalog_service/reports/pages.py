"""``/reports``: reports as pages with pictures and tables, and as files."""

from __future__ import annotations

from datetime import date
from importlib.metadata import version
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from catalog_service.charged_work import respond_charged
from catalog_service.course_chart import chart
from catalog_service.dependencies import Atlas
from catalog_service.http.conditional_requests import not_modified
from catalog_service.http.identifiers import decode_segment
from catalog_service.http.language import choose_language
from catalog_service.http.representations import digest
from catalog_service.quality.service import METRICS
from catalog_service.reports.files import FORMATS, file_name
from catalog_service.reports.outcomes import as_json
from catalog_service.reports.owed import owed
from catalog_service.reports.service import (
    CITY,
    CITY_NAME,
    MONTHS,
    PATH,
    Period,
    Report,
    compose,
    last_counted,
    named,
    organizations_on,
    periods,
    report_path,
    segment,
)
from catalog_service.reports.wording import Words
from catalog_service.site.rendering import View
from translations import Lang

router = APIRouter(include_in_schema=False)

MOST_PERIODS: Final = 60

Day = Annotated[date | None, Query()]


@router.get(PATH)
def reports_page(request: Request, atlas: Atlas) -> Response:
    """Which reports there are."""
    view = View(request)
    day = last_counted(atlas)
    found = periods(atlas)
    return view.render(
        "reports.html",
        section=PATH,
        trail=[(view.gettext("Reports"), None)],
        day=day,
        periods=found[:MOST_PERIODS],
        owed=owed(atlas)[:MOST_PERIODS],
        newest=[next(one for one in found if one.kind == kind) for kind in MONTHS if found],
        organizations=[] if day is None else organizations_on(atlas, day),
        path_of=lambda period, iri: report_path(atlas.vocabulary, period, iri),
        city=CITY,
    )


@router.get(f"{PATH}/{{period}}")
def period_page(request: Request, atlas: Atlas, period: str) -> Response:
    """Lead to the city's report."""
    path = report_path(atlas.vocabulary, Period.named(period), CITY)
    return RedirectResponse(View(request).link(path), 303, headers={"Cache-Control": "no-cache"})


@router.get(f"{PATH}/{{period}}/{{organization}}")
async def report_page(
    request: Request, atlas: Atlas, period: str, organization: str, day: Day = None
) -> Response:
    """One report; with an ending (``city.docx``) as a file, which is charged as a query is."""
    asked = decode_segment(organization)
    name, dot, ending = asked.rpartition(".")
    is_file = bool(dot) and ending in FORMATS

    def work() -> Response:
        of = named(atlas, name if is_file else asked)
        report = compose(atlas, Period.named(period), of, day)
        return _file(request, atlas, report, ending) if is_file else _page(request, atlas, report)

    if is_file:
        return await respond_charged(request, atlas, work)
    return await run_in_threadpool(work)


def _page(request: Request, atlas: Atlas, report: Report) -> Response:
    view = View(request)
    iri, of = report.organization.iri, report.period
    path = report_path(atlas.vocabulary, of, iri)
    words = Words(view.lang)
    return view.render(
        "report.html",
        section=PATH,
        trail=[
            (view.gettext("Reports"), view.link(PATH)),
            (of.name, None if iri == CITY else view.link(f"{PATH}/{of.name}/{CITY_NAME}")),
            *([] if iri == CITY else [(words.name(report.organization), None)]),
        ],
        report=report,
        words=words,
        path=path,
        day=None if report.is_whole else report.day.isoformat(),
        charts={one.kind.name: chart(one.comparable) for one in report.lines if one.kind.is_share},
        formats=FORMATS,
        path_of=lambda other: report_path(atlas.vocabulary, of, other),
        before=report_path(atlas.vocabulary, of.before, iri),
        metrics_of=lambda figure, publisher: _metric_link(view, figure, publisher),
        publisher=iri if atlas.accounts.hierarchy.is_known(iri) else None,
    )


def _metric_link(view: View, figure: str, publisher: str | None) -> str | None:
    """Return where a figure is told day by day, of a publisher's own datasets or of all."""
    if figure not in METRICS:
        return None
    return view.link(
        "/quality", metric=None if figure == METRICS[0] else figure, publisher=publisher
    )


def file_tag(report: Report, lang: Lang, ending: str, program: str) -> str:
    """Return the strong ETag of a file: another program may word or typeset a report otherwise."""
    return f'"{digest(as_json(report) + program.encode())}-{lang}-{ending}"'


def _file(request: Request, atlas: Atlas, report: Report, ending: str) -> Response:
    lang = choose_language(request.query_params, request.headers)
    form = FORMATS[ending]
    name = segment(atlas.vocabulary, report.organization.iri)
    plain = "".join(one if one.isalnum() or one in "-_" else "-" for one in name)
    # The same report is the same bytes: what it says is asked for before the file is made.
    tag = file_tag(report, lang, ending, version("shanghai-data-atlas"))
    headers = {
        "Content-Disposition": f'attachment; filename="{file_name(report, plain, ending)}"',
        "Cache-Control": "no-cache",
        "Content-Language": lang,
        "ETag": tag,
        "Vary": "Accept-Language",
    }
    unchanged = not_modified(request, tag, headers)
    return unchanged or Response(
        form.write(report, lang), media_type=form.media_type, headers=headers
    )
