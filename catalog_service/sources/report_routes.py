"""``/api/v1/runs/{run}/report``: a run's report as JSON, Markdown and CSV."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse

from catalog_service.dependencies import Atlas
from catalog_service.http.access import Bearer
from catalog_service.http.identifiers import decode_segment
from catalog_service.http.language import LANGUAGE_TAGS, choose_language
from catalog_service.sources.report import Report
from catalog_service.sources.report_forms import csv_lines, markdown
from catalog_service.sources.report_model import RunReport

router = APIRouter(prefix="/api/v1", tags=["sources"])

_CSV: Final = "text/csv; charset=utf-8"
_MARKDOWN: Final = "text/markdown; charset=utf-8"

After = Annotated[int, Query(ge=0, le=2**63 - 1)]


@router.get("/runs/{run}/report", summary="The report of a run")
def get_report(
    *,
    atlas: Atlas,
    bearer: Bearer,
    run: str,
    changes_after: After = 0,
    held_after: After = 0,
    repeating_after: After = 0,
    removals_after: After = 0,
    problems_after: Annotated[int, Query(ge=-1, le=2**31 - 1)] = -1,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> RunReport:
    """What the run changed, by effect and record, as far as the public saw it.

    Stewards of the source are told all of it, what they are asked to remove, what waits and why,
    which public records repeat what the city publishes (R07), what was refused, and how that is
    mended. Each list comes in pages: give its ``next`` as ``…_after``.
    """
    report = Report(atlas, decode_segment(run), bearer)
    return report.whole(
        changes_after=changes_after,
        held_after=held_after,
        repeating_after=repeating_after,
        removals_after=removals_after,
        problems_after=problems_after,
        limit=limit,
    )


@router.get(
    "/runs/{run}/report.md",
    summary="The report of a run as Markdown",
    response_class=Response,
    responses={200: {"content": {"text/markdown": {}}}},
)
def get_report_markdown(request: Request, atlas: Atlas, bearer: Bearer, run: str) -> Response:
    """The same as text, in the language asked for; of long lists the first 1,000 entries."""
    lang = choose_language(request.query_params, request.headers)
    text = markdown(Report(atlas, decode_segment(run), bearer, wait=True), lang)
    return Response(text, headers=_headers(lang, run, "md"), media_type=_MARKDOWN)


@router.get(
    "/runs/{run}/report.csv",
    summary="The report of a run as a table",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}},
)
def get_report_csv(request: Request, atlas: Atlas, bearer: Bearer, run: str) -> Response:
    """The same as a table, a line for each change and each reason; spreadsheets open it."""
    lang = choose_language(request.query_params, request.headers)
    lines = csv_lines(Report(atlas, decode_segment(run), bearer, wait=True), lang)
    return StreamingResponse(lines, headers=_headers(lang, run, "csv"), media_type=_CSV)


def _headers(lang: str, run: str, suffix: str) -> dict[str, str]:
    name = "".join(char if char.isalnum() and char.isascii() else "-" for char in run)
    return {
        "Content-Language": "en" if lang == "en" else LANGUAGE_TAGS["zh"],
        "Content-Disposition": f'inline; filename="{name}.{suffix}"',
        "Cache-Control": "no-cache",
    }
