"""``/open-list/{year}`` and ``/open-list/{year}/{organization}``: what is opened, for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.dependencies import Atlas
from catalog_service.http.identifiers import decode_segment
from catalog_service.open_list.exchange.columns import heading
from catalog_service.open_list.model import COLUMNS, Content, ListItem
from catalog_service.open_list.naming import PUBLIC, public_path, segment
from catalog_service.open_list.published import (
    announced_changes,
    counted_lists,
    public_list,
    year_of_lists,
    years,
)
from catalog_service.open_list.reasons import REASONS
from catalog_service.site.paging import part_of
from catalog_service.site.rendering import View
from ontology.vocabulary import Known, Scheme

router = APIRouter(include_in_schema=False)

PER_PAGE: Final = 25
_WORDED: Final[Mapping[str, Scheme]] = {
    "provider": "organization",
    "open_type": "open-type",
    "frequency": "frequency",
    "form": "format",
    "domain": "domain",
}
"""Fields whose words are those of a vocabulary."""

Year = Annotated[int, Path(ge=2000, le=2999)]
Words = Annotated[str, Query(max_length=200)]
Number = Annotated[int | None, Query(ge=1, le=1_000_000)]


def matching(content: Content, words: str) -> list[ListItem]:
    """Return the items in which all words stand, by title; all where there are none."""
    wanted = words.casefold().split()
    found = [
        one
        for one in content.items.values()
        if all(w in f"{one.title} {one.content} {one.description}".casefold() for w in wanted)
    ]
    return sorted(found, key=lambda one: (one.title, one.key))


def _in_english(atlas: Atlas, key: str, text: str) -> str:
    """Return what an item says, where vocabularies know it in English, too; else as it says it."""
    scheme = _WORDED.get(key)
    found = atlas.vocabulary.find_all(scheme, text) if scheme else []
    known = [one.concept.en for one in found if isinstance(one, Known)]
    return ", ".join(known) if known and len(known) == len(found) else text


@router.get(PUBLIC)
def newest_year(request: Request, atlas: Atlas) -> Response:
    """Lead to the newest year that has a list, else to this one."""
    year = max(years(atlas), default=atlas.clock.today().year)
    address = View(request).link(f"{PUBLIC}/{year}")
    return RedirectResponse(address, 303, headers={"Cache-Control": "no-cache"})


@router.get(f"{PUBLIC}/{{year}}")
def year_page(request: Request, atlas: Atlas, year: Year, q: Words = "") -> Response:
    """All lists of a year, with how many items each has, or how many of them are sought."""
    view = View(request)
    if q.strip():
        lists = [
            (version, len(content.items), len(matching(content, q)))
            for version, content in year_of_lists(atlas, year)
        ]
    else:
        lists = [(version, items, items) for version, items in counted_lists(atlas, year)]
    return view.render(
        "open_list_year.html",
        section=PUBLIC,
        trail=[(view.gettext("Open lists of {year}", year=year), None)],
        year=year,
        years=years(atlas),
        words=q,
        lists=lists,
        name_of=lambda iri: view.pick(atlas.accounts.hierarchy.names(iri)),
        path_of=lambda iri: public_path(atlas.vocabulary, iri, year),
    )


@router.get(f"{PUBLIC}/{{year}}/{{organization}}")
def list_page(
    request: Request,
    atlas: Atlas,
    year: Year,
    organization: str,
    q: Words = "",
    version: Number = None,
) -> Response:
    """One list as it counts today, or a version of it; its versions, and what is announced."""
    view = View(request)
    found = public_list(atlas, year, decode_segment(organization), version)
    path = public_path(atlas.vocabulary, found.version.organization, year)
    items = matching(found.content, q)
    given = (("q", q), ("version", "" if version is None else str(version)))
    own = [(name, value) for name, value in given if value]
    part = part_of(view, path, len(items), PER_PAGE, own)
    name = view.pick(atlas.accounts.hierarchy.names(found.version.organization))
    return view.render(
        "open_list.html",
        section=PUBLIC,
        trail=[
            (view.gettext("Open lists of {year}", year=year), view.link(f"{PUBLIC}/{year}")),
            (name, None),
        ],
        year=year,
        name=name,
        words=q,
        path=path,
        found=found,
        announced=announced_changes(atlas, found),
        codes={code: view.gettext(one.label) for code, one in REASONS.items()},
        part=part,
        items=items[part.offset : part.offset + PER_PAGE],
        said=lambda key, text: text if view.lang == "zh" else _in_english(atlas, key, text),
        columns=[(key, heading(key, view.lang)) for key in COLUMNS],
        address=f"/api/v1/open-list/{year}/{segment(atlas.vocabulary, found.version.organization)}",
    )
