"""The frame of an Atom feed (RFC 4287)."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from xml.etree import ElementTree as ET

from catalog_service.http.language import LANGUAGE_TAGS
from ontology.rdf_xml import NOT_XML
from ontology.texts import without_bidi
from translations import Lang

ATOM: Final = "application/atom+xml"
_NAMESPACE: Final = "http://www.w3.org/2005/Atom"


def begun(lang: Lang, iri: str, title: str, updated: datetime) -> ET.Element:
    """Return a feed without links, author and entries; ``iri`` stays wherever it is served."""
    root = ET.Element("feed", {"xmlns": _NAMESPACE, "xml:lang": LANGUAGE_TAGS[lang]})
    _begin(root, iri, title, updated)
    return root


def add_entry(feed: ET.Element, iri: str, title: str, updated: datetime) -> ET.Element:
    """Add an entry, and return it."""
    entry = ET.SubElement(feed, "entry")
    _begin(entry, iri, title, updated)
    return entry


def add_text(parent: ET.Element, name: str, text: str) -> None:
    """Add an element with a text, without what XML has not and what turns its direction."""
    ET.SubElement(parent, name).text = NOT_XML.sub("", without_bidi(text))


def add_author(parent: ET.Element, name: str) -> None:
    """Add who wrote a feed or an entry."""
    add_text(ET.SubElement(parent, "author"), "name", name)


def add_link(parent: ET.Element, rel: str, media_type: str, href: str) -> None:
    """Add a link."""
    ET.SubElement(parent, "link", {"rel": rel, "type": media_type, "href": href})


def written(feed: ET.Element) -> bytes:
    """Return the document."""
    body: bytes = ET.tostring(feed, "utf-8", xml_declaration=True)
    return body


def _begin(element: ET.Element, iri: str, title: str, updated: datetime) -> None:
    add_text(element, "id", iri)
    add_text(element, "title", title)
    add_text(element, "updated", updated.isoformat())
