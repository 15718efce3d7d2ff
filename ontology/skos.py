"""Reading the concept schemes (SKOS in Turtle) and the table of texts that mean no concept."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any, Final

import pyoxigraph as ox

from ontology.concepts import Concept, Unknown
from ontology.spelling import spelling_key
from ontology.terms import DCAT, OWL, RDF, SKOS, VOCAB

_FOLDER = "vocabularies"
_REFUSED = "not_in_scheme.toml"
_SHOWN: Final = (SKOS.prefLabel, SKOS.altLabel)
_LABELS: Final = (*_SHOWN, SKOS.hiddenLabel)

_DEPRECATED: Final = OWL + "deprecated"

_BY_NOTATION: Final = frozenset(
    {
        *("open-type", "sharing-type", "frequency", "format", "delivery-mode", "resource-type"),
        *("security-level", "conditional-reason", "sensitivity", "resource-class", "library"),
        *("scenario", "quality-dimension", "classification-level"),
    }
)
"""Schemes whose notations are words of their own (``unconditional``, ``monthly``). In the others
they are numbers and letters, or words that mean something else too."""
_WORD: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def shipped() -> tuple[dict[str, bytes], bytes]:
    """Return the Turtle of each scheme by its name, and the table of refused values in TOML."""
    folder = resources.files("ontology") / _FOLDER
    turtle = {
        entry.name.removesuffix(".ttl"): entry.read_bytes()
        for entry in folder.iterdir()
        if entry.name.endswith(".ttl")
    }
    return turtle, (folder / _REFUSED).read_bytes()


class Schemes:
    """The concept schemes in memory, indexed for `ontology.vocabulary`.

    ``spellings`` maps the `spelling_key` of every label to its concept, ``links`` the IRIs that a
    subject points at by predicate, ``refused`` the values that mean no concept of a scheme (``*``
    for every scheme), ``versions`` each scheme's ``owl:versionInfo``.
    """

    def __init__(self, turtle: Mapping[str, bytes], refused: bytes) -> None:
        """Index the schemes: ``turtle`` by name of scheme, ``refused`` the table in TOML."""
        self.turtle = dict(sorted(turtle.items()))
        digest = hashlib.sha256()
        for name, data in [*self.turtle.items(), (_REFUSED, refused)]:
            digest.update(f"{name} {len(data)}\n".encode() + data)
        self.digest = digest.hexdigest()
        self.concepts: dict[str, Concept] = {}
        self.by_scheme: dict[str, list[Concept]] = {name: [] for name in self.turtle}
        self.spellings: dict[str, dict[str, Concept]] = {name: {} for name in self.turtle}
        self.labels: dict[str, list[str]] = {}
        self.shown: dict[str, list[str]] = {}
        self.links: dict[str, dict[str, list[str]]] = {}
        self.versions: dict[str, str] = {}
        self.deprecated: set[str] = set()
        for name, data in self.turtle.items():
            self._index(name, data)
        self.refused = _index_refused(tomllib.loads(refused.decode()))
        for name in self.turtle:
            self._index_notations(name)

    def quads(self) -> Iterator[ox.Quad]:
        """Yield all vocabularies, each scheme's IRI as the name of its graph."""
        for name, data in self.turtle.items():
            graph = ox.NamedNode(VOCAB + name)
            for quad in ox.parse(data, format=ox.RdfFormat.TURTLE):
                yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)

    def _index(self, name: str, data: bytes) -> None:
        labels: dict[str, dict[str, list[ox.Literal]]] = {}
        for quad in ox.parse(data, format=ox.RdfFormat.TURTLE):
            subject = str(quad.subject)[1:-1]
            predicate = quad.predicate.value
            if isinstance(quad.object, ox.NamedNode):
                here = self.links.setdefault(subject, {})
                here.setdefault(predicate, []).append(quad.object.value)
            elif isinstance(quad.object, ox.Literal):
                labels.setdefault(subject, {}).setdefault(predicate, []).append(quad.object)
        self.versions[name] = labels[VOCAB + name][OWL.versionInfo][0].value
        for iri, texts in labels.items():
            if SKOS.Concept not in self.links.get(iri, {}).get(RDF.type, ()):
                continue
            if any(x.value == "true" for x in texts.get(_DEPRECATED, ())):
                self.deprecated.add(iri)
            preferred = {x.language: x.value for x in texts[SKOS.prefLabel]}
            notation = texts[SKOS.notation][0].value
            concept = Concept(iri, name, notation, preferred["zh"], preferred["en"])
            self.concepts[iri] = concept
            self.by_scheme[name].append(concept)
            self.labels[iri] = [x.value for p in _LABELS for x in texts.get(p, ())]
            self.shown[iri] = [x.value for p in _SHOWN for x in texts.get(p, ())]
            for text in [iri, *self.labels[iri], *self._outside_names(iri)]:
                for key in _keys(name, text):
                    self.spellings[name].setdefault(key, concept)
        self.by_scheme[name].sort(
            key=lambda c: (len(c.notation) * c.notation.isdigit(), c.notation)
        )

    def _index_notations(self, name: str) -> None:
        """Index notations as spellings where no label has the same spelling.

        ``monthly`` only where it is an unambiguous word (`_BY_NOTATION`); ``frequency/monthly`` and
        ``domain/4`` always.
        """
        spellings = self.spellings[name]
        for concept in self.by_scheme[name]:
            spellings.setdefault(spelling_key(f"{name}/{concept.notation}"), concept)
            key = spelling_key(concept.notation)
            # Programs write "none" for nothing: it means 非开放 only as open-type/none.
            barred = key in self.refused["*"] or key in self.refused.get(name, {})
            if name in _BY_NOTATION and not barred and _WORD.fullmatch(key) is not None:
                spellings.setdefault(key, concept)

    def _outside_names(self, iri: str) -> list[str]:
        """Return the IRIs by which harvested DCAT means this concept: EU tables, IANA types."""
        links = self.links[iri]
        matched = [*links.get(SKOS.exactMatch, ()), *links.get(SKOS.closeMatch, ())]
        named = [*matched, *links.get(DCAT.mediaType, ())]
        return [name for name in named if not name.startswith(VOCAB)]


def _index_refused(table: Mapping[str, Any]) -> dict[str, dict[str, Unknown]]:
    refused: dict[str, dict[str, Unknown]] = {"*": {}}
    for entry in table["value"]:
        means = entry.get("means")
        for number, text in enumerate(entry["texts"]):
            meant = means[number] if isinstance(means, list) else means
            unknown = Unknown(
                text, entry["reason"], entry["note"], VOCAB + meant if meant else None
            )
            refused.setdefault(entry["scheme"], {})[spelling_key(text)] = unknown
    return refused


def _keys(scheme: str, label: str) -> set[str]:
    """Return the keys of a label; a city office is also found with and without the city's name."""
    key = spelling_key(label)
    keys = {key}
    if scheme == "organization":
        if key.startswith("上海市"):
            keys.add(key.removeprefix("上海"))
        elif key.startswith("市"):
            keys.add("上海" + key)
    return keys
