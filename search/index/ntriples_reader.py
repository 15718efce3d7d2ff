"""Reading canonical N-Triples lines by string operations.

Building RDF objects for each line would cost more than indexing it; the canonical form
(`ontology.ntriples`) leaves exactly one way of writing a term, which makes this safe.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

_ESCAPE = re.compile(r'\\(?:u([0-9A-F]{4})|([tbnrf"\\]))')
_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "\\": "\\"}

Terms = dict[str, list[str]]
"""Objects by predicate, both as written."""

_NONE: Terms = {}


@dataclass(frozen=True, slots=True)
class Nodes:
    """The wanted statements of a record: of its focus, and of all other nodes by subject."""

    focus: Terms
    others: Mapping[str, Terms]

    def of(self, term: str) -> Terms:
        """Return the statements about ``term`` (as written); empty for a literal."""
        return self.others.get(term, _NONE)


def read(nquads: str, focus: str, wanted: Set[str], below: Set[str]) -> Nodes:
    """Return what is said about the focus by ``wanted`` and about other nodes by ``below``.

    Both are sets of predicates as written.
    """
    start = f"<{focus}>"
    own: Terms = {}
    others: dict[str, Terms] = {}
    # Every line ends with a line feed, so that the last piece would be empty.
    for line in nquads[:-1].split("\n"):
        subject, predicate, rest = line.split(" ", 2)
        if subject == start:
            if predicate not in wanted:
                continue
            terms = own
        elif predicate not in below:
            continue
        elif subject in others:
            terms = others[subject]
        else:
            terms = others[subject] = {}
        if predicate in terms:
            terms[predicate].append(rest[:-2])
        else:
            terms[predicate] = [rest[:-2]]
    return Nodes(own, others)


def _unescaped(match: re.Match[str]) -> str:
    code, letter = match.groups()
    return chr(int(code, 16)) if code else _ESCAPES[letter]


def text(term: str) -> tuple[str, str]:
    """Return the value and the language of a literal; the language is empty where it has none."""
    end = term.rindex('"')
    value = term[1:end]
    if "\\" in value:
        value = _ESCAPE.sub(_unescaped, value)
    return value.strip(), term[end + 2 :] if term[end + 1 : end + 2] == "@" else ""


def texts(terms: Sequence[str]) -> list[tuple[str, str]]:
    """Return value and language of the literals among ``terms``, the empty ones left out."""
    if not terms:
        return []
    found = [text(term) for term in terms if term[0] == '"']
    return [pair for pair in found if pair[0]]
