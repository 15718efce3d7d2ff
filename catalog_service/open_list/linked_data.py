"""Public lists as RDF: each a `shd:OpenList`, which is a ``dcat:Catalog``, with its items.

An item is a `shd:OpenListItem`, a ``dcat:CatalogRecord`` whose ``foaf:primaryTopic`` is the
catalogued dataset. DCAT 3: https://www.w3.org/TR/vocab-dcat-3/.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote

import pyoxigraph as ox

from catalog_service.context import Service
from catalog_service.open_list.model import Content, ListItem, Version
from catalog_service.open_list.naming import segment
from ontology.record import mint_iri
from ontology.terms import DCAT, DCT, FOAF, ODRL, OWL, RDF, SHD, SKOS, XSD
from ontology.vocabulary import Known, Scheme

PATH: Final = "/id/open-list"

_CONCEPTS: Final[Mapping[str, tuple[str, Scheme]]] = {
    "open_type": (DCT.accessRights, "open-type"),
    "frequency": (DCT.accrualPeriodicity, "frequency"),
    "form": (DCT.format, "format"),
    "domain": (DCAT.theme, "domain"),
}
"""Fields whose values are concepts, with what says them; a value that is none is left out."""
_SEPARATOR: Final = "、"


def list_iri(atlas: Service, organization: str, year: int) -> str:
    """Return the IRI of a list: ``{base}/id/open-list/{year}/{organization}``."""
    base = atlas.settings.base_iri
    return f"{base}{PATH}/{year}/{segment(atlas.vocabulary, organization)}"


def list_rdf(atlas: Service, version: Version, content: Content) -> Iterator[ox.Triple]:
    """Yield what a published version says; nothing of persons, and nothing that is not public."""
    iri = list_iri(atlas, version.organization, version.year)
    for kind in (SHD.OpenList, DCAT.Catalog):
        yield _link(iri, RDF.type, kind)
    names = atlas.accounts.hierarchy.names(version.organization)
    yield _text(iri, DCT.title, f"{names['zh']}{version.year}年公共数据开放清单", "zh")
    yield _text(iri, DCT.title, f"Open list {version.year}: {names['en']}", "en")
    yield _link(iri, DCT.publisher, version.organization)
    year = ox.Literal(str(version.year), datatype=ox.NamedNode(XSD.gYear))
    yield _said(iri, SHD.listYear, year)
    yield _said(iri, OWL.versionInfo, ox.Literal(str(version.number)))
    yield _day(iri, DCT.issued, version.in_force.isoformat())
    for item in content.items.values():
        node = f"{iri}/{quote(item.key, safe='')}"
        yield _link(iri, DCAT.record, node)
        yield from _item(atlas, node, item)
        yield _said(node, SHD.listYear, year)
        if item.is_catalogued:
            dataset = mint_iri(atlas.settings.base_iri, item.source, item.remote_id)
            yield _link(iri, DCAT.dataset, dataset)
            yield _link(node, FOAF.primaryTopic, dataset)


def _item(atlas: Service, node: str, item: ListItem) -> Iterator[ox.Triple]:
    for kind in (SHD.OpenListItem, DCAT.CatalogRecord):
        yield _link(node, RDF.type, kind)
    yield _text(node, DCT.title, item.title, "zh")
    texts = ((DCT.description, item.description), (SHD.openScope, item.scope))
    for path, text in (*texts, (SKOS.note, item.note)):
        if text:
            yield _text(node, path, text, "zh")
    if item.conditions:
        policy = f"{node}#policy"
        yield _link(node, ODRL.hasPolicy, policy)
        yield _link(policy, RDF.type, ODRL.Policy)
        yield _text(policy, DCT.description, item.conditions, "zh")
    for field, (path, scheme) in _CONCEPTS.items():
        for label in filter(None, getattr(item, field).split(_SEPARATOR)):
            found = atlas.vocabulary.find(scheme, label)
            if isinstance(found, Known):
                yield _link(node, path, found.concept.iri)


def _link(subject: str, predicate: str, target: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(target))


def _said(subject: str, predicate: str, value: ox.Literal) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)


def _text(subject: str, predicate: str, text: str, language: str) -> ox.Triple:
    return _said(subject, predicate, ox.Literal(text, language=language))


def _day(subject: str, predicate: str, text: str) -> ox.Triple:
    return _said(subject, predicate, ox.Literal(text, datatype=ox.NamedNode(XSD.date)))
