"""Reading a record's canonical form as nodes with properties, for showing it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import pyoxigraph as ox

from ontology.languages import Tagged, Texts, by_language, grouped
from ontology.ntriples import triples_of
from ontology.terms import DCT, FOAF, RDFS, SKOS, VCARD
from ontology.texts import plain_text
from ontology.unmapped_values import Lookup
from ontology.vocabulary import Concept

_WHOLE = re.compile(r"\+?([0-9]{1,18})(?:\.0*)?")
_LABELS = (SKOS.prefLabel, FOAF.name, RDFS.label, VCARD.fn, DCT.term("title"))


class Concepts(Lookup, Protocol):
    """What of `ontology.vocabulary.Vocabulary` is needed to name and explain things."""

    def concept(self, iri: str) -> Concept | None:
        """Return the concept with this IRI, or None."""
        ...


@dataclass(frozen=True)
class Statements:
    """The triples of one record by subject and predicate."""

    nodes: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]]
    concepts: Concepts

    @classmethod
    def read(cls, nquads: str, concepts: Concepts) -> Statements:
        """Parse a canonical form."""
        nodes: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = defaultdict(dict)
        for triple in triples_of(nquads):
            subject, value = triple.subject, triple.object
            if isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode | ox.Literal):
                nodes[subject.value].setdefault(triple.predicate.value, []).append(value)
        return cls(dict(nodes), concepts)

    def objects(self, subject: str, predicate: str) -> list[ox.NamedNode | ox.Literal]:
        """Return what ``subject`` has for ``predicate``, in canonical order."""
        return self.nodes.get(subject, {}).get(predicate, [])

    def iris(self, subject: str, predicate: str) -> list[str]:
        """Return the IRIs among the objects."""
        return [o.value for o in self.objects(subject, predicate) if isinstance(o, ox.NamedNode)]

    def literals(self, subject: str, predicate: str) -> list[str]:
        """Return the values of the literals among the objects."""
        return [o.value for o in self.objects(subject, predicate) if isinstance(o, ox.Literal)]

    def value(self, subject: str, predicate: str) -> str | None:
        """Return the first literal's value, or None."""
        return next(iter(self.literals(subject, predicate)), None)

    def integer(self, subject: str, predicate: str) -> int | None:
        """Return the first literal that is a whole number, or None."""
        for text in self.literals(subject, predicate):
            # DCAT 2 wrote sizes as decimals: "1024.0".
            found = _WHOLE.fullmatch(text.strip())
            if found is not None:
                return int(found[1])
        return None

    def boolean(self, subject: str, predicate: str) -> bool | None:
        """Return the first literal as a truth value, or None."""
        text = self.value(subject, predicate)
        return None if text is None else text in ("true", "1")

    def texts(self, subject: str, predicate: str) -> Texts:
        """Return the literals by language, in the order of preference (`ontology.languages`)."""
        return by_language(self._tagged(subject, predicate))

    def in_order(self, subject: str, predicate: str) -> list[str]:
        """Return the values of the literals, language by language, equal ones once."""
        values = (text for text, _ in grouped(self._tagged(subject, predicate)))
        return list(dict.fromkeys(values))

    def _tagged(self, subject: str, predicate: str) -> list[Tagged]:
        return [
            (o.value.strip(), o.language or "")
            for o in self.objects(subject, predicate)
            if isinstance(o, ox.Literal)
        ]

    def prose(self, subject: str, predicate: str) -> Texts:
        """Return the literals by language as they are read: without HTML (`ontology.texts`)."""
        found = self.texts(subject, predicate).items()
        return {lang: plain for lang, text in found if (plain := plain_text(text))}

    def name(self, iri: str) -> Texts:
        """Return the name of a concept or of a node of the record; empty where it has none."""
        concept = self.concepts.concept(iri)
        if concept is not None:
            return {"zh": concept.zh, "en": concept.en}
        for predicate in _LABELS:
            found = self.texts(iri, predicate)
            if found:
                return found
        return {}

    def below(self, subject: str, predicate: str) -> Iterator[str]:
        """Yield the nodes that ``predicate`` leads to; fragments come in the order of their N."""
        yield from sorted(self.iris(subject, predicate), key=_natural)


def _natural(iri: str) -> tuple[str, int, str]:
    head, _, number = iri.rpartition("-")
    # ASCII too: ``²`` is a digit of which `int` knows nothing.
    is_number = number.isascii() and number.isdigit() and len(number) < 9
    return (head, int(number), "") if is_number else (iri, 0, iri)
