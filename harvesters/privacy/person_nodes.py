"""Which nodes of a record are persons: typed as such, or contacts named like their mail box."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final, NamedTuple
from urllib.parse import unquote

import pyoxigraph as ox

from harvesters.privacy.chinese_names import is_person_name
from harvesters.privacy.email import is_personal_mail
from harvesters.privacy.latin_names import (
    ORGANISATION_WORDS,
    is_called,
    plain_letters,
)
from ontology.terms import DCT, FOAF, RDF, RDFS, SKOS, VCARD

SCHEMA: Final = ("http://schema.org/", "https://schema.org/")
_PERSON_CLASSES: Final = frozenset(
    {FOAF.Person, VCARD.Individual, "http://www.w3.org/ns/person#Person"}
    | {f"{ns}Person" for ns in SCHEMA}
)
NAMES: Final = frozenset(
    {VCARD.fn, FOAF.name, VCARD.hasFN, RDFS.label, SKOS.prefLabel, DCT.title}
    | {f"{ns}name" for ns in SCHEMA}
)


class People(NamedTuple):
    """Nodes typed as persons, and by contact the names that are a person's."""

    typed: frozenset[object]
    named: dict[object, set[str]]


def people_in(triples: Sequence[ox.Triple]) -> People:
    """Find the persons in a record."""
    typed: set[object] = set()
    contacts: set[object] = set()
    mails: dict[object, list[str]] = defaultdict(list)
    names: dict[object, set[str]] = defaultdict(set)
    for t in triples:
        predicate, value = t.predicate.value, value_of(t.object)
        if predicate == RDF.type and value in _PERSON_CLASSES:
            typed.add(t.subject)
        if predicate == VCARD.fn:
            contacts.add(t.subject)
        if is_mail_address(value):
            mails[t.subject].append(_mailbox(value))
        elif predicate in NAMES:
            names[t.subject].add(value)
    named = {
        node: {
            text
            for text in texts
            if (node in contacts and (is_person_name(text) or is_called(text.partition(" - ")[0])))
            # A contact whose name is the name in its own mail address: mtonglet@ is M. Tonglet.
            or any(_is_named_after(text, mail) for mail in mails.get(node, ()))
        }
        for node, texts in names.items()
        if node not in typed and (node in contacts or node in mails)
    }
    return People(frozenset(typed), named)


def value_of(term: object) -> str:
    """Return the value of an IRI or a literal; an empty text for a blank node's triple."""
    return getattr(term, "value", "")


def is_mail_address(value: str) -> bool:
    """Tell whether a value is a ``mailto:`` address."""
    return value[:7].lower() == "mailto:"


def is_plain_name(text: str) -> bool:
    """Tell whether an agent's whole name is a person's; two characters may be a city (宁波)."""
    text = text.strip()
    if text in _PLACES:
        return False
    return (len(text) >= 3 and is_person_name(text)) or (not text.isupper() and is_called(text))


_PLACES: Final = frozenset({"石家庄", "张家口", "张家界", "马鞍山", "景德镇", "平顶山"})


def _is_named_after(name: str, mail: str) -> bool:
    """Tell whether a name is the person whose mail address this is."""
    if is_person_name(name):
        return True
    words = [w for w in re.split(r"[^a-z]+", plain_letters(name)) if w]
    local, _, domain = plain_letters(mail).partition("@")
    if not 2 <= len(words) <= 4 or ORGANISATION_WORDS.search(name) is not None:
        return False
    if any(len(w) > 3 and w in domain for w in words):
        return False
    rest = re.sub(r"[^a-z]", "", local)
    used = 0
    for word in sorted(words, key=len, reverse=True):
        if word in rest:
            rest = rest.replace(word, "", 1)
            used += 1
    if is_personal_mail(mail) and any(len(w) > 3 and w in local for w in words):
        return True
    initials = {w[0] for w in words}
    return used >= 1 and used + len(rest) >= 2 and len(rest) <= 2 and initials.issuperset(rest)


def _mailbox(value: str) -> str:
    return unquote(value[7:]).partition("?")[0].strip()
