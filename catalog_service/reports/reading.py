"""What of a record is counted, read from its canonical form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from ontology.ntriples import unescape
from ontology.terms import ADMS, DCAT, DCT, SHD, SKOS, VOCAB
from ontology.vocabulary import load_vocabulary

_SAID: Final = (DCT.publisher, DCT.accessRights, ADMS.sample, DCAT.theme)
_LINK: Final = re.compile(rf"^<([^>]*)> <({'|'.join(map(re.escape, _SAID))})> <([^>]*)> \.$", re.M)
_HIGH: Final = re.compile(rf'^<([^>]*)> <{re.escape(SHD.highQuality)}> "(?:true|1)"', re.M)
_NAME: Final = re.compile(
    rf'^<([^>]*)> <{re.escape(SKOS.prefLabel)}> "((?:[^"\\]|\\.)*)"(?:@([A-Za-z-]+))?', re.M
)
_OPEN: Final = f"{VOCAB}open-type/"
CONDITIONAL: Final = f"{_OPEN}conditional"
_CLOSED: Final = f"{_OPEN}none"
_OPENED: Final = frozenset({CONDITIONAL, f"{_OPEN}unconditional"})


@dataclass(frozen=True, slots=True)
class Read:
    """Of a dataset: who publishes it, and what is counted; names of publishers by language."""

    publishers: tuple[str, ...]
    is_open: bool
    is_conditional: bool
    is_closed: bool
    has_sample: bool
    is_high_quality: bool
    domains: frozenset[str]
    names: dict[str, dict[str, str]]


def read(nquads: str, focus: str) -> Read:
    """Return what a canonical form says of its dataset."""
    links: dict[str, list[str]] = {}
    for subject, predicate, target in _LINK.findall(nquads):
        if subject == focus:
            links.setdefault(predicate, []).append(target)
    publishers = tuple(links.get(DCT.publisher, ()))
    types = {_open_type(one) for one in links.get(DCT.accessRights, ())}
    names: dict[str, dict[str, str]] = {}
    for subject, text, language in _NAME.findall(nquads):
        if subject in publishers:
            key = "en" if language.lower().startswith("en") else "zh"
            names.setdefault(subject, {}).setdefault(key, unescape(text))
    return Read(
        publishers=publishers,
        is_open=not types.isdisjoint(_OPENED),
        is_conditional=CONDITIONAL in types,
        is_closed=_CLOSED in types,
        has_sample=ADMS.sample in links,
        is_high_quality=focus in _HIGH.findall(nquads),
        domains=frozenset(links.get(DCAT.theme, ())),
        names=names,
    )


@cache
def _open_type(iri: str) -> str:
    """Return the type of the project's own list; one of another list is looked up."""
    return iri if iri.startswith(_OPEN) else load_vocabulary().meant("open-type", iri) or iri
