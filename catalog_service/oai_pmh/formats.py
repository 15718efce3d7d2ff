"""The metadata formats: Dublin Core, which every repository has, and DCAT as RDF/XML."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape, quoteattr

import pyoxigraph as ox

from catalog_service.context import Service
from catalog_service.datasets.service import described
from catalog_service.federation.service import public_triples
from catalog_service.journal.published import PublicChange
from catalog_service.links import page_path
from ontology.dates import shown_date
from ontology.rdf_xml import NOT_XML
from ontology.serialization import write
from ontology.terms import DCAT, PREFIXES

_DC: Final = "http://purl.org/dc/elements/1.1/"
_OAI_DC: Final = "http://www.openarchives.org/OAI/2.0/oai_dc/"
_OAI_DC_SCHEMA: Final = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
_MOST: Final = 100
"""Elements of one name."""


@dataclass(frozen=True, slots=True)
class MetadataFormat:
    """A format by its prefix; ``write`` makes the element of a public version."""

    prefix: str
    schema: str
    namespace: str
    write: Callable[[Service, PublicChange], str]


def text(value: str) -> str:
    """Return a text as characters of XML; what XML cannot hold is left out."""
    return escape(NOT_XML.sub("", value), {"\r": "&#xD;"})


def _dublin_core(atlas: Service, change: PublicChange) -> str:
    said = "".join(_element(*one) for one in _elements(atlas, change))
    return (
        f'<oai_dc:dc xmlns:oai_dc="{_OAI_DC}" xmlns:dc="{_DC}" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="{_OAI_DC} {_OAI_DC_SCHEMA}">{said}</oai_dc:dc>'
    )


def _elements(atlas: Service, change: PublicChange) -> Iterator[tuple[str, str, str]]:
    """Yield the elements of a record: name, text, language (empty: none)."""
    one = described(atlas, change.nquads or "", change.iri, change.focus)
    for name, texts in (("title", one.title), ("description", one.description)):
        yield from ((name, value, lang) for lang, value in texts.items())
    named = (
        ("publisher", one.publishers),
        ("creator", one.publishers),
        ("subject", one.themes),
        ("coverage", one.spatial),
        ("rights", [one.open_type] if one.open_type else []),
        ("rights", one.licenses),
    )
    for name, things in named:
        for thing in things[:_MOST]:
            yield from ((name, value, lang) for lang, value in thing.label.items())
    yield from (("subject", word, "") for word in one.keywords[:_MOST])
    yield from (("date", shown_date(day), "") for day in (one.issued, one.modified) if day)
    yield "type", "Dataset", ""
    formats = (access.format for access in one.distributions[:_MOST])
    labels = (value for found in formats if found for value in found.label.values())
    yield from (("format", label, "") for label in dict.fromkeys(labels))
    # Readers take the first address for that of the page.
    page = atlas.settings.public_url + page_path(atlas.settings.base_iri, one.iri)
    identifiers = (page, one.iri, one.focus, *one.landing_pages[:_MOST])
    yield from (("identifier", address, "") for address in dict.fromkeys(identifiers))


def _element(name: str, value: str, lang: str) -> str:
    if not value.strip():
        return ""
    tag = f" xml:lang={quoteattr(NOT_XML.sub('', lang))}" if lang else ""
    return f"<dc:{name}{tag}>{text(value)}</dc:{name}>"


def _dcat(atlas: Service, change: PublicChange) -> str:
    triples = public_triples(atlas, [change])
    used = {n: ns for n, ns in PREFIXES.items() if n == "rdf" or _is_used(ns, triples)}
    document = write(triples, ox.RdfFormat.RDF_XML, used).body.decode()
    # Without what may stand at the head of a document only.
    return document[document.index("<rdf:RDF") :]


def _is_used(namespace: str, triples: list[ox.Triple]) -> bool:
    return any(namespace in str(triple) for triple in triples)


FORMATS: Final = {
    one.prefix: one
    for one in (
        MetadataFormat("oai_dc", _OAI_DC_SCHEMA, _OAI_DC, _dublin_core),
        MetadataFormat("dcat", "http://www.w3.org/ns/dcat.rdf", str(DCAT), _dcat),
    )
}
