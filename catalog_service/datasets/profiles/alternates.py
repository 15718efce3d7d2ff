"""Which profiles and forms a dataset is offered in (W3C *Content Negotiation by Profile*, 5.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pyoxigraph as ox

from catalog_service.datasets.profiles.draft import Draft
from catalog_service.datasets.profiles.model import Profile, Source
from catalog_service.output_formats import GRAPH_FORMATS
from ontology.terms import DCT, RDFS, Namespace

ALTR: Final = Namespace("http://www.w3.org/ns/dx/connegp/altr#")
PROF: Final = Namespace("http://www.w3.org/ns/dx/prof/")
IRI: Final = "http://www.w3.org/ns/dx/connegp/altr"


def graph(source: Source, profiles: Sequence[Profile]) -> list[ox.Triple]:
    """Return the list of the profiles that this version can be described in, the default first."""
    version = source.version
    draft = Draft(source.statements, version.iri)
    for position, profile in enumerate(profiles):
        if profile.is_available(source):
            draft.typed(profile.iri, PROF.Profile)
            draft.add(profile.iri, PROF.hasToken, ox.Literal(profile.token))
            draft.add(profile.iri, RDFS.label, ox.Literal(profile.label))
            for number, form in enumerate(profile.forms(GRAPH_FORMATS)):
                address = f"{source.record}.{form.suffix}?_profile={profile.token}"
                first = not position and not number
                relation = "hasDefaultRepresentation" if first else "hasRepresentation"
                draft.link(version.iri, ALTR.term(relation), address)
                draft.typed(address, ALTR.Representation)
                draft.link(address, DCT.conformsTo, profile.iri)
                draft.add(address, DCT.format, ox.Literal(form.media_type))
    return draft.triples
