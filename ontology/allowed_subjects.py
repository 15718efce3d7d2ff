"""Which subjects a record may have statements about.

A store's default graph is the union of all records: a statement in one record about another's IRI
would appear as if the other record made it. Allowed subjects are the record itself, its fragments,
its skolem nodes, organizations of its source, and IRIs outside this catalogue; not allowed are the
terms and concepts of this project and of the vocabularies that records use.
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
"""Namespaces whose terms no record may describe."""
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
    """Tell whether a record of ``source`` may have statements about ``subject``."""
    if subject.startswith(_TERMS) or subject.rstrip("/#") in _BARE:
        return False
    if subject.startswith(f"{base}{GENID}"):
        return subject.startswith(genid_prefix(base, record_iri))
    if not subject.startswith(f"{base}{_ID}"):
        return True
    own = f"{base}{_ID}organization/{source}/"
    return subject == record_iri or subject.startswith((f"{record_iri}#", own))


def foreign_subject(nquads: str, *, base: str, source: str, record_iri: str) -> str | None:
    """Return the first subject in a canonical form that its record may not describe, or None.

    Counting the lines with allowed subjects is enough for nearly every record; the subjects are
    read only where some lines have others.
    """
    text = f"\n{nquads}"
    own = text.count(f"\n<{record_iri}>") + text.count(f"\n<{record_iri}#")
    own += text.count(f"\n<{base}{_ID}organization/{source}/")
    # In most records all lines have such subjects.
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
