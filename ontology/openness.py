"""Whether what a record says about access closes it, or may: 非开放 in any spelling and IRI.

Asked once for every version that is written, so that nothing depends on how a source spells it:
our concept, a concept of another scheme that is mapped to it in either direction, a text, a value
that no vocabulary knows, a statement of rights described in the record itself. What closes and what
is in doubt stands in ``vocabularies/not_open.toml``, with reasons.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Final
from urllib.parse import unquote

from ontology.concepts import Known
from ontology.ntriples import unescape
from ontology.record import Record
from ontology.spelling import spelling_key
from ontology.terms import DCT, SKOS, VOCAB
from ontology.unmapped import UNMAPPED
from ontology.vocabulary import load_vocabulary

NOT_OPEN: Final = VOCAB.term("open-type/none")
"""The concept 非开放."""

ACCESS: Final = (
    DCT.accessRights,
    UNMAPPED[DCT.accessRights],
    DCT.rights,
    "http://purl.org/dc/elements/1.1/rights",
    "https://project-open-data.cio.gov/v1.1/schema#accessLevel",
)
"""The properties that say who may have a dataset."""

_SAYS_ACCESS: Final = tuple(f"<{predicate}> " for predicate in ACCESS)
_ENDS: Final = ("ights> ", "accessLevel> ")
"""How they end: a search through a record for each finds them all."""
_TABLE: Final = "vocabularies/not_open.toml"
_MEANS: Final = frozenset({SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch})
_REMEMBERED: Final = 200
"""Characters; longer terms are judged each time, so that memory stays bounded."""
_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Doubt:
    """A value of access rights that may mean 非开放, and why nobody but a person can tell."""

    value: str
    zh: str
    en: str


def is_open(record: Record) -> bool:
    """Say whether nothing in a record's access rights closes it.

    Looked at are the properties `ACCESS` of the dataset, and one step further what the record says
    of their values. A record that says nothing is open: what is unknown is shown as unknown.
    """
    text = record.nquads
    for term in _access_terms(record):
        if closes(term):
            return False
        if term[0] == "<" and any(_describes_closed(said) for said in _lines(text, term)):
            return False
    return True


def doubts(record: Record) -> tuple[Doubt, ...]:
    """Return what a record says of access that may mean 非开放 (`is_open` tells what does).

    A record in doubt waits for a steward, whatever its source's gate.
    """
    found: dict[Doubt, None] = {}
    for term in _access_terms(record):
        doubt = doubt_of(term)
        if doubt is not None:
            found[doubt] = None
        elif term[0] == "<" and open_type(term[1:-1]) is None:
            for _, said in _lines(record.nquads, term):
                doubt = None if said[0] == "<" else doubt_of(said)
                if doubt is not None:
                    found[doubt] = None
    return tuple(found)


def _access_terms(record: Record) -> Iterator[str]:
    """Yield what a record's dataset says under the properties `ACCESS`."""
    text = record.nquads
    for ending in _ENDS:
        # The property first: it is rare in the text, while every line begins with the focus.
        at = text.find(ending)
        while at >= 0:
            start = text.rfind("\n", 0, at) + 1
            end = text.index("\n", at)
            line = text[start:end]
            for says in _SAYS_ACCESS:
                own = f"<{record.focus}> {says}"
                if line.startswith(own):
                    yield line[len(own) : -2]
            at = text.find(ending, end)


def open_type(iri: str) -> str | None:
    """Return the open type that an IRI of access rights means: our own, or one mapped to it.

    Close matches count here, though two tables of access rights are never quite the same: EU
    PUBLIC is shown and filtered as 无条件开放. None for an IRI that nobody has mapped.
    """
    found = load_vocabulary().find("open-type", iri)
    return found.concept.iri if isinstance(found, Known) else None


def closes(term: str) -> bool:
    """Say whether an N-Triples term, as the value of access rights, means 非开放."""
    return _remembered(term) if len(term) <= _REMEMBERED else _closes(term)


def _closes(term: str) -> bool:
    if term[0] == "<":
        iri = term[1:-1]
        if iri.startswith(VOCAB):
            return iri in _closed_iris()
        if iri in _closed_iris():
            return True
        # The same code under https:, or one of a list that nobody has mapped.
        return closing_text(iri) or closing_text(_tail(iri))
    found = _LITERAL.match(term)
    return found is not None and closing_text(unescape(found.group(1)))


def closing_text(text: str) -> bool:
    """Say whether a text means 非开放 or has wording that says so (``not_open.toml``)."""
    found = load_vocabulary().find("open-type", text)
    if isinstance(found, Known):
        return found.concept.iri == NOT_OPEN
    wording = _wording()
    key = spelling_key(text)
    if key in wording.closing:
        return True
    for phrase in wording.unless:
        key = key.replace(phrase, "")
    return any(stem in key for stem in wording.stems)


def doubt_of(term: str) -> Doubt | None:
    """Return why an N-Triples term, as the value of access rights, may mean 非开放; else None."""
    return _doubt_remembered(term) if len(term) <= _REMEMBERED else _doubt_of(term)


def _doubt_of(term: str) -> Doubt | None:
    if _closes(term):
        return None
    if term[0] != "<":
        found = _LITERAL.match(term)
        return None if found is None else doubtful_text(unescape(found.group(1)))
    iri = term[1:-1]
    if iri.startswith(VOCAB) or open_type(iri) is not None:
        return None
    tail = _tail(iri)
    entry = _entry(tail, in_iri=True)
    return None if entry is None else Doubt(iri, entry.zh, entry.en)


def doubtful_text(text: str, *, words_only: bool = False) -> Doubt | None:
    """Return why a text about access may mean 非开放; None where it means an open type, or nothing.

    ``words_only`` leaves out codes and yes or no, for a label that need not be about access.
    """
    if isinstance(load_vocabulary().find("open-type", text), Known) or closing_text(text):
        return None
    entry = _entry(text, in_iri=words_only)
    return None if entry is None else Doubt(text, entry.zh, entry.en)


def _entry(text: str, *, in_iri: bool) -> _Entry | None:
    wording = _wording()
    key = spelling_key(text)
    whole = wording.whole.get(key)
    if whole is not None and (whole.iris or not in_iri):
        return whole
    words: frozenset[str] | None = None
    for phrase in wording.unless:
        key = key.replace(phrase, "")
    for word, entry in wording.words:
        if word.isascii() and word.isalpha():
            if words is None:
                words = _latin_words(text)
            if word in words:
                return entry
        elif word in key:
            return entry
    return None


def _latin_words(text: str) -> frozenset[str]:
    """Return the words of a text, those of restrictedAccess and NON_PUBLIC apart."""
    flat = unicodedata.normalize("NFKC", text)
    return frozenset(word.casefold() for word in _WORD.findall(flat))


def _tail(iri: str) -> str:
    return unquote(re.split(r"[/#:]", iri.rstrip("/#"))[-1])


_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_remembered = lru_cache(maxsize=4096)(_closes)
_doubt_remembered = lru_cache(maxsize=4096)(_doubt_of)


@dataclass(frozen=True, slots=True)
class _Entry:
    zh: str
    en: str
    iris: bool


@dataclass(frozen=True, slots=True)
class _Wording:
    """``not_open.toml``, its texts as `spelling_key` levels them."""

    stems: tuple[str, ...]
    unless: tuple[str, ...]
    closing: frozenset[str]
    whole: dict[str, _Entry]
    words: tuple[tuple[str, _Entry], ...]


@cache
def _wording() -> _Wording:
    table = tomllib.loads((resources.files("ontology") / _TABLE).read_text("utf-8"))
    entries = [
        (entry, _Entry(entry["zh"], entry["en"], entry.get("iris", False)))
        for entry in table["doubt"]
    ]
    return _Wording(
        stems=tuple(map(spelling_key, table["stems"])),
        # The longest first: 不涉及个人隐私 before what is part of it.
        unless=tuple(sorted(map(spelling_key, table["unless"]), key=len, reverse=True)),
        closing=frozenset(spelling_key(t) for e in table["closes"] for t in e["texts"]),
        whole={spelling_key(t): made for e, made in entries for t in e.get("texts", ())},
        words=tuple((spelling_key(w), made) for e, made in entries for w in e.get("words", ())),
    )


@cache
def _closed_iris() -> frozenset[str]:
    """Return 非开放 and every concept that a vocabulary maps to it, or it to them."""
    closed = {NOT_OPEN}
    links = [
        (str(quad.subject)[1:-1], quad.predicate.value, str(quad.object)[1:-1])
        for quad in load_vocabulary().quads()
        if quad.predicate.value in _MEANS
    ]
    grown = 0
    while grown != len(closed):
        grown = len(closed)
        for subject, predicate, target in links:
            # What is narrower than 非开放 is 非开放; what is broader need not be.
            if subject in closed and predicate != SKOS.broadMatch:
                closed.add(target)
            if target in closed and predicate != SKOS.narrowMatch:
                closed.add(subject)
    return frozenset(closed)


def _objects(text: str, start: str) -> Iterator[str]:
    """Yield the objects of lines that begin with ``start``."""
    at = 0
    while (at := text.find(start, at)) >= 0:
        end = text.index("\n", at)
        if at == 0 or text[at - 1] == "\n":
            yield text[at + len(start) : end - 2]
        at = end


def _lines(text: str, subject: str) -> Iterator[tuple[str, str]]:
    for rest in _objects(text, f"{subject} <"):
        predicate, _, term = rest.partition("> ")
        yield predicate, term


def _describes_closed(line: tuple[str, str]) -> bool:
    """Say whether a statement about a value of access rights closes the record."""
    predicate, term = line
    if term[0] == "<":
        return predicate in _MEANS and predicate != SKOS.narrowMatch and closes(term)
    return closes(term)
