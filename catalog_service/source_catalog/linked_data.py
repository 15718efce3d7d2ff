"""The source catalogue as linked data: entries in the project's ontology, DCAT, DQV and ODRL.

A document of its own and not part of the graph, which holds what follows from records: nothing
there would be brought up to date when a data item is edited.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

import pyoxigraph as ox

from catalog_service.context import Service
from catalog_service.source_catalog.identity import department_key
from catalog_service.source_catalog.model import StoredItem
from catalog_service.source_catalog.service import SOURCE_ITEM_PATH, count_items, items_on_page
from ontology.terms import (
    DCAT,
    DCT,
    DQV,
    FOAF,
    HYDRA,
    ODRL,
    ORG,
    OWL,
    RDF,
    RDFS,
    SHD,
    SKOS,
    XSD,
)
from ontology.vocabulary import Known
from search.relations.fields import FIELD_PATH
from translations import LANGUAGES, translator

PATH: Final = "/source-catalog"
SIZE: Final = 200
"""Entries of a page, and as many more as its last data item has claims."""

_CHINESE: Final = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class EntriesPage:
    """A page of the catalogue, and the address of the one after it."""

    triples: list[ox.Triple]
    following: str | None


def item_iri(base: str, item_id: str) -> str:
    """Return the IRI of a data item of the source catalogue."""
    return f"{base}{SOURCE_ITEM_PATH}{item_id}"


def item_triples(atlas: Service, item: StoredItem) -> list[ox.Triple]:
    """Return what the catalogue says of one data item, of the entry itself first."""
    entry = ox.NamedNode(item_iri(atlas.settings.base_iri, item.id))
    return sorted(_entry(atlas, item), key=lambda triple: triple.subject != entry)


def entries_page(atlas: Service, suffix: str, after: str) -> EntriesPage:
    """Return the data items behind a key, in the form ``suffix``, and what is said of the page."""
    found, more = items_on_page(atlas, after=after, limit=SIZE)
    own = f"{atlas.settings.public_url}{PATH}.{suffix}"
    following = f"{own}?{urlencode({'after': found[-1].key})}" if more else None
    url = f"{own}?{urlencode({'after': after})}" if after else own
    triples = list(_catalog(atlas, url, own, following))
    for item in found:
        triples += item_triples(atlas, item)
    return EntriesPage(triples, following)


def _catalog(atlas: Service, url: str, first: str, following: str | None) -> Iterator[ox.Triple]:
    catalog, page = f"{atlas.settings.base_iri}{PATH}", url
    yield _link(catalog, RDF.type, DCAT.Catalog)
    yield _link(catalog, RDF.type, HYDRA.Collection)
    for lang in LANGUAGES:
        title = ox.Literal(translator(lang).gettext("Source catalogue"), language=lang)
        yield _said(catalog, DCT.title, title)
    yield _link(catalog, FOAF.homepage, f"{atlas.settings.public_url}{PATH}")
    yield _link(catalog, HYDRA.view, page)
    yield _said(catalog, HYDRA.totalItems, ox.Literal(count_items(atlas)))
    yield _link(page, RDF.type, HYDRA.PartialCollectionView)
    yield _link(page, HYDRA.first, first)
    if following is not None:
        yield _link(page, HYDRA.next, following)


def _entry(atlas: Service, item: StoredItem) -> Iterator[ox.Triple]:
    base, claim = atlas.settings.base_iri, item.claim
    entry = item_iri(base, item.id)
    # The key is what `/id/field/…` is made of: every spelling of a name leads to the same item.
    field = f"{base}{FIELD_PATH}{quote(item.key, safe='')}"
    yield _link(f"{base}{PATH}", DCT.hasPart, entry)
    yield _link(entry, RDF.type, SHD.SourceEntry)
    yield _said(entry, DCT.title, _text(claim.item))
    yield _link(entry, FOAF.primaryTopic, field)
    yield from _department(atlas, entry, claim.department)
    if claim.source:
        # The range of dct:source is a thing, not its name.
        yield _link(entry, DCT.source, f"{entry}#source")
        yield _said(f"{entry}#source", RDFS.label, _text(claim.source))
    if claim.mechanism:
        yield _said(entry, SHD.updateMechanism, _text(claim.mechanism))
        meant = atlas.vocabulary.find("frequency", claim.mechanism)
        if isinstance(meant, Known):
            yield _link(entry, DCT.accrualPeriodicity, meant.concept.iri)
    if claim.quality:
        yield _said(entry, SHD.qualityStandard, _text(claim.quality))
        yield _link(f"{entry}#quality", RDF.type, DQV.QualityPolicy)
        yield _said(f"{entry}#quality", RDFS.label, _text(claim.quality))
        yield _link(f"{entry}#quality", ODRL.target, field)
    if claim.use:
        yield _said(entry, SHD.usageMode, _text(claim.use))
    changed = ox.Literal(item.changed.isoformat(), datatype=ox.NamedNode(XSD.dateTime))
    yield _said(entry, DCT.modified, changed)
    yield _said(entry, OWL.versionInfo, ox.Literal(str(item.version)))
    yield _link(entry, RDFS.seeAlso, f"{atlas.settings.public_url}{PATH}/{item.id}")


def _department(atlas: Service, entry: str, name: str) -> Iterator[ox.Triple]:
    key = department_key(atlas.vocabulary, name)
    known = atlas.vocabulary.concept(key)
    department = key if known is not None else f"{entry}#department"
    yield _link(entry, SHD.responsibleDepartment, department)
    yield _link(entry, DCT.publisher, department)
    if known is None:
        yield _link(department, RDF.type, ORG.Organization)
        yield _said(department, SKOS.prefLabel, _text(name))
        return
    for lang, label in (("zh", known.zh), ("en", known.en)):
        if label:
            yield _said(department, SKOS.prefLabel, ox.Literal(label, language=lang))


def _text(text: str) -> ox.Literal:
    return ox.Literal(text, language="zh") if _CHINESE.search(text) else ox.Literal(text)


def _link(subject: str, predicate: str, target: str) -> ox.Triple:
    return _said(subject, predicate, ox.NamedNode(target))


def _said(subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)
