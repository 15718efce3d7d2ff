"""The sets of the repository: data domains (``theme.4``) and publishers (``organization.…``).

No set is within another, so that no name holds a colon. What no vocabulary has a notation for is
named by a digest of its IRI.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from catalog_service.context import Service
from catalog_service.facet_values import facet_values
from ontology.terms import DCAT, DCT, VOCAB
from search.facets import BY_NAME

_SCHEMES: Final = {
    "theme": (f"{VOCAB}domain/", DCAT.theme),
    "organization": (f"{VOCAB}organization/", DCT.publisher),
}
_FACETS: Final = {"theme": "theme", "organization": "publisher"}
SPEC: Final = re.compile(r"(?:theme|organization)\.[A-Za-z0-9_.!~*'()-]{1,100}")
_PLAIN: Final = re.compile(r"[A-Za-z0-9_-]{1,80}")
_DIGEST: Final = 16


@dataclass(frozen=True, slots=True)
class RecordSet:
    """A set with its names."""

    spec: str
    zh: str
    en: str


def record_sets(atlas: Service) -> list[RecordSet]:
    """Return the sets that have a record, domains first."""
    found: dict[str, RecordSet] = {}
    for kind, facet in _FACETS.items():
        for one in facet_values(atlas, facet):
            concept = atlas.vocabulary.concept(one.value)
            plain = one.label or (BY_NAME[facet].label(one.value) or {}).get("zh") or one.value
            spec = _spec(kind, one.value)
            found[spec] = RecordSet(
                spec,
                plain if concept is None else concept.zh,
                plain if concept is None else concept.en,
            )
    return list(found.values())


def sets_of(nquads: str, focus: str) -> list[str]:
    """Return the sets that a version of a record is in, by what it says of its dataset."""
    found: dict[str, None] = {}
    for kind, (_, predicate) in _SCHEMES.items():
        start = f"<{focus}> <{predicate}> <"
        for line in nquads.split("\n"):
            if line.startswith(start):
                found[_spec(kind, line[len(start) :].partition(">")[0])] = None
    return list(found)


def _spec(kind: str, iri: str) -> str:
    name = iri.removeprefix(_SCHEMES[kind][0])
    if name == iri or _PLAIN.fullmatch(name) is None:
        name = f"x-{hashlib.sha256(iri.encode()).hexdigest()[:_DIGEST]}"
    return f"{kind}.{name}"
