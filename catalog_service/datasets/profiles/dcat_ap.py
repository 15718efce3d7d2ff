"""DCAT-AP 3: the profile of European data portals, with the class and the name of every node.

Each property takes what its range demands: agents are typed and named, concepts stand in their
schemes, values that are mapped to the EU's tables are given by them. What the profile has once is
given once. Properties that it does not have are left out, so is what the source gives in a form
that no range takes and that cannot be read otherwise; nothing is invented for what the source does
not say (a description, an address).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import pyoxigraph as ox

from catalog_service.datasets.profiles import dcat_ap_files, dcat_ap_nodes
from catalog_service.datasets.profiles.dcat_ap_nodes import Export
from catalog_service.datasets.profiles.draft import Draft
from catalog_service.datasets.profiles.eu_tables import eu_language
from catalog_service.datasets.profiles.model import Source
from ontology.terms import ADMS, DCAT, DCT, FOAF, ODRL, OWL, PROV, RDFS, XSD

IRI: Final = "http://data.europa.eu/r5r/"
ALIASES: Final = (
    "http://data.europa.eu/r5r",
    "https://semiceu.github.io/DCAT-AP/releases/3.0.0/",
    "https://semiceu.github.io/DCAT-AP/releases/3.0.0",
)

_PROPERTIES: Final[Mapping[str, Callable[[Export, str, str], None]]] = {
    DCT.title: dcat_ap_nodes.texts,
    DCT.description: dcat_ap_nodes.texts,
    DCT.alternative: dcat_ap_nodes.texts,
    DCT.identifier: dcat_ap_nodes.texts,
    DCAT.keyword: dcat_ap_nodes.texts,
    DCAT.version: dcat_ap_nodes.one_text,
    OWL.versionInfo: dcat_ap_nodes.one_text,
    ADMS.versionNotes: dcat_ap_nodes.texts,
    DCT.publisher: dcat_ap_nodes.publisher,
    DCT.creator: dcat_ap_nodes.agents,
    DCT.contributor: dcat_ap_nodes.others,
    DCT.rightsHolder: dcat_ap_nodes.others,
    DCAT.contactPoint: dcat_ap_nodes.contacts,
    DCAT.theme: dcat_ap_nodes.themes,
    DCT.subject: dcat_ap_nodes.concepts,
    DCT.type: dcat_ap_nodes.concepts,
    DCT.accessRights: dcat_ap_nodes.access_rights,
    DCT.accrualPeriodicity: dcat_ap_nodes.frequency,
    DCT.language: dcat_ap_nodes.languages,
    DCT.spatial: dcat_ap_nodes.places,
    DCT.temporal: dcat_ap_nodes.periods,
    DCT.issued: dcat_ap_nodes.first_day,
    DCT.modified: dcat_ap_nodes.last_day,
    DCAT.landingPage: dcat_ap_nodes.documents,
    FOAF.page: dcat_ap_nodes.documents,
    DCT.conformsTo: dcat_ap_nodes.standards,
    DCT.provenance: dcat_ap_nodes.provenance,
    DCT.rights: dcat_ap_nodes.rights,
    ODRL.hasPolicy: dcat_ap_nodes.policies,
    DCAT.spatialResolutionInMeters: dcat_ap_nodes.decimal,
    DCAT.temporalResolution: dcat_ap_nodes.duration,
    DCT.relation: dcat_ap_nodes.addresses,
    DCT.isReferencedBy: dcat_ap_nodes.addresses,
    PROV.wasDerivedFrom: dcat_ap_nodes.addresses,
    DCAT.distribution: dcat_ap_files.files,
    ADMS.sample: dcat_ap_files.files,
}


def graph(source: Source) -> list[ox.Triple]:
    """Return the statements of a version in DCAT-AP."""
    return export(source, IRI).triples


def export(source: Source, profile: str) -> Draft:
    """Write a version; its catalogue record says to which profile it conforms."""
    focus = source.version.focus
    one = Export(Draft(source.statements, source.version.iri), focus, source.description)
    one.draft.typed(focus, DCAT.Dataset)
    for predicate, write in _PROPERTIES.items():
        write(one, focus, predicate)
    _catalog_record(source, one.draft, profile)
    return one.draft


def _catalog_record(source: Source, draft: Draft, profile: str) -> None:
    """Say of the description when it was changed, in which languages, and after which profile."""
    version = source.version
    record = version.iri if version.iri != version.focus else f"{version.iri}#record"
    draft.typed(record, DCAT.CatalogRecord)
    draft.link(record, FOAF.primaryTopic, version.focus)
    changed = version.changed.isoformat()
    draft.add(record, DCT.modified, ox.Literal(changed, datatype=ox.NamedNode(XSD.dateTime)))
    draft.link(record, DCT.conformsTo, profile)
    draft.typed(profile, DCT.Standard)
    draft.say(profile, RDFS.label, {"": profile})
    for lang in (*source.description.title, *source.description.description):
        language = eu_language(lang) if lang else None
        if language is not None:
            draft.link(record, DCT.language, draft.concept(language, DCT.LinguisticSystem))
