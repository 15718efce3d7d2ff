"""Whether a record is open: what it says about access, in any spelling and vocabulary.

Decided once for every version that is written. What counts as 非开放 (not open): our concept, a
concept of another scheme that is mapped to it in either direction, a text or an unmapped value with
a closing wording (`ontology.access_wording`), and a statement of rights that the record describes
in one of these ways.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final
from urllib.parse import unquote

from ontology.access_wording import (
    NOT_OPEN,
    Doubt,
    closing_text,
    doubtful_text,
    is_about_copying,
    says_open,
    unclear,
    worded_doubt,
)
from ontology.concepts import Known
from ontology.ntriples import unescape
from ontology.record import Record
from ontology.terms import ADMS, DCT, SKOS, VOCAB
from ontology.unmapped_values import UNMAPPED
from ontology.vocabulary import load_vocabulary

ACCESS: Final = (
    DCT.accessRights,
    UNMAPPED[DCT.accessRights],
    DCT.rights,
    "http://purl.org/dc/elements/1.1/rights",
    "https://project-open-data.cio.gov/v1.1/schema#accessLevel",
    "http://schema.org/conditionsOfAccess",
    "https://schema.org/conditionsOfAccess",
)
"""The properties that say who may have a dataset."""

_TYPES: Final = frozenset(ACCESS[:2])
"""Those that are about nothing else: a text that does not say that it is open is in doubt."""
_RIGHTS: Final = frozenset(ACCESS[2:4])
"""Those that may be about copyright instead of access."""
_STATUS: Final = ADMS.status
"""The property for a dataset's status: one that was taken down is in doubt."""
_LOOKED_AT: Final = frozenset({*ACCESS, _STATUS})
_ENDS: Final = ("ights> ", "schema#accessLevel> ", "conditionsOfAccess> ", "adms#status> ")
"""Ends of these IRIs in a line: one search for each finds all statements."""

_MEANS: Final = frozenset({SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch})
_MAX_CACHED: Final = 200
"""Characters; decisions on longer terms are not cached, so that memory stays bounded."""
_FEW: Final = 8
_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Openness:
    """Whether a record is open; of an open one, the values that may mean that it is not."""

    open: bool
    doubts: tuple[Doubt, ...] = ()


def openness(record: Record) -> Openness:
    """Return the result of `is_open` and `doubts` together, reading the record once."""
    terms = _access_terms(record)
    statements = _Statements(record.nquads, len(terms))
    if not _all_open(statements, terms):
        return Openness(open=False)
    return Openness(open=True, doubts=_doubts(statements, terms) if terms else ())


def is_open(record: Record) -> bool:
    """Say whether nothing in a record's access rights closes it.

    Read are the dataset's properties `ACCESS` and what the record says about their values. A
    record without any of them is open: its access rights are shown as unknown.
    """
    terms = _access_terms(record)
    return _all_open(_Statements(record.nquads, len(terms)), terms)


def doubts(record: Record) -> tuple[Doubt, ...]:
    """Return the values of a record's access rights that may, but need not, mean 非开放.

    A record in doubt waits for a steward, whatever its source's gate.
    """
    terms = _access_terms(record)
    return _doubts(_Statements(record.nquads, len(terms)), terms)


def _all_open(statements: _Statements, terms: list[tuple[str, str]]) -> bool:
    for predicate, term in terms:
        if predicate == _STATUS:
            continue
        if closes(term) or any(map(_describes_closed, statements.of(term))):
            return False
    return True


def _doubts(statements: _Statements, terms: list[tuple[str, str]]) -> tuple[Doubt, ...]:
    found: dict[Doubt, None] = {}
    for predicate, term in terms:
        rights = predicate in _RIGHTS
        if predicate == _STATUS:
            doubt = _taken_down(term)
        else:
            doubt = doubt_of(term, strict=predicate in _TYPES)
        if doubt is not None:
            if not (rights and is_about_copying(doubt.value)):
                found[doubt] = None
        elif term[0] == "<" and open_type(term[1:-1]) is None:
            for _, value in statements.of(term):
                doubt = None if value[0] == "<" else doubt_of(value)
                if doubt is not None and not (rights and is_about_copying(value)):
                    found[doubt] = None
    return tuple(found)


def _access_terms(record: Record) -> list[tuple[str, str]]:
    """Return property and value of the dataset's statements with a property of `_LOOKED_AT`."""
    text = record.nquads
    own = f"<{record.focus}> <"
    terms = []
    for ending in _ENDS:
        # The property first: it is rare in the text, while every line begins with the focus.
        at = text.find(ending)
        while at >= 0:
            start = text.rfind("\n", 0, at) + 1
            end = text.index("\n", at)
            if text.startswith(own, start):
                predicate, _, term = text[start + len(own) : end - 2].partition("> ")
                if predicate in _LOOKED_AT:
                    terms.append((predicate, term))
            at = text.find(ending, end)
    return terms


def open_type(iri: str) -> str | None:
    """Return the open type that an IRI of access rights means: our own, or one mapped to it.

    Close matches count here, though two tables of access rights are never quite the same: EU
    PUBLIC is shown and filtered as 无条件开放. None for an IRI that nobody has mapped.
    """
    found = load_vocabulary().find("open-type", iri)
    return found.concept.iri if isinstance(found, Known) else None


def closes(term: str) -> bool:
    """Say whether an N-Triples term, as the value of access rights, means 非开放."""
    return _cached_closes(term) if len(term) <= _MAX_CACHED else _closes(term)


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


def doubt_of(term: str, *, strict: bool = False) -> Doubt | None:
    """Return why an N-Triples term, as the value of access rights, may mean 非开放; else None.

    ``strict``: the property is about access only, so that a text must say that it is open.
    """
    known = _cached_doubt_of if len(term) <= _MAX_CACHED else _doubt_of
    return known(term, strict)


def _doubt_of(term: str, strict: bool) -> Doubt | None:
    if _closes(term):
        return None
    if term[0] != "<":
        found = _LITERAL.match(term)
        if found is None:
            return None
        text = unescape(found.group(1))
        doubt = doubtful_text(text)
        tag = term[found.end() :].lower()
        foreign = tag[:1] == "@" and tag[1:3] not in ("zh", "en")
        if doubt is None and strict and not foreign and not says_open(text):
            return unclear(text)
        return doubt
    iri = term[1:-1]
    if iri.startswith(VOCAB) or open_type(iri) is not None:
        return None
    return worded_doubt(_tail(iri), iri)


def _taken_down(term: str) -> Doubt | None:
    """Return the doubt of a status that means taken down or not public."""
    found = _LITERAL.match(term)
    text = _tail(term[1:-1]) if found is None else unescape(found.group(1))
    doubt = worded_doubt(text)
    return unclear(text) if doubt is None and closing_text(text) else doubt


def _tail(iri: str) -> str:
    return unquote(re.split(r"[/#:]", iri.rstrip("/#"))[-1])


_cached_closes = lru_cache(maxsize=4096)(_closes)
_cached_doubt_of = lru_cache(maxsize=4096)(_doubt_of)


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


class _Statements:
    """Statements of a record about the values of its access rights.

    Nearly all records have one value, for which the text is searched. Where there are many, the
    text is indexed by subject: ten thousand searches would take minutes.
    """

    def __init__(self, text: str, terms: int) -> None:
        self._text = text
        self._known: dict[str, list[tuple[str, str]]] | None = None
        if terms > _FEW:
            self._known = {}
            for line in text.split("\n")[:-1]:
                subject, predicate, value = line[:-2].split(" ", 2)
                self._known.setdefault(subject, []).append((predicate[1:-1], value))

    def of(self, term: str) -> Iterable[tuple[str, str]]:
        """Return property and value of each statement about an IRI; none for a literal."""
        if term[0] != "<":
            return ()
        if self._known is not None:
            return self._known.get(term, ())
        statements = (rest.partition("> ") for rest in _objects(self._text, f"{term} <"))
        return ((predicate, value) for predicate, _, value in statements)


def _describes_closed(line: tuple[str, str]) -> bool:
    """Say whether a statement about a value of access rights closes the record."""
    predicate, term = line
    if term[0] == "<":
        return predicate in _MEANS and predicate != SKOS.narrowMatch and closes(term)
    return closes(term)
