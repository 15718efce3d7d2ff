"""GeoDCAT-AP: DCAT-AP with what geographic portals ask for, where the dataset's place is known.

Places are named as geographic names, districts and streets of Shanghai with their code (GB/T 2260)
and what they are part of; the resource type is INSPIRE's.
"""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from catalog_service.datasets.profiles import dcat_ap
from catalog_service.datasets.profiles.draft import Draft
from catalog_service.datasets.profiles.model import Source
from ontology.terms import DCT, LOCN, SKOS
from ontology.vocabulary import Vocabulary

IRI: Final = "http://data.europa.eu/930/"
ALIASES: Final = (
    "http://data.europa.eu/930",
    "https://semiceu.github.io/GeoDCAT-AP/releases/3.0.0/",
    "https://semiceu.github.io/GeoDCAT-AP/releases/3.0.0",
)

_DATASET: Final = "http://inspire.ec.europa.eu/metadata-codelist/ResourceType/dataset"
_TYPE_LABEL: Final = {"zh": "空间数据集", "en": "Spatial data set"}


def graph(source: Source) -> list[ox.Triple] | None:
    """Return the statements of a version in GeoDCAT-AP; None where it names no place."""
    if not source.statements.objects(source.version.focus, DCT.spatial):
        return None
    draft = dcat_ap.export(source, IRI)
    focus = source.version.focus
    places = [
        triple.object.value
        for triple in draft.triples
        if triple.predicate.value == DCT.spatial and isinstance(triple.object, ox.NamedNode)
    ]
    for place in places:
        _place(draft, source.vocabulary, place)
    draft.link(focus, DCT.type, _DATASET)
    draft.typed(_DATASET, SKOS.Concept)
    draft.say(_DATASET, SKOS.prefLabel, _TYPE_LABEL)
    return draft.triples


def _place(draft: Draft, vocabulary: Vocabulary, place: str) -> None:
    draft.say(place, LOCN.geographicName, draft.name(place))
    concept = vocabulary.concept(place)
    if concept is None:
        return
    draft.add(place, DCT.identifier, ox.Literal(concept.notation))
    for around in vocabulary.broader(place):
        draft.link(place, DCT.isPartOf, around.iri)
        draft.typed(around.iri, DCT.Location)
        draft.say(around.iri, SKOS.prefLabel, {"zh": around.zh, "en": around.en})
