"""``/dumps/``: the whole catalogue as files, for whoever wants it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.clock import SHANGHAI
from catalog_service.dependencies import Atlas
from catalog_service.dumps.service import PATH
from catalog_service.http.negotiation import choose
from catalog_service.http.representations import see_other
from catalog_service.output_formats import HTML, JSON
from catalog_service.site.rendering import View

router = APIRouter(include_in_schema=False)


@router.get(PATH)
@router.get(PATH.rstrip("/"))
def dumps_page(request: Request, atlas: Atlas) -> Response:
    """The newest dump with its files and checksums, and the earlier ones."""
    view = View(request)
    found = atlas.dumps.listed()
    return view.render(
        "dumps.html",
        section="/dumps/",
        trail=[(view.gettext("The whole catalogue as files"), None)],
        newest=found[0] if found else None,
        earlier=found[1:],
        time_of=lambda moment: moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        size_of=shown_size,
        address=f"{atlas.settings.public_url}{PATH}",
    )


@router.get(PATH + "{name}")
@router.get(PATH + "{name}/")
def dump_page(request: Request, atlas: Atlas, name: str) -> Response:
    """What stands behind the beginning of a file's address: the list, or the dump's manifest."""
    found = atlas.dumps.find(name)
    form = choose(request.headers.get("accept"), (JSON, HTML), strict=False)
    return see_other(PATH if form is HTML else f"{PATH}{found.name}/manifest.json")


def shown_size(count: int) -> str:
    """Return a number of bytes in the units of files, which are the same in both languages."""
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{count / size:,.1f} {unit}"
    return f"{count} B"
