"""The whole catalogue in DCAT, page by page (Hydra): for readers without event streams.

A page begins at the number of a record, and records are numbered in the order of creation: none
moves to another page while a client walks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

import pyoxigraph as ox

from catalog_service.context import Service
from catalog_service.federation.errors import CATALOG_PAGE_NOT_FOUND
from catalog_service.federation.provenance import Provenance, catalog_iri
from catalog_service.journal.model import StoredRecord
from ontology.errors import AtlasError
from ontology.limits import MIB
from ontology.ntriples import triples_of
from ontology.record import CATALOG_PATH
from ontology.terms import DCAT, DCT, FOAF, HYDRA, PREFIXES, RDF
from translations import LANGUAGES, translator

CATALOG_PREFIXES: Final = {**PREFIXES, "hydra": HYDRA}
SIZE: Final = 100
"""Datasets of a page."""

LONGEST: Final = 8 * MIB
"""Characters of content after which a page ends."""

_TYPE: Final = ox.NamedNode(RDF.type)


@dataclass(frozen=True, slots=True)
class CatalogPage:
    """A page, and the address of the one after it."""

    triples: list[ox.Triple]
    following: str | None


def catalog_page(
    atlas: Service, suffix: str, first: int | None, since: datetime | None = None
) -> CatalogPage:
    """Return the page from record ``first`` on (None: the first page), in the form ``suffix``.

    With ``since`` only of datasets whose version was taken in then or later. A record that changes
    while a client walks is on the page that it was always on, so that no page loses or repeats one.
    Where all records from ``first`` on ended meanwhile, the page is an empty one, and the last.
    Raises ``catalog-page-not-found`` for a number that no record has yet.
    """
    journal = atlas.journal
    # Each record was created by a change, so that no record has a number above the last change's.
    if first is not None and first > journal.head():
        raise AtlasError(CATALOG_PAGE_NOT_FOUND, page=first)
    number = 0 if since is None else journal.first_number_at(since)
    found, more = journal.public_records(first or 1, SIZE, LONGEST, since=number)
    path = f"{atlas.settings.public_url}{CATALOG_PATH}.{suffix}"
    asked = {} if since is None else {"modified_since": since.isoformat().replace("+00:00", "Z")}

    def address(page: int | None) -> str:
        query = urlencode(asked if page is None else {**asked, "page": page})
        return f"{path}?{query}" if query else path

    own, url = address(None), address(first)
    following = None if more is None else address(more)
    if since is None:
        total = sum(count.public for count in journal.counts())
    else:
        total = journal.count_public_since(number)
    return CatalogPage(
        [
            *_catalog(atlas, url, own, following, total),
            *_datasets(atlas, found),
        ],
        following,
    )


def _catalog(
    atlas: Service, url: str, first: str, following: str | None, total: int
) -> Iterator[ox.Triple]:
    """Yield what is said of the catalogue and of the page, in Hydra's present and earlier terms."""
    catalog = ox.NamedNode(catalog_iri(atlas.settings.base_iri))
    page = ox.NamedNode(url)
    yield _said(catalog, RDF.type, ox.NamedNode(DCAT.Catalog))
    yield _said(catalog, RDF.type, ox.NamedNode(HYDRA.Collection))
    for lang in LANGUAGES:
        title = translator(lang).gettext("Shanghai Data Atlas")
        yield _said(catalog, DCT.title, ox.Literal(title, language=lang))
    yield _said(catalog, FOAF.homepage, ox.NamedNode(f"{atlas.settings.public_url}/"))
    yield _said(catalog, HYDRA.view, page)
    yield _said(page, RDF.type, ox.NamedNode(HYDRA.PartialCollectionView))
    yield _said(page, RDF.type, ox.NamedNode(HYDRA.PagedCollection))
    yield _said(page, HYDRA.itemsPerPage, ox.Literal(SIZE))
    for node in (catalog, page):
        yield _said(node, HYDRA.totalItems, ox.Literal(total))
    for term in ("first", "firstPage"):
        yield _said(page, HYDRA.term(term), ox.NamedNode(first))
    if following is not None:
        for term in ("next", "nextPage"):
            yield _said(page, HYDRA.term(term), ox.NamedNode(following))


def _datasets(atlas: Service, found: list[StoredRecord]) -> Iterator[ox.Triple]:
    base = atlas.settings.base_iri
    catalog = ox.NamedNode(catalog_iri(base))
    provenance = Provenance.of(atlas.journal, base)
    for record in found:
        dataset = ox.NamedNode(record.focus)
        yield _said(catalog, DCAT.dataset, dataset)
        if record.iri != record.focus:
            yield _said(ox.NamedNode(record.iri), FOAF.primaryTopic, dataset)
        yield from provenance.statements(dataset, record.source, record.iri)
        yield from triples_of(record.nquads or "")


def _said(subject: ox.NamedNode, predicate: str, obj: ox.NamedNode | ox.Literal) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), obj)
