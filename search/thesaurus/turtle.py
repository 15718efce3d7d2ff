"""Reading a Turtle file of entries: what it says of each, checked and with places for errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from ontology.errors import AtlasError, ErrorKind, FilePosition
from ontology.terms import DCT, OWL, RDF, RDFS, SKOS
from search.analysis.normalization import normal
from search.thesaurus.errors import (
    THESAURUS_PROPERTY,
    THESAURUS_SYNTAX,
    THESAURUS_UNREADABLE,
    THESAURUS_VALUE,
    THESAURUS_WORD,
)
from search.thesaurus.model import KINDS, TH, THESAURUS, WEIGHTS, Kind, Word

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_LANGUAGES: Final = ("zh", "en")
_KIND_OF: Final[Mapping[str, Kind]] = {
    SKOS.altLabel: "synonym",
    SKOS.hiddenLabel: "synonym",
    TH.abbreviation: "abbreviation",
    TH.narrower: "narrower",
    TH.broader: "broader",
    TH.field: "field",
    TH.related: "related",
}
_HIDDEN_WEIGHT: Final = 0.8
_REMARKS: Final = frozenset(
    {
        SKOS.note,
        SKOS.scopeNote,
        SKOS.changeNote,
        SKOS.editorialNote,
        SKOS.definition,
        SKOS.broadMatch,
        SKOS.closeMatch,
        SKOS.exactMatch,
        SKOS.relatedMatch,
        DCT.source,
        DCT.created,
        DCT.modified,
        DCT.creator,
        RDFS.comment,
        RDFS.seeAlso,
    }
)
"""Properties that a steward may add for the reader; look-ups don't use them."""


@dataclass(slots=True)
class EntryStatements:
    """What one file says of one entry."""

    iri: str
    scheme: str = ""
    preferred: str = ""
    english: str = ""
    official: list[str] = field(default_factory=list)
    words: dict[tuple[str, str], Word] = field(default_factory=dict)
    """By normal form and language."""
    without: set[str] = field(default_factory=set)
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class ThesaurusFile:
    """A file: what it says of entries, the subjects of its schemes, and its text for places."""

    name: str
    text: str
    entries: tuple[EntryStatements, ...]
    schemes: Mapping[str, str]

    def place(self, *needles: str) -> FilePosition:
        """Return the first line that holds one of ``needles``, tried in order."""
        lines = self.text.splitlines()
        for needle in needles:
            for number, line in enumerate(lines, 1):
                if needle and needle in line:
                    return FilePosition(self.name, number)
        return FilePosition(self.name)


def short(iri: str) -> str:
    """Return an entry's IRI as its file writes it."""
    return ":" + iri.removeprefix(THESAURUS) if iri.startswith(THESAURUS) else f"<{iri}>"


def read_file(path: Path) -> ThesaurusFile:
    """Read a file; raises `AtlasError` (``thesaurus-…``) with its place."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise AtlasError(
            THESAURUS_UNREADABLE, place=FilePosition(str(path)), reason=error
        ) from error
    return read(text, str(path))


def read(text: str, name: str) -> ThesaurusFile:
    """Read Turtle; raises `AtlasError` (``thesaurus-…``) with ``name`` and the line."""
    try:
        quads = list(ox.parse(text.encode(), format=ox.RdfFormat.TURTLE))
    except SyntaxError as error:
        place = FilePosition(name, error.lineno, error.offset)
        raise AtlasError(THESAURUS_SYNTAX, place=place, reason=error.msg) from error
    return _FileReader(name, text, quads).file()


class _FileReader:
    def __init__(self, name: str, text: str, quads: list[ox.Quad]) -> None:
        self.about: dict[object, list[tuple[str, Term]]] = {}
        for quad in quads:
            self.about.setdefault(quad.subject, []).append((quad.predicate.value, quad.object))
        self.blank = ThesaurusFile(name, text, (), {})

    def file(self) -> ThesaurusFile:
        schemes: dict[str, str] = {}
        entries: list[EntryStatements] = []
        for subject, said in self.about.items():
            if not isinstance(subject, ox.NamedNode):
                continue
            if (RDF.type, ox.NamedNode(SKOS.ConceptScheme)) in said:
                about = [
                    o.value for p, o in said if p == DCT.subject and isinstance(o, ox.NamedNode)
                ]
                schemes[subject.value] = about[0] if about else ""
            else:
                entries.append(self.entry(subject.value, said))
        if len(schemes) == 1:
            scheme = next(iter(schemes))
            for entry in entries:
                entry.scheme = entry.scheme or scheme
        return ThesaurusFile(self.blank.name, self.blank.text, tuple(entries), schemes)

    def entry(self, iri: str, said: list[tuple[str, Term]]) -> EntryStatements:
        entry = EntryStatements(iri)
        terms: list[Word] = []
        for predicate, value in said:
            if predicate == SKOS.prefLabel:
                text, lang = self.text(iri, predicate, value)
                if lang == "zh":
                    entry.preferred = text
                else:
                    entry.english = text
            elif predicate == TH.official:
                entry.official.append(self.chinese(iri, predicate, value))
            elif predicate == TH.without:
                entry.without.add(normal(self.text(iri, predicate, value)[0]))
            elif predicate in _KIND_OF:
                text, lang = self.text(iri, predicate, value)
                kind = _KIND_OF[predicate]
                if kind == "synonym" and lang == "en":
                    kind = "english"
                weight = _HIDDEN_WEIGHT if predicate == SKOS.hiddenLabel else WEIGHTS[kind]
                entry.words.setdefault((normal(text), lang), Word(text, lang, kind, weight))
            elif predicate == TH.weighted:
                terms.append(self.term(iri, value))
            elif predicate == SKOS.inScheme and isinstance(value, ox.NamedNode):
                entry.scheme = value.value
            elif predicate == OWL.deprecated:
                entry.disabled = isinstance(value, ox.Literal) and value.value in ("true", "1")
            elif predicate != RDF.type and predicate not in _REMARKS:
                raise self.error(THESAURUS_PROPERTY, iri, property=_name(predicate))
        # A word with a weight of its own outdoes the same word without.
        entry.words |= {(normal(word.text), word.lang): word for word in terms}
        return entry

    def term(self, iri: str, node: Term) -> Word:
        said = self.about.get(node, []) if _is_blank(node) else []
        parts = dict(said)
        if not said or parts.keys() - {TH.word, TH.kind, TH.weight} or len(parts) != len(said):
            expected = "[ th:word …; th:kind …; th:weight … ]"
            raise self.wrong(iri, "th:weighted", expected, "…", "th:weighted")
        text, lang = self.text(iri, TH.word, parts.get(TH.word, ox.Literal("")))
        given = parts.get(TH.kind, ox.Literal("english" if lang == "en" else "synonym"))
        name = given.value if isinstance(given, ox.Literal) else ""
        kind = next((known for known in KINDS if known == name), None)
        if kind is None:
            raise self.wrong(iri, "th:kind", ", ".join(KINDS), given, text)
        number = parts.get(TH.weight)
        if number is None:
            return Word(text, lang, kind, WEIGHTS[kind])
        try:
            weight = float(number.value) if isinstance(number, ox.Literal) else 0.0
        except ValueError:
            weight = 0.0
        if not 0 < weight <= 1:
            raise self.wrong(iri, "th:weight", "0 < … ≤ 1", number, text)
        return Word(text, lang, kind, weight)

    def text(self, iri: str, predicate: str, value: Term) -> tuple[str, str]:
        """Return a word and its language."""
        if not isinstance(value, ox.Literal) or value.language not in _LANGUAGES:
            needle = value.value if isinstance(value, ox.Literal | ox.NamedNode) else ""
            raise self.wrong(iri, _name(predicate), '"…"@zh, "…"@en', value, f'"{needle}"', needle)
        text = value.value.strip()
        # A single ideograph or letter would match everywhere.
        if sum(map(str.isalnum, text)) < 2:
            place = self.blank.place(f'"{text}"', short(iri))
            raise AtlasError(THESAURUS_WORD, place=place, entry=short(iri), word=text)
        return text, value.language or ""

    def chinese(self, iri: str, predicate: str, value: Term) -> str:
        text, lang = self.text(iri, predicate, value)
        if lang != "zh":
            raise self.wrong(iri, _name(predicate), '"…"@zh', value, f'"{text}"')
        return text

    def wrong(self, iri: str, name: str, expected: str, value: object, *needles: str) -> AtlasError:
        place = self.blank.place(*needles, short(iri))
        return AtlasError(
            THESAURUS_VALUE,
            place=place,
            entry=short(iri),
            property=name,
            expected=expected,
            value=value,
        )

    def error(self, kind: ErrorKind, iri: str, property: str) -> AtlasError:  # noqa: A002
        place = self.blank.place(property.partition(":")[2], short(iri))
        return AtlasError(kind, place=place, entry=short(iri), property=property)


def _is_blank(term: object) -> bool:
    return isinstance(term, ox.BlankNode)


def _name(predicate: str) -> str:
    for prefix, namespace in (("th", TH), ("skos", SKOS), ("dct", DCT), ("owl", OWL)):
        if predicate.startswith(namespace):
            return f"{prefix}:{predicate.removeprefix(namespace)}"
    return f"<{predicate}>"
