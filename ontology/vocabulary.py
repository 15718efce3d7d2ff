"""Vocabularies: a label in any spelling → a SKOS concept, or an explicit unknown."""

from __future__ import annotations

import copy
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final, TypeAlias, TypeVar

import pyoxigraph as ox

from ontology.concepts import Concept, DecidedValue, Known, Scheme, Unknown
from ontology.skos import Schemes, shipped
from ontology.spelling import WEAK_SEPARATORS, spelling_key, split_list, split_outside
from ontology.terms import DCAT, DCT, SKOS, VOCAB
from ontology.update_intervals import FREQUENCIES, read_interval

__all__ = ["Concept", "Known", "Scheme", "Unknown", "Vocabulary", "load_vocabulary"]

_ABSOLUTE = re.compile("上海|^[0-9]{6,12}$|^https?:")
_RELATIVE: Final = frozenset({"organization", "place"})
"""Schemes whose labels are often relative to the city that publishes (市统计局, 宝山区)."""

_BARE_CODE = re.compile(r"[0-9]{1,5}|[a-z]")
_MAX_CACHED = 65_536
_MAX_CACHED_LENGTH = 200

T = TypeVar("T")
_Cache: TypeAlias = dict[str, dict[str, T]]
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
        self._schemes = Schemes(turtle, refused)
        self.digest: str = self._schemes.digest
        """SHA-256 over all vocabularies; part of the fingerprint of an import."""
        self._decided: dict[str, dict[str, Known | Unknown]] = {}
        self._before: Schemes | None = None
        """What was shipped, where schemes were given other Turtle."""
        self._empty_caches()

    def _empty_caches(self) -> None:
        names = self._schemes.turtle
        self._found: _Cache[Known | Unknown] = {name: {} for name in names}
        self._lists: _Cache[tuple[Known | Unknown, ...]] = {name: {} for name in names}
        # Results that do not depend on the origin of the text share one cache.
        self._foreign = self._found | {name: {} for name in _RELATIVE}
        self._foreign_lists = self._lists | {name: {} for name in _RELATIVE}

    @classmethod
    def load(cls) -> Vocabulary:
        """Read the vocabularies that are shipped beside this module (see `load_vocabulary`)."""
        return cls(*shipped())

    def with_turtle(self, turtle: Mapping[str, bytes]) -> Vocabulary:
        """Return these vocabularies with other Turtle in the place of some schemes."""
        made = Vocabulary({**self._schemes.turtle, **turtle}, shipped()[1])
        made._before = self._schemes
        return made

    def with_decided(self, values: Iterable[DecidedValue]) -> Vocabulary:
        """Return these vocabularies with what an operator decided that texts mean.

        A decision holds against the labels and the table of refused values; a later one against an
        earlier one of the same text. One that names a concept which is not there is passed over.
        """
        given = list(values)
        if not given:
            return self
        made = copy.copy(self)
        made._decided = {name: dict(known) for name, known in self._decided.items()}
        digest = hashlib.sha256(self.digest.encode())
        for value in given:
            concept = None if value.concept is None else self.concept(value.concept)
            if value.concept is not None and concept is None:
                continue
            meant = (
                Unknown(value.text, "not-in-scheme", value.note)
                if concept is None
                else Known(concept)
            )
            made._decided.setdefault(value.scheme, {})[spelling_key(value.text)] = meant
            digest.update(repr((value.scheme, value.text, value.concept, value.note)).encode())
        made.digest = digest.hexdigest()
        made._empty_caches()
        return made

    def decided(self, scheme: Scheme, text: str) -> Known | None:
        """Return the concept that an operator decided a text to mean in a scheme, if any."""
        if not self._decided:
            return None
        found = self._decided.get(scheme, {}).get(spelling_key(text))
        return found if isinstance(found, Known) else None

    def find(self, scheme: Scheme, text: str, *, local: bool = True) -> Known | Unknown:
        """Return what ``text`` means in ``scheme``.

        ``local``: the text comes from a source in Shanghai. Elsewhere 市统计局 and 普陀区 belong to
        another city, so with ``local=False`` organizations and places are found only by a name
        with 上海 or by a code.
        """
        cached = (self._found if local else self._foreign)[scheme]
        found = cached.get(text)
        if found is None:
            found = self._look_up(scheme, text, local=local or scheme not in _RELATIVE)
            _cache(cached, text, found)
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
        if not isinstance(text, str):
            if not isinstance(text, list | tuple):
                return [] if text is None else self.find_all(scheme, str(text), local=local)
            items = [str(item) for item in text if item is not None]
            return self._find_items(scheme, items, local)
        cached = (self._lists if local else self._foreign_lists)[scheme]
        results = cached.get(text)
        if results is None:
            whole = isinstance(self.find(scheme, text, local=local), Known)
            items = [text] if whole else split_list(text)
            results = tuple(self._find_items(scheme, items, local))
            _cache(cached, text, results)
        return list(results)

    def organization(self, text: str, *, local: bool = True) -> Known | Unknown:
        """Return the organisation of a name: full, short, earlier or broken (see `find`)."""
        return self.find("organization", text, local=local)

    def concept(self, iri: str) -> Concept | None:
        """Return the concept with this IRI, or None."""
        return self._schemes.concepts.get(iri)

    def meant(self, scheme: Scheme, iri: str) -> str:
        """Return the IRI of our concept that one of another code list means, else ``iri``."""
        if iri in self._schemes.concepts:
            return iri
        for form in (iri, f"http:{iri[6:]}" if iri.startswith("https:") else iri):
            found = self.find(scheme, form)
            if isinstance(found, Known):
                return found.concept.iri
        return iri

    def concepts(self, scheme: Scheme) -> list[Concept]:
        """Return the concepts of a scheme, ordered by notation (numbers as numbers)."""
        return list(self._schemes.by_scheme[scheme])

    def offered(self, scheme: Scheme) -> list[Concept]:
        """Return the concepts of a scheme that may be chosen anew: those not to be used no more."""
        return [one for one in self.concepts(scheme) if one.iri not in self._schemes.deprecated]

    def schemes(self) -> dict[str, str]:
        """Return the version (``owl:versionInfo``) of each scheme by its name."""
        return dict(self._schemes.versions)

    def spellings(self, iri: str) -> list[str]:
        """Return every label of a concept: preferred, alternative, then hidden ones.

        For finding it, not for showing: hidden ones are broken spellings (SKOS, 5.5.1).
        """
        return list(self._schemes.labels.get(iri, ()))

    def names(self, iri: str) -> list[str]:
        """Return the labels of a concept that may be shown: preferred, then alternative ones."""
        return list(self._schemes.shown.get(iri, ()))

    def released_names(self, iri: str) -> list[str]:
        """Return names beside the preferred ones that a concept has since it was shipped.

        Other names that it was given, and those that were preferred before.
        """
        now, before = self.concept(iri), self._before
        if now is None or before is None:
            return []
        known = set(before.shown.get(iri, ()))
        if (shipped_as := before.concepts.get(iri)) is not None:
            known -= {shipped_as.zh, shipped_as.en}
        return [one for one in self.names(iri) if one not in known | {now.zh, now.en}]

    def successors(self, iri: str) -> list[Concept]:
        """Return the direct successors of a concept (``dct:isReplacedBy``)."""
        return self._linked(iri, DCT.isReplacedBy)

    def current(self, iri: str) -> list[Concept]:
        """Return a concept's current successors, followed transitively; itself if it has none."""
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
            if not after and here in self._schemes.concepts:
                found[here] = self._schemes.concepts[here]
        return list(found.values())

    def broader(self, iri: str) -> list[Concept]:
        """Return the broader concepts: a street's district, a district's city."""
        return self._linked(iri, SKOS.broader)

    def matches(self, iri: str) -> dict[str, list[str]]:
        """Return the mappings to other schemes: ``exactMatch`` and so on → IRIs."""
        links = self._schemes.links.get(iri, {})
        return {p.removeprefix(SKOS): list(links[p]) for p in _MAPPINGS if p in links}

    def media_type(self, iri: str) -> str | None:
        """Return the IANA media type IRI of a format, where it has one."""
        return next(iter(self._schemes.links.get(iri, {}).get(DCAT.mediaType, ())), None)

    def members(self, iri: str) -> frozenset[str]:
        """Return the IRIs in a ``skos:Collection``, such as ``format/machine-readable``."""
        return frozenset(self._schemes.links.get(iri, {}).get(SKOS.member, ()))

    def refused(self) -> dict[str, list[Unknown]]:
        """Return the table of values that mean nothing in their scheme; ``*`` holds for all."""
        return {scheme: list(table.values()) for scheme, table in self._schemes.refused.items()}

    @property
    def version(self) -> str:
        """The highest version among the schemes that carry a number such as 1.0.0."""
        # What was released here stands after a plus: 1.0.0+2.
        versions = [v.partition("+")[0] for v in self._schemes.versions.values()]
        numbered = [v for v in versions if v.count(".") == 2]
        return max(numbered, key=lambda v: tuple(map(int, v.split("."))))

    def is_deprecated(self, iri: str) -> bool:
        """Tell whether a concept is to be used no more (``owl:deprecated``)."""
        return iri in self._schemes.deprecated

    def graph_turtle(self, scheme: Scheme) -> str:
        """Return the Turtle of one scheme; its named graph is the scheme's IRI."""
        return self._schemes.turtle[scheme].decode()

    def quads(self) -> Iterator[ox.Quad]:
        """Yield all vocabularies, each scheme's IRI as the name of its graph."""
        yield from self._schemes.quads()

    def _look_up(self, scheme: Scheme, text: str, *, local: bool) -> Known | Unknown:
        key = spelling_key(text)
        decided = self._decided.get(scheme, {}).get(key)
        if decided is not None and (local or _ABSOLUTE.search(key) is not None):
            return decided
        concept = self._schemes.spellings[scheme].get(key)
        if concept is not None:
            if local or _ABSOLUTE.search(key) is not None:
                return Known(concept)
            return Unknown(text, "unexplained", "A relative name from outside Shanghai.")
        if scheme == "frequency" and (interval := read_interval(key)) is not None:
            notation = FREQUENCIES.get(interval)
            frequency = self._schemes.concepts[f"{VOCAB}frequency/{notation or 'other'}"]
            return Known(frequency, None if notation else interval)
        for table in (self._schemes.refused.get(scheme), self._schemes.refused["*"]):
            if table is not None and (unknown := table.get(key)) is not None:
                return Unknown(text, unknown.reason, unknown.note, unknown.means)
        if _BARE_CODE.fullmatch(key):
            return Unknown(text, "bare-code", "A code means something else on each platform.")
        return Unknown(text, "unexplained")

    def _find_items(self, scheme: Scheme, items: list[str], local: bool) -> list[Known | Unknown]:
        found = [r for item in items for r in self._split_weakly(scheme, item, local=local)]
        return list(dict.fromkeys(found))

    def _split_weakly(self, scheme: Scheme, item: str, *, local: bool) -> list[Known | Unknown]:
        whole = self.find(scheme, item, local=local)
        if isinstance(whole, Known) or whole.reason != "unexplained":
            return [whole]
        parts = split_outside(item, WEAK_SEPARATORS)
        found = [self.find(scheme, part, local=local) for part in parts]
        if len(parts) > 1 and (
            scheme == "organization"
            or all(isinstance(part, Known) or part.reason != "unexplained" for part in found)
        ):
            return found
        return [whole]

    def _linked(self, iri: str, predicate: str) -> list[Concept]:
        targets = self._schemes.links.get(iri, {}).get(predicate, ())
        return [self._schemes.concepts[t] for t in targets if t in self._schemes.concepts]


def _cache(cached: dict[str, T], text: str, result: T) -> None:
    """Cache a result; texts come from outside, so their number and length are limited."""
    if len(text) <= _MAX_CACHED_LENGTH:
        if len(cached) >= _MAX_CACHED:
            cached.clear()
        cached[text] = result


@cache
def load_vocabulary() -> Vocabulary:
    """Return the vocabularies that are shipped with the product, read once per process."""
    return Vocabulary.load()
