"""``/api/v1/open-list``: the public lists of a year, and each list, as JSON and CSV."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response

from catalog_service.dependencies import Atlas
from catalog_service.http.identifiers import decode_segment
from catalog_service.http.language import choose_language
from catalog_service.open_list.compared_files import Suffix, answer
from catalog_service.open_list.comparing import compare_public
from catalog_service.open_list.exchange.answers import MEDIA_TYPE, workbook_answer
from catalog_service.open_list.outcomes import (
    ComparisonAnswer,
    ListAnswer,
    YearAnswer,
    YearLine,
    as_csv,
    item_answers,
    version_answer,
)
from catalog_service.open_list.published import counted_lists, public_list

router = APIRouter(prefix="/api/v1", tags=["open lists"])

Year = Annotated[int, Path(ge=2000, le=2999)]
Number = Annotated[
    int | None, Query(ge=1, le=1_000_000, description="Of a version; without: what counts today.")
]
_CSV: Final[dict[str, Any]] = {"text/csv": {}}


@router.get("/open-list/{year}", summary="The public open lists of a year")
def get_year(atlas: Atlas, year: Year) -> YearAnswer:
    """Those that count today, by organization."""
    return YearAnswer(
        year=year,
        lists=[
            YearLine(
                organization=version.organization,
                name=atlas.accounts.hierarchy.names(version.organization),
                version=version.number,
                in_force=version.in_force,
                items=items,
            )
            for version, items in counted_lists(atlas, year)
        ],
    )


@router.get(
    "/open-list/{year}/{organization}.csv",
    summary="A public open list, as a table",
    response_class=Response,
    responses={200: {"content": _CSV}},
)
def get_list_csv(atlas: Atlas, year: Year, organization: str, version: Number = None) -> Response:
    """In the regulation's columns, in UTF-8 with a header, which spreadsheets open as it is."""
    found = public_list(atlas, year, decode_segment(organization), version)
    name = f'attachment; filename="open-list-{year}.csv"'
    headers = {"Content-Disposition": name, "Cache-Control": "no-cache"}
    return Response(as_csv(found.content), media_type="text/csv; charset=utf-8", headers=headers)


@router.get(
    "/open-list/{year}/{organization}.xlsx",
    summary="A public open list, as a workbook",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {}}}},
)
def get_list_workbook(
    request: Request, atlas: Atlas, year: Year, organization: str, version: Number = None
) -> Response:
    """In the regulation's columns, in the language of the request."""
    found = public_list(atlas, year, decode_segment(organization), version)
    lang = choose_language(request.query_params, request.headers)
    name = (found.version.organization, year)
    headers = {"Cache-Control": "no-cache", "Vary": "Accept-Language"}
    return workbook_answer(atlas, lang, found.content, name, headers)


@router.get(
    "/open-list/{year}/{organization}/differences.{suffix}",
    summary="What differs between public open lists",
    response_class=Response,
    responses={
        200: {
            "model": ComparisonAnswer,
            "content": {MEDIA_TYPE: {}, "text/turtle": {}},
        }
    },
)
def get_differences(
    request: Request,
    atlas: Atlas,
    year: Year,
    organization: str,
    suffix: Suffix,
    against: Annotated[str, Query(max_length=80)] = "",
) -> Response:
    """The list that counts today against a version of it (``v1``) or another year's (``2025``).

    As JSON, as a workbook with changes marked, or as Turtle (ChangeSet vocabulary). Without
    ``against``: the version that is announced, else the one before, else last year's.
    """
    found = compare_public(atlas, year, decode_segment(organization), against)
    lang = choose_language(request.query_params, request.headers)
    headers = {"Cache-Control": "no-cache", "Vary": "Accept-Language"}
    return answer(atlas, lang, found, suffix, headers)


@router.get("/open-list/{year}/{organization}", summary="A public open list")
def get_list(atlas: Atlas, year: Year, organization: str, version: Number = None) -> ListAnswer:
    """As it counts today, or the version that is asked for, with all versions.

    ``organization`` is an IRI, a code or a name.
    """
    found = public_list(atlas, year, decode_segment(organization), version)
    return ListAnswer(
        organization=found.version.organization,
        name=atlas.accounts.hierarchy.names(found.version.organization),
        year=year,
        version=found.shown.number,
        hash=found.shown.content,
        items=item_answers(found.content),
        versions=[version_answer(one, found.replaced_by(one)) for one in found.versions],
    )
