"""``/feeds/datasets.atom``: any search as a feed (RFC 4287), what changed last first."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from xml.etree import ElementTree as ET

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.dependencies import Atlas
from catalog_service.discovery.feeds import Feed, feed_response, read_feed
from catalog_service.discovery.model import HitAnswer
from catalog_service.discovery.parameters import parameters
from catalog_service.http.language import LANGUAGE_TAGS, choose_language
from catalog_service.links import form_path
from ontology.languages import pick
from ontology.rdf_xml import NOT_XML
from ontology.texts import without_bidi
from translations import Lang

router = APIRouter(tags=["feeds"])

ATOM: Final = "application/atom+xml"
PATH: Final = "/feeds/datasets.atom"
_NAMESPACE: Final = "http://www.w3.org/2005/Atom"


@router.get(
    PATH,
    summary="A search as a feed",
    response_class=Response,
    responses={200: {"content": {ATOM: {}}}},
    openapi_extra={"parameters": parameters("cursor")},
)
def dataset_feed(request: Request, atlas: Atlas) -> Response:
    """The datasets that a search finds, newest first, 50 at a time; ``next`` leads on."""
    lang = choose_language(request.query_params, request.headers)
    feed = read_feed(request, atlas, lang, PATH)
    return feed_response(request, _written(feed, lang, atlas.settings.public_url), ATOM)


def _written(feed: Feed, lang: Lang, base: str) -> bytes:
    root = ET.Element("feed", {"xmlns": _NAMESPACE, "xml:lang": LANGUAGE_TAGS[lang]})
    _add(root, "id", feed.iri)
    _add(root, "title", feed.title)
    _add(root, "updated", feed.updated.isoformat())
    ET.SubElement(root, "link", {"rel": "self", "type": ATOM, "href": feed.here})
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": feed.html})
    if feed.older is not None:
        ET.SubElement(root, "link", {"rel": "next", "type": ATOM, "href": feed.older})
        ET.SubElement(root, "link", {"rel": "first", "type": ATOM, "href": feed.first})
    _add(ET.SubElement(root, "author"), "name", feed.name)
    for hit, moment in feed.entries:
        _entry(root, hit, moment, lang, base)
    written: bytes = ET.tostring(root, "utf-8", xml_declaration=True)
    return written


def _entry(feed: ET.Element, hit: HitAnswer, moment: datetime, lang: Lang, base: str) -> None:
    entry = ET.SubElement(feed, "entry")
    _add(entry, "id", hit.iri)
    _add(entry, "title", hit.title)
    _add(entry, "updated", moment.isoformat())
    ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": hit.url})
    own = base + form_path(hit.source, hit.remote_id, "ttl")
    turtle = {"rel": "alternate", "type": "text/turtle", "href": own}
    ET.SubElement(entry, "link", turtle)
    for publisher in hit.publishers:
        name = pick(publisher.label, lang)
        if name:
            _add(ET.SubElement(entry, "author"), "name", name)
    if hit.description:
        _add(entry, "summary", hit.description)


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = NOT_XML.sub("", without_bidi(text))
