"""``/feeds/reports.atom``: reports whose periods are over, as a feed (RFC 4287)."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from catalog_service.atom import ATOM, add_author, add_entry, add_link, begun, written
from catalog_service.dependencies import Atlas
from catalog_service.http.language import choose_language
from catalog_service.reports.files import FORMATS
from catalog_service.reports.measuring import end_of
from catalog_service.reports.service import PATH, name_of, named, periods, report_path
from catalog_service.reports.wording import Words

router = APIRouter(tags=["feeds"])

FEED: Final = "/feeds/reports.atom"
MOST: Final = 50


@router.get(
    FEED,
    summary="Reports as a feed",
    response_class=Response,
    responses={200: {"content": {ATOM: {}}}},
)
def report_feed(
    request: Request,
    atlas: Atlas,
    organization: Annotated[
        str, Query(max_length=1_024, description="IRI, code or name; without: the city.")
    ] = "",
) -> Response:
    """Those of the city, or of an organization: months, quarters and years, the newest first."""
    lang = choose_language(request.query_params, request.headers)
    of = name_of(atlas, named(atlas, organization))
    words, base = Words(lang), atlas.settings.public_url
    today = atlas.clock.today()
    ended = [one for one in periods(atlas) if one.last < today][:MOST]
    own = f"?organization={organization}" if organization else ""
    root = begun(
        lang,
        f"{atlas.settings.base_iri}{FEED}{own}",
        words.gettext("Reports on open data: {name}", name=words.name(of)),
        end_of(ended[0].last) if ended else atlas.clock.now(),
    )
    add_link(root, "alternate", "text/html", base + PATH)
    add_author(root, words.gettext("Shanghai Data Atlas"))
    for one in ended:
        path = report_path(atlas.vocabulary, one, of.iri)
        iri = atlas.settings.base_iri + path
        entry = add_entry(root, iri, words.title_of(one, of), end_of(one.last))
        add_link(entry, "alternate", "text/html", base + path)
        for ending, form in FORMATS.items():
            add_link(
                entry, "enclosure", form.media_type.partition(";")[0], f"{base}{path}.{ending}"
            )
    return Response(
        written(root),
        media_type=ATOM,
        headers={"Cache-Control": "no-cache", "Vary": "Accept-Language"},
    )
