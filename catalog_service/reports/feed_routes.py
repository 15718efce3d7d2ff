"""``/feeds/reports.atom``: reports whose periods are over, as a feed (RFC 4287)."""

from __future__ import annotations

from typing import Annotated, Final
from xml.etree import ElementTree as ET

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from catalog_service.dependencies import Atlas
from catalog_service.http.language import LANGUAGE_TAGS, choose_language
from catalog_service.reports.files import FORMATS
from catalog_service.reports.measuring import end_of
from catalog_service.reports.service import PATH, name_of, named, periods, report_path
from catalog_service.reports.wording import Words
from ontology.rdf_xml import NOT_XML
from ontology.texts import without_bidi

router = APIRouter(tags=["feeds"])

ATOM: Final = "application/atom+xml"
FEED: Final = "/feeds/reports.atom"
MOST: Final = 50
_NAMESPACE: Final = "http://www.w3.org/2005/Atom"


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
    root = ET.Element("feed", {"xmlns": _NAMESPACE, "xml:lang": LANGUAGE_TAGS[lang]})
    own = f"?organization={organization}" if organization else ""
    _add(root, "id", f"{atlas.settings.base_iri}{FEED}{own}")
    _add(root, "title", words.gettext("Reports on open data: {name}", name=words.name(of)))
    _add(root, "updated", (end_of(ended[0].last) if ended else atlas.clock.now()).isoformat())
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": base + PATH})
    _add(ET.SubElement(root, "author"), "name", words.gettext("Shanghai Data Atlas"))
    for one in ended:
        path = report_path(atlas.vocabulary, one, of.iri)
        entry = ET.SubElement(root, "entry")
        _add(entry, "id", atlas.settings.base_iri + path)
        _add(entry, "title", words.title_of(one, of))
        _add(entry, "updated", end_of(one.last).isoformat())
        page = {"rel": "alternate", "type": "text/html", "href": base + path}
        ET.SubElement(entry, "link", page)
        for ending, form in FORMATS.items():
            kind = form.media_type.partition(";")[0]
            link = {"rel": "enclosure", "type": kind, "href": f"{base}{path}.{ending}"}
            ET.SubElement(entry, "link", link)
    written: bytes = ET.tostring(root, "utf-8", xml_declaration=True)
    return Response(
        written,
        media_type=ATOM,
        headers={"Cache-Control": "no-cache", "Vary": "Accept-Language"},
    )


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = NOT_XML.sub("", without_bidi(text))
