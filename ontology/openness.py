"""Whether what a record says about access closes it: 非开放 in any of its spellings and IRIs.

Asked once for every version that is written, so that nothing depends on how a source spells it:
our concept, a concept of another scheme that is mapped to it in either direction, a text, a value
that no vocabulary knows, a statement of rights described in the record itself.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
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

_SAYS_ACCESS: Final = tuple(
    f"<{predicate}> " for predicate in (DCT.accessRights, UNMAPPED[DCT.accessRights], DCT.rights)
)
_RIGHTS: Final = "ights> "
"""How all three end: one search through a record finds them all."""
_TABLE: Final = "vocabularies/not_open.toml"
_MEANS: Final = frozenset({SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch})
_REMEMBERED: Final = 200
"""Characters; longer terms are judged each time, so that memory stays bounded."""
_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')


def is_open(record: Record) -> bool:
    """Say whether nothing in a record's access rights closes it.

    Looked at are ``dct:accessRights``, ``dct:rights`` and ``shd:unmappedAccessRights`` of the
    dataset, and one step further what the record says of their values. A record that says
    nothing is open: what is unknown is shown as unknown.
    """
    text = record.nquads
    # The property first: it is rare in the text, while every line begins with the focus.
    at = text.find(_RIGHTS)
    while at >= 0:
        start = text.rfind("\n", 0, at) + 1
        end = text.index("\n", at)
        line = text[start:end]
        for says in _SAYS_ACCESS:
            own = f"<{record.focus}> {says}"
            if not line.startswith(own):
                continue
            term = line[len(own) : -2]
            if closes(term):
                return False
            if term[0] == "<" and any(_describes_closed(said) for said in _lines(text, term)):
                return False
        at = text.find(_RIGHTS, end)
    return True


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
        tail = re.split(r"[/#:]", iri.rstrip("/#"))[-1]
        return closing_text(iri) or closing_text(unquote(tail))
    found = _LITERAL.match(term)
    return found is not None and closing_text(unescape(found.group(1)))


def closing_text(text: str) -> bool:
    """Say whether a text means 非开放 or has wording that says so (``not_open.toml``)."""
    found = load_vocabulary().find("open-type", text)
    if isinstance(found, Known):
        return found.concept.iri == NOT_OPEN
    stems, unless = _wording()
    key = spelling_key(text)
    for phrase in unless:
        key = key.replace(phrase, "")
    return any(stem in key for stem in stems)


_remembered = lru_cache(maxsize=4096)(_closes)


@cache
def _wording() -> tuple[tuple[str, ...], tuple[str, ...]]:
    table = tomllib.loads((resources.files("ontology") / _TABLE).read_text("utf-8"))
    stems, unless = (tuple(map(spelling_key, table[name])) for name in ("stems", "unless"))
    return stems, unless


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
