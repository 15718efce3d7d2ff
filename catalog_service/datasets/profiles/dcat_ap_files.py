"""Files and APIs in DCAT-AP: distributions, and the data services behind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import pyoxigraph as ox

from catalog_service.datasets.profiles import dcat_ap_nodes
from catalog_service.datasets.profiles.dcat_ap_nodes import Export
from catalog_service.datasets.profiles.eu_tables import AUTHORITY, eu_concepts
from catalog_service.datasets.terms_of_use import file_formats, terms
from ontology.formats import IANA
from ontology.terms import ADMS, DCAT, DCT, FOAF, RDFS, VOCAB, XSD
from ontology.vocabulary import load_vocabulary

_FILE_TYPE: Final = f"{AUTHORITY}file-type/"

_PROPERTIES: Final[Mapping[str, Callable[[Export, str, str], None]]] = {
    DCT.title: dcat_ap_nodes.texts,
    DCT.description: dcat_ap_nodes.texts,
    DCT.identifier: dcat_ap_nodes.texts,
    DCAT.downloadURL: dcat_ap_nodes.addresses,
    DCT.language: dcat_ap_nodes.languages,
    DCT.issued: dcat_ap_nodes.first_day,
    DCT.modified: dcat_ap_nodes.last_day,
    DCT.conformsTo: dcat_ap_nodes.standards,
    FOAF.page: dcat_ap_nodes.documents,
    DCAT.spatialResolutionInMeters: dcat_ap_nodes.decimal,
    DCAT.temporalResolution: dcat_ap_nodes.duration,
}
_OF_SERVICES: Final[Mapping[str, Callable[[Export, str, str], None]]] = {
    DCT.title: dcat_ap_nodes.texts,
    DCT.description: dcat_ap_nodes.texts,
    DCT.identifier: dcat_ap_nodes.texts,
    DCAT.keyword: dcat_ap_nodes.texts,
    DCAT.endpointURL: dcat_ap_nodes.addresses,
    DCAT.landingPage: dcat_ap_nodes.documents,
    FOAF.page: dcat_ap_nodes.documents,
    DCT.conformsTo: dcat_ap_nodes.standards,
    DCAT.contactPoint: dcat_ap_nodes.contacts,
    DCT.publisher: dcat_ap_nodes.publisher,
    DCAT.theme: dcat_ap_nodes.themes,
    DCT.accessRights: dcat_ap_nodes.access_rights,
}


def files(one: Export, node: str, predicate: str) -> None:
    """Write distributions, of the dataset or its samples."""
    for iri in one.draft.source.below(node, predicate):
        one.draft.link(node, predicate, iri)
        one.draft.typed(iri, DCAT.Distribution)
        for term, write in _PROPERTIES.items():
            write(one, iri, term)
        _access(one, iri, sample=predicate == ADMS.sample)
        _format(one, iri)
        _size(one, iri)
        _terms(one, iri)
        for service in one.draft.source.iris(iri, DCAT.accessService):
            _service(one, iri, service)


def _access(one: Export, node: str, *, sample: bool) -> None:
    """Write where a file can be had: its page, itself, its API, else the dataset's page.

    A sample is not what the dataset's page leads to.
    """
    source = one.draft.source
    found = source.iris(node, DCAT.accessURL) or source.iris(node, DCAT.downloadURL)
    for service in source.iris(node, DCAT.accessService):
        found = found or source.iris(service, DCAT.endpointURL)
    if not found and not sample:
        found = source.iris(one.focus, DCAT.landingPage)
    for iri in found:
        one.draft.link(node, DCAT.accessURL, iri)


def _format(one: Export, node: str) -> None:
    """Write one format, of the EU's table where it has it, and one media type of IANA's."""
    found = next(iter(file_formats(one.draft.source, node)), None)
    given = [i for i in one.draft.source.iris(node, DCAT.mediaType) if i.startswith(IANA)]
    if found is None or found.iri is None:
        if found is not None:
            made = one.draft.mint()
            one.draft.typed(made, DCT.MediaTypeOrExtent)
            one.draft.say(made, RDFS.label, found.label)
            one.draft.link(node, DCT.format, made)
    elif found.iri.startswith(IANA):
        given = given or [found.iri]
    else:
        exact = [i for i in one.draft.source.iris(node, DCT.format) if i.startswith(_FILE_TYPE)]
        meant = [iri for iri in eu_concepts(found.iri) if iri.startswith(_FILE_TYPE)]
        kind = next(iter(exact or meant), found.iri)
        one.draft.link(node, DCT.format, one.draft.concept(kind, DCT.MediaTypeOrExtent))
        if not given and found.iri.startswith(VOCAB):
            given = [i for i in [load_vocabulary().media_type(found.iri)] if i is not None]
    for media_type in given[:1]:
        one.draft.link(node, DCAT.mediaType, media_type)
        one.draft.typed(media_type, DCT.MediaType)
    for predicate in (DCAT.packageFormat, DCAT.compressFormat):
        for iri in [i for i in one.draft.source.iris(node, predicate) if i.startswith(IANA)][:1]:
            one.draft.link(node, predicate, iri)
            one.draft.typed(iri, DCT.MediaType)


def _size(one: Export, node: str) -> None:
    size = one.draft.source.integer(node, DCAT.byteSize)
    if size is not None:
        number = ox.Literal(str(size), datatype=ox.NamedNode(XSD.decimal))
        one.draft.add(node, DCAT.byteSize, number)


def _terms(one: Export, node: str) -> None:
    """Write one licence and one statement of rights: the file's own, else the dataset's."""
    for predicate, kind in (
        (DCT.license, DCT.LicenseDocument),
        (DCT.rights, DCT.RightsStatement),
    ):
        own = terms(one.draft.source, node, predicate)
        if not own and predicate == DCT.license:
            own = terms(one.draft.source, one.focus, predicate)
        for said in own[:1]:
            made = dcat_ap_nodes.legal(one, said.iri, said.label, kind)
            one.draft.link(node, predicate, made)


def _service(one: Export, node: str, service: str) -> None:
    """Write the API behind a distribution; without its address it is none, but its words stay."""
    source, draft = one.draft.source, one.draft
    words = source.objects(service, DCAT.endpointDescription)
    if not source.iris(service, DCAT.endpointURL):
        draft.add(node, DCT.description, *(v for v in words if isinstance(v, ox.Literal)))
        return
    draft.link(node, DCAT.accessService, service)
    draft.typed(service, DCAT.DataService)
    for term, write in _OF_SERVICES.items():
        write(one, service, term)
    title = source.texts(service, DCT.title) or source.texts(node, DCT.title)
    draft.say(service, DCT.title, title or one.description.title)
    for value in words:
        as_text = isinstance(value, ox.Literal)
        draft.add(service, DCT.description if as_text else DCAT.endpointDescription, value)
    for said in terms(source, service, DCT.license)[:1]:
        made = dcat_ap_nodes.legal(one, said.iri, said.label, DCT.LicenseDocument)
        draft.link(service, DCT.license, made)
    draft.link(service, DCAT.servesDataset, one.focus)
