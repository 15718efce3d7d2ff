"""The privacy rule on the triples of a harvested record.

Removed are nodes typed as persons, contacts whose mail address is a person's, personal
``mailto:`` and ``tel:`` addresses, and personal data in texts
(`harvesters.privacy.personal_data`). An office's own contact stays.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import pyoxigraph as ox

from harvesters.privacy.person_nodes import (
    NAMES,
    SCHEMA,
    People,
    is_mail_address,
    is_plain_name,
    people_in,
    value_of,
)
from harvesters.privacy.personal_data import clean_contact, clean_text, is_personal_identifier
from harvesters.privacy.personal_numbers import is_mobile
from harvesters.privacy.pruning import reachable
from harvesters.privacy.removed_kinds import HOME, MAIL, MOBILE, NAME
from harvesters.privacy.repeated_names import lost_a_name, names_taken
from harvesters.privacy.web_addresses import address_kind, clean_web_address
from ontology.terms import ADMS, DCAT, DCT, FOAF, ORG, PREFIXES, RDF, RDFS, SKOS, VCARD, XSD

_KEPT_OF_PERSONS: Final = frozenset(
    {RDF.type, ORG.memberOf, VCARD.term("organization-name"), VCARD.role, VCARD.term("title")}
    | {DCT.type, f"{VCARD}organization-unit", f"{VCARD}hasOrganizationName", f"{VCARD}hasRole"}
)
_TITLES: Final = frozenset(
    {DCT.title, DCT.alternative, RDFS.label, SKOS.prefLabel, SKOS.altLabel} | {FOAF.name}
)
_CODES: Final = frozenset(
    {DCT.identifier, SKOS.notation, ADMS.identifier, RDF.type, DCAT.byteSize, DCT.format}
)
_TEXT_TYPES: Final = frozenset({XSD.string, RDF.langString, RDF.HTML})
_NOT_TEXTS: Final = ("http://www.opengis.net/", XSD.term("hexBinary"), XSD.term("base64Binary"))
"""Datatypes of coordinates and digests, whose digits are no telephone numbers."""
_NAME_PARTS: Final = frozenset(
    {FOAF.term("givenName"), FOAF.term("familyName"), FOAF.term("firstName")}
    | {FOAF.term("lastName"), VCARD.term("given-name"), VCARD.term("family-name")}
    | {f"{ns}{name}" for ns in SCHEMA for name in ("givenName", "familyName")}
)
_MAKERS: Final = frozenset(
    {DCT.creator, DCT.publisher, DCT.term("contributor"), DCT.term("rightsHolder")}
    | {f"http://purl.org/dc/elements/1.1/{name}" for name in ("creator", "contributor")}
)
_ADDRESSES: Final = frozenset({f"{VCARD}hasAddress", f"{VCARD}street-address"})


class Clean(NamedTuple):
    """The triples that are left, and for each removal its kind and place, never the value."""

    triples: list[ox.Triple]
    removed: tuple[str, ...]


def clean_triples(
    triples: Iterable[ox.Triple], *, focus: ox.NamedNode | ox.BlankNode | None = None
) -> Clean:
    """Apply the rule to the triples of one record."""
    found = list(triples)
    people = people_in(found)
    described = {t.subject for t in found}
    removed: list[str] = []
    kept: list[ox.Triple] = []
    cut = False
    for triple in found:
        verdict = _verdict(triple, people, described)
        if verdict is None:
            kept.append(triple)
            continue
        replacement, kinds = verdict
        removed += [f"{_where(triple)}: {kind}" for kind in kinds]
        if replacement is not None:
            kept.append(replacement)
        elif not isinstance(triple.object, ox.Literal):
            cut = True
    if lost_a_name(removed):
        kept, repeated = _without_repeated_names(kept, found)
        removed += repeated
    kept = [_anonymous(triple) for triple in kept]
    if cut and focus is not None:
        kept = reachable(kept, found, focus)
    return Clean(kept, tuple(removed))


def _without_repeated_names(
    kept: list[ox.Triple], found: Sequence[ox.Triple]
) -> tuple[list[ox.Triple], list[str]]:
    """Drop keywords that are a name which was removed elsewhere in the record."""
    said = [value_of(t.object) for t in found if t.predicate.value in NAMES]
    names = {name for text in said for name in (text, *names_taken(text))}
    names -= {value_of(t.object) for t in kept if t.predicate.value in NAMES}
    repeated = [
        t for t in kept if t.predicate.value == DCAT.keyword and value_of(t.object) in names
    ]
    left = [t for t in kept if t not in repeated] if repeated else kept
    return left, [f"{_where(t)}: {NAME}" for t in repeated]


def _verdict(
    triple: ox.Triple, people: People, described: set[ox.NamedNode | ox.BlankNode | ox.Triple]
) -> tuple[ox.Triple | None, tuple[str, ...]] | None:
    """Return None where a triple stays, else its replacement (or None) and the kinds removed."""
    predicate = triple.predicate.value
    value = value_of(triple.object)
    if triple.subject in people.typed and not _stays_with_person(predicate, value):
        return None, (_kind_of(predicate, value),)
    if predicate in NAMES and value in people.named.get(triple.subject, ()):
        return None, (NAME,)
    if predicate in _ADDRESSES and people.named.get(triple.subject):
        return None, (HOME,)
    kinds = clean_web_address(predicate).kinds
    if not kinds and isinstance(triple.object, ox.Literal):
        kinds = clean_web_address(triple.object.datatype.value).kinds
    if kinds:
        return None, kinds
    if predicate == RDF.type and value == f"{VCARD}Home":
        return None, (HOME,)
    if isinstance(triple.object, ox.Literal):
        if value[:7].lower() == "mailto:" or value[:4].lower() == "tel:":
            kind = address_kind(value)
            if kind is not None:
                return None, (kind,)
        return _verdict_on_literal(triple, triple.object, predicate)
    if isinstance(triple.object, ox.NamedNode):
        address, kinds = clean_web_address(value)
        if kinds and not address and triple.object in described:
            # A node that the record describes stays, under another name (`_anonymous`).
            return (triple, kinds) if triple.object not in people.typed else None
        if kinds:
            named = ox.NamedNode(address) if address else None
            return (
                None if named is None else ox.Triple(triple.subject, triple.predicate, named)
            ), kinds
    return None


def _verdict_on_literal(
    triple: ox.Triple, literal: ox.Literal, predicate: str
) -> tuple[ox.Triple | None, tuple[str, ...]] | None:
    datatype = literal.datatype.value
    if datatype.startswith(_NOT_TEXTS):
        return None
    if predicate in _CODES:
        return (None, (MOBILE,)) if is_personal_identifier(literal.value) else None
    if predicate in _NAME_PARTS or (
        (predicate in _MAKERS or predicate == FOAF.name) and is_plain_name(literal.value)
    ):
        return None, (NAME,)
    if datatype not in _TEXT_TYPES:
        # A typed value cannot be shortened: it would no longer be of its type.
        kinds = clean_text(literal.value).kinds
        return (None, kinds) if kinds else None
    if predicate.startswith(VCARD):
        text, kinds = clean_contact(literal.value)
        if not kinds and predicate == f"{VCARD}hasTelephone" and is_mobile(literal.value):
            text, kinds = "", (MOBILE,)
    else:
        text, kinds = clean_text(literal.value, title=predicate in _TITLES)
    if not kinds:
        return None
    if not text:
        return None, kinds
    changed = (
        ox.Literal(text, language=literal.language)
        if literal.language
        else ox.Literal(text, datatype=literal.datatype)
    )
    return ox.Triple(triple.subject, triple.predicate, changed), kinds


def _stays_with_person(predicate: str, value: str) -> bool:
    if predicate in _KEPT_OF_PERSONS:
        return True
    # An office's mail box or telephone number stays, also that of a person.
    if is_mail_address(value) or value[:4].lower() == "tel:":
        return address_kind(value) is None
    return predicate in {VCARD.hasEmail, VCARD.hasTelephone, VCARD.hasURL, VCARD.hasValue}


def _kind_of(predicate: str, value: str) -> str:
    if is_mail_address(value):
        return MAIL
    if value[:4].lower() == "tel:":
        return MOBILE
    if "ddress" in predicate or "locality" in predicate or "street" in predicate:
        return HOME
    return NAME


def _where(triple: ox.Triple) -> str:
    predicate = triple.predicate.value
    for prefix, namespace in PREFIXES.items():
        if predicate.startswith(namespace):
            predicate = f"{prefix}:{predicate[len(namespace) :]}"
            break
    subject = triple.subject
    address = _short(predicate)
    if not isinstance(subject, ox.NamedNode) or clean_web_address(subject.value).kinds:
        return f"{address} of a nested node"
    return f"{address} of <{subject.value}>"


def _short(predicate: str) -> str:
    return "a property" if clean_web_address(predicate).kinds else predicate


def _anonymous(triple: ox.Triple) -> ox.Triple:
    """Rename a node whose very IRI identifies somebody (ORCID, a number) to a blank node."""
    subject, obj = triple.subject, triple.object
    if isinstance(subject, ox.NamedNode) and clean_web_address(subject.value).kinds:
        subject = _blank(subject)
    if isinstance(obj, ox.NamedNode) and clean_web_address(obj.value).kinds:
        obj = _blank(obj)
    if subject is triple.subject and obj is triple.object:
        return triple
    return ox.Triple(subject, triple.predicate, obj)


def _blank(node: ox.NamedNode) -> ox.BlankNode:
    return ox.BlankNode("p" + hashlib.sha256(node.value.encode()).hexdigest()[:16])
