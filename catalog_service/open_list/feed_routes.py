"""``/feeds/open-lists.atom``: published lists and announced restrictions, as a feed (RFC 4287)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Final
from xml.etree import ElementTree as ET

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from catalog_service.accounts.service import organization_named
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.http.conditional_requests import not_modified
from catalog_service.http.language import LANGUAGE_TAGS, choose_language
from catalog_service.http.representations import content_tag
from catalog_service.open_list.differences import ItemChange, diff, ordered
from catalog_service.open_list.model import Content, Version
from catalog_service.open_list.naming import PUBLIC, public_path
from catalog_service.open_list.schedule import predecessor
from catalog_service.open_list.service import content_of, public_versions
from ontology.rdf_xml import NOT_XML
from ontology.texts import without_bidi
from translations import N_, Lang, translator

router = APIRouter(tags=["feeds"])

ATOM: Final = "application/atom+xml"
FEED: Final = "/feeds/open-lists.atom"
MOST: Final = 50
"""Versions of a feed, the newest."""
_NAMED: Final = 20
"""Items that an entry names."""
_NAMESPACE: Final = "http://www.w3.org/2005/Atom"
_KINDS: Final = {
    "withdrawn": N_("Withdrawn: {titles}"),
    "restricted": N_("Restricted: {titles}"),
    "widened": N_("Opened further: {titles}"),
    "changed": N_("Changed: {titles}"),
    "added": N_("Added: {titles}"),
}


@router.get(
    FEED,
    summary="Open lists as a feed",
    response_class=Response,
    responses={200: {"content": {ATOM: {}}}},
)
def list_feed(
    request: Request,
    atlas: Atlas,
    organization: Annotated[
        str, Query(max_length=1_024, description="IRI, code or name; without: all.")
    ] = "",
) -> Response:
    """Versions of lists, the newest first: what each changes, and from when on it counts."""
    lang = choose_language(request.query_params, request.headers)
    iri = organization_named(atlas.vocabulary, organization) if organization else None
    versions = public_versions(atlas, organization=iri)
    newest = sorted(versions, key=lambda one: (one.published, one.number), reverse=True)
    tr, base = translator(lang), atlas.settings.public_url
    root = ET.Element("feed", {"xmlns": _NAMESPACE, "xml:lang": LANGUAGE_TAGS[lang]})
    own = f"?organization={organization}" if organization else ""
    _add(root, "id", f"{atlas.settings.base_iri}{FEED}{own}")
    _add(root, "title", tr.gettext("Open lists of Shanghai's public data"))
    _add(root, "updated", _updated(atlas, newest).isoformat())
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": base + PUBLIC})
    _add(ET.SubElement(root, "author"), "name", tr.gettext("Shanghai Data Atlas"))
    for one in newest[:MOST]:
        last = predecessor(versions, one)
        path = public_path(atlas.vocabulary, one.organization, one.year)
        entry = ET.SubElement(root, "entry")
        _add(entry, "id", f"{atlas.settings.base_iri}{path}#{one.number}")
        _add(entry, "title", _title(atlas, one, lang))
        _add(entry, "updated", one.published.isoformat())
        _add(entry, "summary", "\n".join(_summary(atlas, one, last, lang)))
        page = {"rel": "alternate", "type": "text/html", "href": base + path}
        ET.SubElement(entry, "link", page)
    body: bytes = ET.tostring(root, "utf-8", xml_declaration=True)
    tag = content_tag(body)
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Language"}
    unchanged = not_modified(request, tag, headers)
    return unchanged or Response(body, headers=headers, media_type=ATOM)


def _updated(atlas: Service, newest: list[Version]) -> datetime:
    return newest[0].published if newest else atlas.clock.now()


def _title(atlas: Service, version: Version, lang: Lang) -> str:
    return translator(lang).gettext(
        "{organization}, open list {year}, version {version}",
        organization=atlas.accounts.hierarchy.names(version.organization)[lang],
        year=version.year,
        version=version.number,
    )


def _summary(atlas: Service, version: Version, last: Version | None, lang: Lang) -> Iterator[str]:
    tr = translator(lang)
    yield tr.gettext("In force from {day}.", day=version.in_force.isoformat())
    content = content_of(atlas, version)
    if last is None:
        count = len(content.items)
        yield tr.ngettext("{count:,} item", "{count:,} items", count)
        return
    yield from changes_told(content_of(atlas, last), content, lang)


def changes_told(before: Content, after: Content, lang: Lang) -> Iterator[str]:
    """Yield what differs in words, a line for each kind, what narrows first."""
    by_kind: dict[str, list[ItemChange]] = {}
    for one in ordered(diff(before, after)):
        by_kind.setdefault(one.kind, []).append(one)
    tr = translator(lang)
    for kind, changes in by_kind.items():
        titles = tr.pgettext("list", ", ").join(one.here.title for one in changes[:_NAMED])
        more = " …" if len(changes) > _NAMED else ""
        yield tr.gettext(_KINDS[kind], titles=f"{titles}{more}")


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = NOT_XML.sub("", without_bidi(text))
