"""What differs between lists: at work, and between those that are public; pages and files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from catalog_service.accounts.service import Action, organization_named, require
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.http.desk_forms import Worker
from catalog_service.http.identifiers import decode_segment
from catalog_service.http.token_forms import PRIVATE
from catalog_service.open_list.compared_files import Suffix, answer
from catalog_service.open_list.comparing import Comparison, compare, compare_public
from catalog_service.open_list.exchange.columns import heading
from catalog_service.open_list.model import COLUMNS
from catalog_service.open_list.naming import PUBLIC, WORK, list_path, public_path
from catalog_service.open_list.published import public_list, years
from catalog_service.open_list.service import get, listed
from catalog_service.site.desk import render_desk
from catalog_service.site.paging import part_of
from catalog_service.site.rendering import View

router = APIRouter(include_in_schema=False)

PER_PAGE: Final = 50

Year = Annotated[int, Path(ge=2000, le=2999)]
Against = Annotated[str, Query(max_length=80)]


@router.get(f"{WORK}/{{year}}/{{organization}}/differences")
def at_work(
    request: Request,
    atlas: Atlas,
    worker: Worker,
    year: Year,
    organization: str,
    against: Against = "",
) -> Response:
    """What differs between a list at work and the catalogue, what was filed, or another year."""
    name = organization_named(atlas.vocabulary, decode_segment(organization))
    require(worker, Action.DATASET_READ_HELD, name)
    view, there = View(request), get(atlas, name, year)
    found = compare(atlas, there, against)
    path = list_path(atlas.vocabulary, name, year)
    others = [one.year for one in listed(atlas, worker) if one.organization == name]
    choices = [("catalog", view.gettext("the catalogue"))]
    if there.filing_number is not None:
        choices.append(("filed", view.gettext("what was filed last")))
    choices += [(str(one), view.gettext("the list of {year}", year=one)) for one in others]
    trail = [(view.gettext("Open lists"), view.link(WORK))]

    def render(template: str, **values: Any) -> Response:
        crumbs = [*trail, (f"{values['name']} {year}", view.link(path)), _last(view)]
        return render_desk(view, worker, template, WORK, crumbs, **values)

    return _page(atlas, view, found, path, choices, str(year), f"{path}/differences", render)


@router.get(f"{WORK}/{{year}}/{{organization}}/differences.{{suffix}}")
def file_at_work(
    request: Request,
    atlas: Atlas,
    worker: Worker,
    year: Year,
    organization: str,
    suffix: Suffix,
    against: Against = "",
) -> Response:
    """The same as JSON, as a workbook with marked changes, or as Turtle."""
    name = organization_named(atlas.vocabulary, decode_segment(organization))
    require(worker, Action.DATASET_READ_HELD, name)
    found = compare(atlas, get(atlas, name, year), against)
    return answer(atlas, View(request).lang, found, suffix, PRIVATE)


@router.get(f"{PUBLIC}/{{year}}/{{organization}}/differences")
def public_page(
    request: Request, atlas: Atlas, year: Year, organization: str, against: Against = ""
) -> Response:
    """What differs between a public list and an earlier version of it, or another year's."""
    view, asked = View(request), decode_segment(organization)
    there = public_list(atlas, year, asked)
    found = compare_public(atlas, year, asked, against)
    path = public_path(atlas.vocabulary, found.organization, year)
    choices = [
        (f"v{one.number}", view.gettext("version {number}", number=one.number))
        for one in there.versions
        if one.number != there.version.number
    ]
    choices += [(str(one), view.gettext("the list of {year}", year=one)) for one in years(atlas)]
    title = view.gettext("Open lists of {year}", year=year)

    def render(template: str, **values: Any) -> Response:
        trail = [(title, view.link(f"{PUBLIC}/{year}")), (str(values["name"]), view.link(path))]
        crumbs = [*trail, _last(view)]
        return view.render(template, section=PUBLIC, trail=crumbs, here=None, **values)

    files = f"/api/v1{path}/differences"
    return _page(atlas, view, found, path, choices, str(year), files, render)


def _last(view: View) -> tuple[str, None]:
    return view.gettext("Differences"), None


def _page(
    atlas: Service,
    view: View,
    found: Comparison,
    path: str,
    choices: list[tuple[str, str]],
    itself: str,
    files: str,
    render: Callable[..., Response],
) -> Response:
    address = f"{path}/differences"
    given = [("against", found.against)]
    part = part_of(view, address, len(found.changes), PER_PAGE, given)
    return render(
        "open_list_differences.html",
        found=found,
        name=view.pick(atlas.accounts.hierarchy.names(found.organization)),
        path=path,
        address=address,
        files=files,
        choices=[one for one in choices if one[0] != itself],
        part=part,
        changes=found.changes[part.offset : part.offset + PER_PAGE],
        columns={key: heading(key, view.lang) for key in COLUMNS},
        sides=[view.gettext(one.label, **one.params) for one in (found.before, found.after)],
    )
