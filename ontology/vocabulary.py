"""Vocabularies: a label in any spelling → a SKOS concept, or an explicit unknown."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

import pyoxigraph as ox

from ontology.interval import FREQUENCIES, read_interval
from ontology.spelling import WEAK_SEPARATORS, spelling_key, split_list
from ontology.terms import DCAT, DCT, OWL, RDF, SKOS, VOCAB

Scheme = Literal[
    "open-type",
    "sharing-type",
    "frequency",
    "domain",
    "domain-2014",
    "national-theme",
    "industry",
    "scenario",
    "format",
    "resource-type",
    "place",
    "organization",
    "delivery-mode",
    "security-level",
    "library",
    "quality-dimension",
    "classification-level",
    "sensitivity",
    "conditional-reason",
    "resource-class",
]
"""Concept schemes by the last part of their IRI (``VOCAB + scheme``)."""


@dataclass(frozen=True, slots=True)
class Concept:
    """A SKOS concept as the product shows it."""

    iri: str
    scheme: str
    notation: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Known:
    """A text that means a concept; ``interval`` is an ISO 8601 duration such as ``P2D``."""

    concept: Concept
    interval: str | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """A text that means no concept of the scheme, with the reason.

    ``other-scheme``: it belongs to another scheme (无条件共享 is about sharing);
    ``bare-code``: a code whose meaning differs from platform to platform;
    ``not-in-scheme``: looked at and does not belong (牲畜饲养, ``$type``);
    ``unexplained``: nobody has looked at it yet.

    ``means`` is the IRI of the concept in another scheme that the text does mean, where one is
    known: the format ``http`` means ``delivery-mode/api``.
    """

    text: str
    reason: Literal["other-scheme", "bare-code", "not-in-scheme", "unexplained"]
    note: str = ""
    means: str | None = None


_FOLDER = "vocabularies"
_REFUSED = "not_in_scheme.toml"
_ABSOLUTE = re.compile("上海|^[0-9]{6,12}$|^https?:")
_RELATIVE: Final = frozenset({"organization", "place"})
"""Schemes whose labels are often relative to the city that publishes (市统计局, 宝山区)."""

_BARE_CODE = re.compile(r"[0-9]{1,5}|[a-z]")
_MEMO_TEXTS = 65_536
_MEMO_LENGTH = 200
_LABELS: Final = (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)
_MAPPINGS: Final = (
    SKOS.exactMatch,
    SKOS.closeMatch,
    SKOS.broadMatch,
    SKOS.narrowMatch,
    SKOS.relatedMatch,
)


class Vocabulary:
    """All concept schemes, read once; look-ups are dictionary hits.

    Labels are compared by `ontology.spelling.spelling_key`. A text that is no label of its scheme
    is never guessed: it comes back as `Unknown` with its text untouched and the reason.
    """

    def __init__(self, turtle: Mapping[str, bytes], refused: bytes) -> None:
        """Index the schemes: ``turtle`` by name of scheme, ``refused`` the table in TOML."""
        self._turtle = dict(sorted(turtle.items()))
        digest = hashlib.sha256()
        for name, data in [*self._turtle.items(), (_REFUSED, refused)]:
            digest.update(f"{name} {len(data)}\n".encode() + data)
        self.digest: str = digest.hexdigest()
        """SHA-256 over all vocabularies; part of the fingerprint of an import."""
        self._concepts: dict[str, Concept] = {}
        self._by_scheme: dict[str, list[Concept]] = {name: [] for name in self._turtle}
        self._spellings: dict[str, dict[str, Concept]] = {name: {} for name in self._turtle}
        self._labels: dict[str, list[str]] = {}
        self._links: dict[str, dict[str, list[str]]] = {}
        self._versions: dict[str, str] = {}
        for name, data in self._turtle.items():
            self._index(name, data)
        self._refused = self._index_refused(tomllib.loads(refused.decode()))
        names = [*self._turtle]
        self._memo: dict[str, dict[str, Known | Unknown]] = {name: {} for name in names}
        self._foreign: dict[str, dict[str, Known | Unknown]] = {
            name: {} if name in _RELATIVE else self._memo[name] for name in names
        }

    @classmethod
    def load(cls) -> Vocabulary:
        """Read the vocabularies that are shipped beside this module (see `load_vocabulary`)."""
        folder = resources.files("ontology") / _FOLDER
        turtle = {
            entry.name.removesuffix(".ttl"): entry.read_bytes()
            for entry in folder.iterdir()
            if entry.name.endswith(".ttl")
        }
        return cls(turtle, (folder / _REFUSED).read_bytes())

    # -- looking up ------------------------------------------------------------------------------

    def find(self, scheme: Scheme, text: str, *, local: bool = True) -> Known | Unknown:
        """Return what ``text`` means in ``scheme``.

        ``local`` says that the text comes from a source in Shanghai. Elsewhere 市统计局 is another
        city's office and 普陀区 another city's district, so with ``local=False`` organisations and
        places are found only by names that say 上海, or by their code.
        """
        memo = (self._memo if local else self._foreign)[scheme]
        found = memo.get(text)
        if found is None:
            found = self._look_up(scheme, text, local=local or scheme not in _RELATIVE)
            if len(text) <= _MEMO_LENGTH:
                if len(memo) >= _MEMO_TEXTS:
                    memo.clear()
                memo[text] = found
        return found

    def find_all(
        self, scheme: Scheme, text: object, *, local: bool = True
    ) -> list[Known | Unknown]:
        """Return what each item of a list means, in its order, equal results once.

        ``text`` is a list, a list written as a string (``"['xls','api']"``, ``"[xml,xls]"``,
        ``EXCEL,DOC``, ``A、B``) or a single value; None and "" give an empty list. A separator
        that may stand inside a label (、 and /) splits only what is no label as a whole, and only
        where each part is one; organisations always.
        """
        if isinstance(text, str):
            whole = self.find(scheme, text, local=local)
            items = [text] if isinstance(whole, Known) else split_list(text)
        elif isinstance(text, list | tuple):
            items = [str(item) for item in text if item is not None]
        else:
            items = [] if text is None else [str(text)]
        results = [r for item in items for r in self._split_weakly(scheme, item, local=local)]
        return list(dict.fromkeys(results))

    def organization(self, text: str, *, local: bool = True) -> Known | Unknown:
        """Return the organisation of a name: full, short, earlier or broken (see `find`)."""
        return self.find("organization", text, local=local)

    # -- concepts --------------------------------------------------------------------------------

    def concept(self, iri: str) -> Concept | None:
        """Return the concept with this IRI, or None."""
        return self._concepts.get(iri)

    def concepts(self, scheme: Scheme) -> list[Concept]:
        """Return the concepts of a scheme, ordered by notation (numbers as numbers)."""
        return list(self._by_scheme[scheme])

    def schemes(self) -> dict[str, str]:
        """Return the version (``owl:versionInfo``) of each scheme by its name."""
        return dict(self._versions)

    def spellings(self, iri: str) -> list[str]:
        """Return every label of a concept: preferred, alternative, then hidden ones."""
        return list(self._labels.get(iri, ()))

    def successors(self, iri: str) -> list[Concept]:
        """Return what directly replaces a concept (``dct:isReplacedBy``); empty: it goes on."""
        return self._linked(iri, DCT.isReplacedBy)

    def current(self, iri: str) -> list[Concept]:
        """Return what stands in a concept's place today, through all its successors."""
        found: dict[str, Concept] = {}
        seen: set[str] = set()
        waiting = [iri]
        while waiting:
            here = waiting.pop(0)
            if here in seen:
                continue
            seen.add(here)
            after = self.successors(here)
            waiting.extend(concept.iri for concept in after)
            if not after and here in self._concepts:
                found[here] = self._concepts[here]
        return list(found.values())

    def broader(self, iri: str) -> list[Concept]:
        """Return the broader concepts: a street's district, a district's city."""
        return self._linked(iri, SKOS.broader)

    def matches(self, iri: str) -> dict[str, list[str]]:
        """Return the mappings to other schemes: ``exactMatch`` and so on → IRIs."""
        links = self._links.get(iri, {})
        return {p.removeprefix(SKOS): list(links[p]) for p in _MAPPINGS if p in links}

    def media_type(self, iri: str) -> str | None:
        """Return the IANA media type IRI of a format, where it has one."""
        return next(iter(self._links.get(iri, {}).get(DCAT.mediaType, ())), None)

    def members(self, iri: str) -> frozenset[str]:
        """Return the IRIs in a ``skos:Collection``, such as ``format/machine-readable``."""
        return frozenset(self._links.get(iri, {}).get(SKOS.member, ()))

    # -- as a graph ------------------------------------------------------------------------------

    @property
    def version(self) -> str:
        """The highest version among the schemes that carry a number such as 1.0.0."""
        return max(v for v in self._versions.values() if v.count(".") == 2)

    def graph_turtle(self, scheme: Scheme) -> str:
        """Return the Turtle of one scheme; its named graph is the scheme's IRI."""
        return self._turtle[scheme].decode()

    def quads(self) -> Iterator[ox.Quad]:
        """Yield all vocabularies, each scheme's IRI as the name of its graph."""
        for name, data in self._turtle.items():
            graph = ox.NamedNode(VOCAB + name)
            for quad in ox.parse(data, format=ox.RdfFormat.TURTLE):
                yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)

    # -- within ----------------------------------------------------------------------------------

    def _look_up(self, scheme: Scheme, text: str, *, local: bool) -> Known | Unknown:
        key = spelling_key(text)
        concept = self._spellings[scheme].get(key)
        if concept is not None:
            if local or _ABSOLUTE.search(key) is not None:
                return Known(concept)
            return Unknown(text, "unexplained", "A relative name from outside Shanghai.")
        if scheme == "frequency" and (interval := read_interval(key)) is not None:
            notation = FREQUENCIES.get(interval)
            frequency = self._concepts[f"{VOCAB}frequency/{notation or 'other'}"]
            return Known(frequency, None if notation else interval)
        for table in (self._refused.get(scheme), self._refused["*"]):
            if table is not None and (unknown := table.get(key)) is not None:
                return Unknown(text, unknown.reason, unknown.note, unknown.means)
        if _BARE_CODE.fullmatch(key):
            return Unknown(text, "bare-code", "A code means something else on each platform.")
        return Unknown(text, "unexplained")

    def _split_weakly(self, scheme: Scheme, item: str, *, local: bool) -> list[Known | Unknown]:
        whole = self.find(scheme, item, local=local)
        if isinstance(whole, Known) or whole.reason != "unexplained":
            return [whole]
        parts = [part for part in WEAK_SEPARATORS.split(item) if part.strip()]
        found = [self.find(scheme, part.strip(), local=local) for part in parts]
        if len(parts) > 1 and (
            scheme == "organization"
            or all(isinstance(part, Known) or part.reason != "unexplained" for part in found)
        ):
            return found
        return [whole]

    def _linked(self, iri: str, predicate: str) -> list[Concept]:
        targets = self._links.get(iri, {}).get(predicate, ())
        return [self._concepts[t] for t in targets if t in self._concepts]

    def _index(self, name: str, data: bytes) -> None:
        labels: dict[str, dict[str, list[ox.Literal]]] = {}
        for quad in ox.parse(data, format=ox.RdfFormat.TURTLE):
            subject = str(quad.subject)[1:-1]
            predicate = quad.predicate.value
            if isinstance(quad.object, ox.NamedNode):
                here = self._links.setdefault(subject, {})
                here.setdefault(predicate, []).append(quad.object.value)
            elif isinstance(quad.object, ox.Literal):
                labels.setdefault(subject, {}).setdefault(predicate, []).append(quad.object)
        self._versions[name] = labels[VOCAB + name][OWL.versionInfo][0].value
        for iri, texts in labels.items():
            if SKOS.Concept not in self._links.get(iri, {}).get(RDF.type, ()):
                continue
            preferred = {x.language: x.value for x in texts[SKOS.prefLabel]}
            notation = texts[SKOS.notation][0].value
            concept = Concept(iri, name, notation, preferred["zh"], preferred["en"])
            self._concepts[iri] = concept
            self._by_scheme[name].append(concept)
            self._labels[iri] = [x.value for p in _LABELS for x in texts.get(p, ())]
            for text in [iri, *self._labels[iri], *self._outside_names(iri)]:
                for key in _keys(name, text):
                    self._spellings[name].setdefault(key, concept)
        self._by_scheme[name].sort(
            key=lambda c: (len(c.notation) * c.notation.isdigit(), c.notation)
        )

    def _outside_names(self, iri: str) -> list[str]:
        """Return the IRIs by which harvested DCAT means this concept: EU tables, IANA types."""
        links = self._links[iri]
        matched = [*links.get(SKOS.exactMatch, ()), *links.get(SKOS.closeMatch, ())]
        named = [*matched, *links.get(DCAT.mediaType, ())]
        return [name for name in named if not name.startswith(VOCAB)]

    def _index_refused(self, table: Mapping[str, Any]) -> dict[str, dict[str, Unknown]]:
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


@cache
def load_vocabulary() -> Vocabulary:
    """Return the vocabularies that are shipped with the product, read once per process."""
    return Vocabulary.load()
