"""The privacy rule on triples: what identifies a natural person is kept out of public records.

Texts are judged in `harvesters.privacy_text`. Here it is nodes: people who are typed as such,
contacts whose mail address is a person's, ``mailto:`` and ``tel:`` addresses wherever they stand.
An office's own contact stays.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Final, NamedTuple
from urllib.parse import unquote

import pyoxigraph as ox

from harvesters.mapping import FOLDER
from harvesters.personal_mail import is_personal_mail
from harvesters.personal_names import is_person_name
from harvesters.personal_numbers import is_mobile
from harvesters.privacy_signs import SIGNS, any_sign
from harvesters.privacy_text import (
    HOME,
    MAIL,
    MOBILE,
    NAME,
    address_kind,
    clean_contact,
    clean_text,
    clean_web_address,
    is_personal_identifier,
)
from ontology.terms import ADMS, DCAT, DCT, FOAF, ORG, PREFIXES, RDF, RDFS, SKOS, VCARD, XSD

_SCHEMA: Final = ("http://schema.org/", "https://schema.org/")
_PERSON_CLASSES: Final = frozenset(
    {FOAF.Person, VCARD.Individual, "http://www.w3.org/ns/person#Person"}
    | {f"{ns}Person" for ns in _SCHEMA}
)
_KEPT_OF_PERSONS: Final = frozenset(
    {RDF.type, ORG.memberOf, VCARD.term("organization-name"), VCARD.role, VCARD.term("title")}
    | {DCT.type, f"{VCARD}organization-unit", f"{VCARD}hasOrganizationName", f"{VCARD}hasRole"}
)
_NAMES: Final = frozenset(
    {VCARD.fn, FOAF.name, VCARD.hasFN, RDFS.label, SKOS.prefLabel, DCT.title}
    | {f"{ns}name" for ns in _SCHEMA}
)
_TITLES: Final = frozenset(
    {DCT.title, DCT.alternative, RDFS.label, SKOS.prefLabel, SKOS.altLabel} | {FOAF.name}
)
_CODES: Final = frozenset(
    {DCT.identifier, SKOS.notation, ADMS.identifier, RDF.type, DCAT.byteSize, DCT.format}
)
_TEXT_TYPES: Final = frozenset({XSD.string, RDF.langString, RDF.HTML})
_NOT_TEXTS: Final = ("http://www.opengis.net/", XSD.term("hexBinary"), XSD.term("base64Binary"))
"""Datatypes of coordinates and digests: full of digits that are no numbers to call."""
_PARTS_OF_NAMES: Final = frozenset(
    {FOAF.term("givenName"), FOAF.term("familyName"), FOAF.term("firstName")}
    | {FOAF.term("lastName"), VCARD.term("given-name"), VCARD.term("family-name")}
    | {f"{ns}{name}" for ns in _SCHEMA for name in ("givenName", "familyName")}
)
_MAKERS: Final = frozenset(
    {DCT.creator, DCT.publisher, DCT.term("contributor"), DCT.term("rightsHolder")}
    | {f"http://purl.org/dc/elements/1.1/{name}" for name in ("creator", "contributor")}
)
_ADDRESSES: Final = frozenset({f"{VCARD}hasAddress", f"{VCARD}street-address"})
_HOMES: Final = frozenset({"home", "Home"})
_PERSON_IRI: Final = re.compile(r"(?:https?://(?:www\.)?orcid\.org/|mailto:|acct:)", re.I)
_SUSPECT: Final = re.compile(
    r"[Mm][Aa][Ii][Ll][Tt][Oo]:|[Tt][Ee][Ll]:|"
    r"terms/creator|terms/contributor|foaf/0.1/|[Ff]amily-?[Nn]ame|[Gg]iven-?[Nn]ame|%40|"
    r"Person>|Individual>|#Home>|1[3-9]\d[ ._·•/-]?\d{4}|(?:19|20)\d{9}|@[\w-]+\.\w|"
    r"contactPoint|vcard/ns#fn"
)
_SIGN: Final = any_sign(*SIGNS)
_ORGANISATION_WORDS = re.compile(
    r"service|dienst|team|depart|direction|office|bureau|contact|info|data|unit|centre|center|"
    r"institut|agen|commission|minist|universit|council|ville|stad|gemeente|vlaanderen|desk|cell|"
    r"bibliot|library|administration|federal|r[ée]gie|asbl|vzw|\bnv\b|\bsa\b|group|[局委办中心处科院厅]",
    re.I,
)


class Clean(NamedTuple):
    """What is left, and for each removal what was taken out and where, never the value."""

    triples: list[ox.Triple]
    removed: tuple[str, ...]


def clean_lines(
    lines: Sequence[str], *, focus: str | None = None
) -> tuple[list[str], tuple[str, ...]]:
    """Apply the rule to canonical N-Triples lines; cheap where nothing looks like a person.

    ``focus`` is the dataset's IRI: nodes that hang only on what was removed go too.
    """
    text = "\n".join(lines)
    if _SUSPECT.search(text) is None and _SIGN.search(text) is None:
        return list(lines), ()
    triples = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)]
    node = ox.NamedNode(focus) if focus else None
    cleaned = clean_triples(triples, focus=node)
    if not cleaned.removed:
        return list(lines), ()
    return [f"{t.subject} {t.predicate} {t.object} ." for t in cleaned.triples], cleaned.removed


def clean_triples(
    triples: Iterable[ox.Triple], *, focus: ox.NamedNode | ox.BlankNode | None = None
) -> Clean:
    """Apply the rule to the triples of one record."""
    found = list(triples)
    people = _people(found)
    removed: list[str] = []
    kept: list[ox.Triple] = []
    cut = False
    for triple in found:
        verdict = _verdict(triple, people)
        if verdict is None:
            kept.append(triple)
            continue
        replacement, kinds = verdict
        removed += [f"{_where(triple)}: {kind}" for kind in kinds]
        if replacement is not None:
            kept.append(replacement)
        elif not isinstance(triple.object, ox.Literal):
            cut = True
    kept = [_anonymous(triple, people) for triple in kept]
    if cut and focus is not None:
        kept = _reachable(kept, found, focus)
    return Clean(kept, tuple(removed))


class _People(NamedTuple):
    """Who is a person: nodes typed as such, and the names of people that contacts bear."""

    typed: frozenset[object]
    named: dict[object, set[str]]


def _people(triples: Sequence[ox.Triple]) -> _People:
    typed: set[object] = set()
    contacts: set[object] = set()
    mails: dict[object, list[str]] = defaultdict(list)
    names: dict[object, set[str]] = defaultdict(set)
    for t in triples:
        predicate, value = t.predicate.value, _value(t.object)
        if predicate == RDF.type and value in _PERSON_CLASSES:
            typed.add(t.subject)
        if predicate == VCARD.fn:
            contacts.add(t.subject)
        if _is_mail(value):
            mails[t.subject].append(_mailbox(value))
        elif predicate in _NAMES:
            names[t.subject].add(value)
    named = {
        node: {
            text
            for text in texts
            if (node in contacts and (is_person_name(text) or _is_called(text.partition(" - ")[0])))
            # A contact whose name is the name in its own mail address: mtonglet@ is M. Tonglet.
            or any(_is_named_after(text, mail) for mail in mails.get(node, ()))
        }
        for node, texts in names.items()
        if node not in typed and (node in contacts or node in mails)
    }
    return _People(frozenset(typed), named)


def _verdict(triple: ox.Triple, people: _People) -> tuple[ox.Triple | None, tuple[str, ...]] | None:
    """Return what becomes of a triple: None where it stays, else what replaces it and why."""
    predicate = triple.predicate.value
    value = _value(triple.object)
    if triple.subject in people.typed and not _stays_with_person(predicate, value):
        return None, (_kind_of(predicate, value),)
    if predicate in _NAMES and value in people.named.get(triple.subject, ()):
        return None, (NAME,)
    if predicate in _ADDRESSES and people.named.get(triple.subject):
        return None, (HOME,)
    kind = address_kind(value)
    if kind is not None:
        return None, (kind,)
    if predicate == RDF.type and value == f"{VCARD}Home":
        return None, (HOME,)
    if isinstance(triple.object, ox.Literal):
        return _verdict_on_literal(triple, triple.object, predicate)
    if "?" in value and value.startswith(("http://", "https://")):
        address, kinds = clean_web_address(value)
        if kinds:
            return ox.Triple(triple.subject, triple.predicate, ox.NamedNode(address)), kinds
    return None


def _verdict_on_literal(
    triple: ox.Triple, literal: ox.Literal, predicate: str
) -> tuple[ox.Triple | None, tuple[str, ...]] | None:
    datatype = literal.datatype.value
    if datatype.startswith(_NOT_TEXTS):
        return None
    if predicate in _CODES:
        return (None, (MOBILE,)) if is_personal_identifier(literal.value) else None
    if predicate in _PARTS_OF_NAMES or (
        (predicate in _MAKERS or predicate == FOAF.name) and _is_plain_name(literal.value)
    ):
        return None, (NAME,)
    if datatype not in _TEXT_TYPES:
        # A value of another type without a part of it is no longer of that type.
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


def _is_plain_name(text: str) -> bool:
    """Tell whether an agent's whole name is a person's; 宁波 and 苏州 are as long as 张三."""
    text = text.strip()
    if text in _PLACES:
        return False
    return (len(text) >= 3 and is_person_name(text)) or (not text.isupper() and _is_called(text))


_PLACES: Final = frozenset({"石家庄", "张家口", "张家界", "马鞍山", "景德镇", "平顶山"})


def _is_mail(value: str) -> bool:
    return value[:7].lower() == "mailto:"


def _stays_with_person(predicate: str, value: str) -> bool:
    if predicate in _KEPT_OF_PERSONS:
        return True
    # A functional mail box or a switchboard stays, whoever answers it.
    if _is_mail(value) or value[:4].lower() == "tel:":
        return address_kind(value) is None
    return predicate in {VCARD.hasEmail, VCARD.hasTelephone, VCARD.hasURL, VCARD.hasValue}


def _kind_of(predicate: str, value: str) -> str:
    if _is_mail(value):
        return MAIL
    if value[:4].lower() == "tel:":
        return MOBILE
    if "ddress" in predicate or "locality" in predicate or "street" in predicate:
        return HOME
    return NAME


def _is_named_after(name: str, mail: str) -> bool:
    """Tell whether a name is the person whose mail address this is."""
    if is_person_name(name):
        return True
    words = [w for w in re.split(r"[^a-z]+", _plain(name)) if w]
    local, _, domain = _plain(mail).partition("@")
    if not 2 <= len(words) <= 4 or _ORGANISATION_WORDS.search(name) is not None:
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


@cache
def _given_names() -> frozenset[str]:
    text = (FOLDER / "given_names.txt").read_text("utf-8")
    return frozenset(w for line in text.splitlines() if line[:1] != "#" for w in line.split())


def _is_called(name: str) -> bool:
    """Tell whether a contact's name is a given name and a family name."""
    words = re.split(r"[\s,]+", name.strip(" -"))
    if not 2 <= len(words) <= 4 or _ORGANISATION_WORDS.search(name) is not None:
        return False
    given = _plain(words[0]).partition("-")[0]
    return given in _given_names() and words[-1][:1].isupper()


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _mailbox(value: str) -> str:
    return unquote(value[7:]).partition("?")[0].strip()


def _value(term: object) -> str:
    return getattr(term, "value", "")


def _where(triple: ox.Triple) -> str:
    predicate = triple.predicate.value
    for prefix, namespace in PREFIXES.items():
        if predicate.startswith(namespace):
            predicate = f"{prefix}:{predicate[len(namespace) :]}"
            break
    subject = triple.subject
    if not isinstance(subject, ox.NamedNode) or _PERSON_IRI.match(subject.value):
        return f"{predicate} of a nested node"
    return f"{predicate} of <{subject.value}>"


def _anonymous(triple: ox.Triple, people: _People) -> ox.Triple:
    """Rename a person's node whose very IRI identifies them (ORCID) to a blank node."""
    subject, obj = triple.subject, triple.object
    if isinstance(subject, ox.NamedNode) and _identifies(subject, people):
        subject = _blank(subject)
    if isinstance(obj, ox.NamedNode) and _identifies(obj, people):
        obj = _blank(obj)
    if subject is triple.subject and obj is triple.object:
        return triple
    return ox.Triple(subject, triple.predicate, obj)


def _identifies(node: ox.NamedNode, people: _People) -> bool:
    return node in people.typed and _PERSON_IRI.match(node.value) is not None


def _blank(node: ox.NamedNode) -> ox.BlankNode:
    return ox.BlankNode("p" + re.sub(r"[^0-9A-Za-z]", "", node.value))


def _reachable(
    kept: list[ox.Triple], before: Sequence[ox.Triple], focus: ox.NamedNode | ox.BlankNode
) -> list[ox.Triple]:
    """Drop nodes that hung only on what was removed; those never reached stay as they were."""
    gone = _nodes_below(before, focus) - _nodes_below(kept, focus)
    return [t for t in kept if t.subject not in gone]


def _nodes_below(triples: Sequence[ox.Triple], focus: object) -> set[object]:
    below: dict[object, list[object]] = defaultdict(list)
    for t in triples:
        below[t.subject].append(t.object)
    seen: set[object] = {focus}
    waiting: list[object] = [focus]
    while waiting:
        for node in _links(below.get(waiting.pop(), ())):
            if node not in seen:
                seen.add(node)
                waiting.append(node)
    return seen


def _links(objects: Iterable[object]) -> Iterator[object]:
    return (o for o in objects if isinstance(o, (ox.NamedNode, ox.BlankNode)))
