"""How properties of DCAT-AP are written: what of the source's values their ranges take."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from catalog_service.datasets.description_model import Description
from catalog_service.datasets.profiles.draft import Draft
from catalog_service.datasets.profiles.eu_tables import (
    ACCESS_RIGHT,
    AUTHORITY,
    THEME,
    eu_concepts,
    eu_language,
)
from catalog_service.datasets.terms_of_use import terms
from ontology.dates import earliest, latest, written_date
from ontology.languages import Texts
from ontology.openness import open_type
from ontology.terms import DCAT, DCT, FOAF, LOCN, ODRL, ORG, RDFS, SKOS, VCARD, VOCAB, XSD
from ontology.vocabulary import load_vocabulary

_FREQUENCY: Final = f"{AUTHORITY}frequency/"
_ORGANIZATION: Final = f"{VOCAB}organization/"
_DATES: Final = (
    (re.compile(r"\d{4}-\d{2}-\d{2}"), XSD.date),
    (re.compile(r"\d{4}-\d{2}-\d{2}T.*"), XSD.dateTime),
    (re.compile(r"\d{4}-\d{2}"), XSD.gYearMonth),
    (re.compile(r"\d{4}"), XSD.gYear),
)
_NUMBER: Final = re.compile(r"[0-9]+(\.[0-9]+)?")
_DURATION: Final = re.compile(r"-?P(?=.)([0-9]+Y)?([0-9]+M)?([0-9]+D)?(T(?=.)([0-9.]+[HMS])+)?")
_CONTACT: Final = (
    *(VCARD.fn, VCARD.hasEmail, VCARD.hasTelephone, VCARD.hasURL, VCARD.term("organization-name")),
)
_STARTS: Final = (DCAT.startDate, "http://schema.org/startDate", "https://schema.org/startDate")
_ENDS: Final = (DCAT.endDate, "http://schema.org/endDate", "https://schema.org/endDate")


@dataclass(frozen=True, slots=True)
class Export:
    """An export under construction, of which dataset, and what is known of it."""

    draft: Draft
    focus: str
    description: Description

    def values(self, node: str, predicate: str) -> list[ox.NamedNode | ox.Literal]:
        """Return what the source says of a node with a property."""
        return self.draft.source.objects(node, predicate)


def texts(one: Export, node: str, predicate: str) -> None:
    """Texts, in the languages in which they are given."""
    found = [value for value in one.values(node, predicate) if isinstance(value, ox.Literal)]
    one.draft.add(node, predicate, *found)


def one_text(one: Export, node: str, predicate: str) -> None:
    """The first text."""
    found = [value for value in one.values(node, predicate) if isinstance(value, ox.Literal)]
    one.draft.add(node, predicate, *found[:1])


def addresses(one: Export, node: str, predicate: str) -> None:
    """Addresses, of which nothing more is said."""
    for iri in one.draft.source.iris(node, predicate):
        one.draft.link(node, predicate, iri)


def agents(one: Export, node: str, predicate: str) -> None:
    """Agents with their names."""
    for value in one.values(node, predicate):
        one.draft.link(node, predicate, _agent(one, value))


def others(one: Export, node: str, predicate: str) -> None:
    """Agents in roles of which the profile says nothing: one without a name stays an address."""
    for value in one.values(node, predicate):
        nameless = isinstance(value, ox.NamedNode) and not one.draft.name(value.value)
        one.draft.link(node, predicate, value.value if nameless else _agent(one, value))


def publisher(one: Export, node: str, predicate: str) -> None:
    """One publisher; others are contributors."""
    for number, value in enumerate(one.values(node, predicate)):
        relation = DCT.contributor if number else predicate
        one.draft.link(node, relation, _agent(one, value))


def _agent(one: Export, value: ox.NamedNode | ox.Literal) -> str:
    agent = one.draft.node(value, (FOAF.Agent,), FOAF.name)
    if agent.startswith(_ORGANIZATION):
        one.draft.typed(agent, ORG.Organization)
    for kind in one.draft.source.iris(agent, DCT.type)[:1]:
        one.draft.link(agent, DCT.type, one.draft.concept(kind))
    return agent


def contacts(one: Export, node: str, predicate: str) -> None:
    """Ways to ask."""
    for iri in one.draft.source.iris(node, predicate):
        one.draft.link(node, predicate, iri)
        one.draft.typed(iri, VCARD.Kind)
        one.draft.copy(iri, _CONTACT)


def concepts(one: Export, node: str, predicate: str) -> None:
    """Concepts with their labels, in their schemes; texts become concepts of no scheme."""
    for value in one.values(node, predicate):
        one.draft.link(node, predicate, _concept(one, value))


def _concept(one: Export, value: ox.NamedNode | ox.Literal) -> str:
    if isinstance(value, ox.NamedNode):
        return one.draft.concept(value.value)
    return one.draft.node(value, (SKOS.Concept,), SKOS.prefLabel)


def themes(one: Export, node: str, predicate: str) -> None:
    """The EU's data themes; ours, where they are mapped to some, are subjects."""
    for value in one.values(node, predicate):
        if isinstance(value, ox.Literal):
            one.draft.add(node, DCAT.keyword, value)
            continue
        meant = [iri for iri in eu_concepts(value.value) if iri.startswith(THEME)]
        for iri in meant:
            one.draft.link(node, predicate, one.draft.concept(iri))
        if value.value not in meant:
            own = one.draft.concept(value.value)
            one.draft.link(node, DCT.subject if meant else predicate, own)


def access_rights(one: Export, node: str, predicate: str) -> None:
    """One access right of the EU's table; our open type is a statement of rights."""
    for value in one.values(node, predicate)[:1]:
        if isinstance(value, ox.Literal):
            made = one.draft.node(value, (DCT.RightsStatement,), RDFS.label)
            one.draft.link(node, predicate, made)
            continue
        own = open_type(value.value) or value.value
        meant = [iri for iri in eu_concepts(own) if iri.startswith(ACCESS_RIGHT)]
        if value.value.startswith(ACCESS_RIGHT):
            meant = [value.value]
        right = meant[0] if meant else value.value
        one.draft.link(node, predicate, one.draft.concept(right, DCT.RightsStatement))
        if own.startswith(VOCAB) and own != right:
            one.draft.link(node, DCT.rights, one.draft.concept(own, DCT.RightsStatement))


def frequency(one: Export, node: str, predicate: str) -> None:
    """One frequency of the EU's table; ours where there is none."""
    for value in one.values(node, predicate)[:1]:
        if isinstance(value, ox.Literal):
            made = one.draft.node(value, (DCT.Frequency,), RDFS.label)
            one.draft.link(node, predicate, made)
            continue
        own = load_vocabulary().meant("frequency", value.value)
        meant = [iri for iri in eu_concepts(own) if iri.startswith(_FREQUENCY)]
        given = value.value if value.value.startswith(_FREQUENCY) else None
        found = given or next(iter(meant), value.value)
        one.draft.link(node, predicate, one.draft.concept(found, DCT.Frequency))


def languages(one: Export, node: str, predicate: str) -> None:
    """Languages of the EU's table, however the source writes them."""
    for value in one.values(node, predicate):
        meant = eu_language(value.value)
        if meant is not None:
            one.draft.link(node, predicate, one.draft.concept(meant, DCT.LinguisticSystem))


def places(one: Export, node: str, predicate: str) -> None:
    """Places with their names, and what the source says of where they lie."""
    for value in one.values(node, predicate):
        place = one.draft.node(value, (DCT.Location,), SKOS.prefLabel)
        one.draft.link(node, predicate, place)
        for term in (DCAT.bbox, DCAT.centroid, LOCN.geometry):
            found = [v for v in one.values(place, term) if isinstance(v, ox.Literal)]
            one.draft.add(place, term, *found[:1])


def periods(one: Export, node: str, predicate: str) -> None:
    """Periods, from the first day to the last."""
    for iri in one.draft.source.iris(node, predicate):
        bounds = (
            (DCAT.startDate, earliest(_literals(one, iri, _STARTS))),
            (DCAT.endDate, latest(_literals(one, iri, _ENDS))),
        )
        said = [(term, day) for term, text in bounds if (day := date_literal(text)) is not None]
        if said:
            one.draft.link(node, predicate, iri)
            one.draft.typed(iri, DCT.PeriodOfTime)
        for term, day in said:
            one.draft.add(iri, term, day)


def _literals(one: Export, node: str, predicates: Iterable[str]) -> list[str]:
    return [text for p in predicates for text in one.draft.source.literals(node, p)]


def first_day(one: Export, node: str, predicate: str) -> None:
    """The earliest of the days."""
    _day(one, node, predicate, earliest(one.draft.source.literals(node, predicate)))


def last_day(one: Export, node: str, predicate: str) -> None:
    """The latest of the days."""
    _day(one, node, predicate, latest(one.draft.source.literals(node, predicate)))


def _day(one: Export, node: str, predicate: str, text: str | None) -> None:
    day = date_literal(text)
    if day is not None:
        one.draft.add(node, predicate, day)


def date_literal(text: str | None) -> ox.Literal | None:
    """Return a date with the datatype that its precision has; None of what is no date."""
    written = written_date(text)
    for pattern, datatype in _DATES:
        if written is not None and pattern.fullmatch(written):
            return ox.Literal(written, datatype=ox.NamedNode(datatype))
    return None


def documents(one: Export, node: str, predicate: str) -> None:
    """Pages."""
    for iri in one.draft.source.iris(node, predicate):
        one.draft.link(node, predicate, iri)
        one.draft.typed(iri, FOAF.Document)


def standards(one: Export, node: str, predicate: str) -> None:
    """Standards and specifications."""
    for value in one.values(node, predicate):
        one.draft.link(node, predicate, one.draft.node(value, (DCT.Standard,), RDFS.label))


def provenance(one: Export, node: str, predicate: str) -> None:
    """Statements of where the data comes from."""
    for value in one.values(node, predicate):
        made = one.draft.node(value, (DCT.ProvenanceStatement,), RDFS.label)
        one.draft.link(node, predicate, made)


def policies(one: Export, node: str, predicate: str) -> None:
    """The conditions on which the data is given."""
    for iri in one.draft.source.iris(node, predicate):
        one.draft.link(node, predicate, iri)
        one.draft.typed(iri, ODRL.Policy, ODRL.Offer)
        one.draft.copy(iri, (DCT.description,))


def rights(one: Export, node: str, predicate: str) -> None:
    """Statements of rights."""
    for said in terms(one.draft.source, node, predicate):
        made = legal(one, said.iri, said.label, DCT.RightsStatement)
        one.draft.link(node, predicate, made)


def legal(one: Export, iri: str | None, label: Texts, kind: str) -> str:
    """Describe a licence or a statement of rights: its address or a new node, its label."""
    made = iri or one.draft.mint()
    one.draft.typed(made, kind)
    one.draft.say(made, RDFS.label, label)
    return made


def decimal(one: Export, node: str, predicate: str) -> None:
    """One number."""
    for text in one.draft.source.literals(node, predicate):
        if _NUMBER.fullmatch(text):
            number = ox.Literal(text, datatype=ox.NamedNode(XSD.decimal))
            one.draft.add(node, predicate, number)
            return


def duration(one: Export, node: str, predicate: str) -> None:
    """One span of time."""
    for text in one.draft.source.literals(node, predicate):
        if _DURATION.fullmatch(text):
            span = ox.Literal(text, datatype=ox.NamedNode(XSD.duration))
            one.draft.add(node, predicate, span)
            return
