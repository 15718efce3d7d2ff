"""``/feeds/datasets.atom``: any search as a feed (RFC 4287), what changed last first."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final
from xml.etree import ElementTree as ET

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.discovery.model import HitAnswer
from catalog_service.discovery.parameters import (
    address_of,
    encode_cursor,
    parameters,
    read_query,
    write_query,
)
from catalog_service.discovery.service import (
    FEED_ENTRIES,
    change_times,
    named_hit,
    time_of_index,
)
from catalog_service.http.conditional_requests import not_modified
from catalog_service.http.language import LANGUAGE_TAGS, choose_language
from catalog_service.http.representations import content_tag
from catalog_service.links import form_path
from catalog_service.site.display_values import without_bidi
from ontology.languages import pick
from ontology.rdf_xml import NOT_XML
from search.model import Query, Result
from translations import Lang, translator

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
    asked = read_query(list(request.query_params.multi_items()))
    query = replace(
        asked, sort="modified", limit=FEED_ENTRIES, offset=0, facets=False, grouped=False
    )
    feed = _feed(atlas, query, atlas.search.search(query), lang)
    # Of the feed itself: what is shown can change while the index does not.
    tag = content_tag(feed)
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Language"}
    unchanged = not_modified(request, tag, headers)
    if unchanged is not None:
        return unchanged
    return Response(feed, headers=headers, media_type=ATOM)


def _feed(atlas: Service, query: Query, result: Result, lang: Lang) -> bytes:
    base = atlas.settings.public_url
    own = write_query(query)
    texts = translator(lang)
    feed = ET.Element("feed", {"xmlns": _NAMESPACE, "xml:lang": LANGUAGE_TAGS[lang]})
    address = address_of(f"{base}{PATH}", own)
    _add(feed, "id", address_of(f"{atlas.settings.base_iri}{PATH}", own))
    title = (
        texts.gettext("Shanghai Data Atlas: {text}", text=query.text)
        if query.text
        else texts.gettext("Shanghai Data Atlas: datasets")
    )
    _add(feed, "title", title)
    hits = [named_hit(atlas, hit, lang) for hit in result.hits]
    times = change_times(atlas, hits, result.checkpoint)
    updated = max(times) if times else time_of_index(atlas, result.checkpoint)
    _add(feed, "updated", updated.isoformat())
    cursor, following = encode_cursor(query.cursor), encode_cursor(result.cursor)
    here = [*own, ("cursor", cursor)] if cursor else own
    ET.SubElement(
        feed, "link", {"rel": "self", "type": ATOM, "href": address_of(f"{base}{PATH}", here)}
    )
    page = address_of(f"{base}/datasets", own)
    ET.SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": page})
    if following is not None:
        older = address_of(f"{base}{PATH}", [*own, ("cursor", following)])
        ET.SubElement(feed, "link", {"rel": "next", "type": ATOM, "href": older})
        ET.SubElement(feed, "link", {"rel": "first", "type": ATOM, "href": address})
    author = ET.SubElement(feed, "author")
    _add(author, "name", texts.gettext("Shanghai Data Atlas"))
    for hit, moment in zip(hits, times, strict=True):
        _entry(feed, hit, moment, lang, base)
    written: bytes = ET.tostring(feed, "utf-8", xml_declaration=True)
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
