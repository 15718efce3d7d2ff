"""Of what a record may speak: a store's default graph holds what all records say.

A statement in one record about another's IRI would show up in queries as if the other had said it.
A record may speak of itself, its fragments, its own skolem nodes, organisations of its source, and
of anything outside this catalogue but the terms and concepts that are ours, and the terms of the
vocabularies that records are written in.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from ontology.terms import PREFIXES, RULE, SHD, VOCAB

GENID: Final = "/.well-known/genid/"
"""The path of skolem IRIs, as RDF 1.1 Concepts, section 3.5, registers it."""

_OURS: Final = "https://w3id.org/shdata/"
_TERMS: Final = tuple(dict.fromkeys(map(str, (VOCAB, SHD, RULE, *PREFIXES.values()))))
"""What the terms of descriptions mean is for those who defined them to say, ours and DCAT's."""
_BARE: Final = tuple(term.rstrip("/#") for term in _TERMS)
"""The vocabularies themselves."""
_BEGINNINGS: Final = (_OURS, *(bare for bare in _BARE if not bare.startswith(_OURS)))
_ID: Final = "/id/"
_SUBJECT = re.compile(r"^<([^>]*)>", re.MULTILINE)


def genid_prefix(base: str, record_iri: str) -> str:
    """Return how the IRIs of a record's skolemised blank nodes begin."""
    scope = hashlib.sha256(record_iri.encode()).hexdigest()[:16]
    return f"{base}{GENID}{scope}-"


def may_describe(subject: str, *, base: str, source: str, record_iri: str) -> bool:
    """Say whether a record of ``source`` may have statements about ``subject``."""
    if subject.startswith(_TERMS) or subject.rstrip("/#") in _BARE:
        return False
    if subject.startswith(f"{base}{GENID}"):
        return subject.startswith(genid_prefix(base, record_iri))
    if not subject.startswith(f"{base}{_ID}"):
        return True
    own = f"{base}{_ID}organization/{source}/"
    return subject == record_iri or subject.startswith((f"{record_iri}#", own))


def foreign_subject(nquads: str, *, base: str, source: str, record_iri: str) -> str | None:
    """Return the first subject in a canonical form that its record may not speak of, or None.

    Counting starts of lines settles nearly every record; only what does not add up is read.
    """
    text = f"\n{nquads}"
    own = text.count(f"\n<{record_iri}>") + text.count(f"\n<{record_iri}#")
    own += text.count(f"\n<{base}{_ID}organization/{source}/")
    # Most records speak of nothing else: as many such lines as lines.
    if own == nquads.count("\n"):
        return None
    if own == text.count(f"\n<{base}{_ID}"):
        skolem = text.count(f"\n<{base}{GENID}")
        if skolem:
            skolem -= text.count(f"\n<{genid_prefix(base, record_iri)}")
        if not skolem and not any(f"\n<{begin}" in text for begin in _BEGINNINGS):
            return None
    for subject in dict.fromkeys(_SUBJECT.findall(nquads)):
        if not may_describe(subject, base=base, source=source, record_iri=record_iri):
            return str(subject)
    return None
