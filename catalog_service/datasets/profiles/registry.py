"""The profiles that datasets are offered in; the first one where the client leaves the choice."""

from __future__ import annotations

from functools import partial
from typing import Final

from catalog_service.datasets.profiles import (
    alternates,
    croissant,
    dcat,
    dcat_ap,
    geodcat_ap,
    schema,
)
from catalog_service.datasets.profiles.model import Profile
from ontology.terms import DCAT, SHD

DEFAULT: Final = Profile("shdata", SHD, "Shanghai Data Atlas")

_DESCRIPTIONS: Final = (
    DEFAULT,
    Profile("dcat", DCAT, "DCAT 3", ("https://www.w3.org/TR/vocab-dcat-3/",), graph=dcat.graph),
    Profile("dcat-ap", dcat_ap.IRI, "DCAT-AP 3", dcat_ap.ALIASES, graph=dcat_ap.graph),
    Profile("geodcat-ap", geodcat_ap.IRI, "GeoDCAT-AP", geodcat_ap.ALIASES, graph=geodcat_ap.graph),
    Profile(
        "schema",
        "http://schema.org/",
        "schema.org",
        ("https://schema.org/", "http://schema.org", "https://schema.org"),
        document=schema.document,
    ),
    Profile("croissant", croissant.IRI, "Croissant 1.0", document=croissant.document),
)

ALTERNATES: Final = Profile(
    "alt",
    alternates.IRI,
    "Alternates",
    (f"{alternates.IRI}#alt-profile",),
    graph=partial(alternates.graph, profiles=_DESCRIPTIONS),
)
"""The list of all others."""

PROFILES: Final = (*_DESCRIPTIONS, ALTERNATES)

BY_TOKEN: Final = {profile.token: profile for profile in PROFILES}
BY_IRI: Final = {iri: profile for profile in PROFILES for iri in (profile.iri, *profile.aliases)}
