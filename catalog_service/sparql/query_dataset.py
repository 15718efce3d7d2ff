"""The dataset that a query names: SPARQL 1.1 Query, section 13.2, and the Protocol, 2.1.4.

``FROM <a> FROM <b>`` asks the merge of two graphs, in which a statement of both stands once. For
Oxigraph 0.5 it stands there twice, also where one graph is named twice. So a query over several
default graphs is answered over a copy of its dataset, in which they are merged.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from catalog_service.sparql.query_check import Token, tokens_of
from ontology.errors import ILLEGAL_IRI, AtlasError
from ontology.ntriples import iri
from ontology.terms import PREFIXES

_FROM = re.compile(r"FROM(NAMED)?", re.IGNORECASE)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_SEVERAL = 2
_MOST_DECLARATIONS = 200
"""PREFIX and BASE of one query; each BASE may make the next one longer."""
_LONGEST = 500
"""Tokens of an IRI; where it has more, the engine reads the query by itself."""
_OPENS, _CLOSES = frozenset("{(["), frozenset("})]")


@dataclass(frozen=True, slots=True)
class Dataset:
    """The graphs that a query is answered over, each once."""

    default: tuple[str, ...]
    named: tuple[str, ...]

    @property
    def is_merged(self) -> bool:
        """Whether its default graph is the merge of several."""
        return len(self.default) > 1


def dataset_of(
    text: str, default: Sequence[str], named: Sequence[str], base: str = ""
) -> Dataset | None:
    """Return the dataset of a query; None where the engine's own reading of it will do.

    ``default`` and ``named`` are the protocol's graphs: where there are any, they win over the
    query's own. Relative ones are resolved against ``base``, where there is one. Raises
    `AtlasError` (``illegal-iri``) for one of theirs that is no IRI.
    """
    if default or named:
        default, named = ([_resolved(base, name) for name in names] for names in (default, named))
        for name in (*default, *named):
            iri(name)
        return Dataset(tuple(dict.fromkeys(default)), tuple(dict.fromkeys(named)))
    if "FROM" not in text.upper():
        return None
    try:
        found, graphs = _own(text, base)
    except (AtlasError, LookupError, ValueError):
        return None
    if len(found) < _SEVERAL:
        return None
    return Dataset(tuple(dict.fromkeys(found)), tuple(dict.fromkeys(graphs)))


def _resolved(base: str, name: str) -> str:
    """Return an IRI as it is, whatever stands in it, and a relative one against the base."""
    if _SCHEME.match(name):
        return name
    try:
        return urljoin(base, name)
    except ValueError as error:
        raise AtlasError(ILLEGAL_IRI, value=name, reason=str(error)) from error


def _own(text: str, base: str) -> tuple[list[str], list[str]]:
    """Read the query's FROM and FROM NAMED clauses.

    Raises what reading a name raises: of a graph, or of a prefix or base that is declared.
    """
    seen = [token for token in tokens_of(text) if token[0] != "blank"]
    names = Names(seen, base)
    default: list[str] = []
    graphs: list[str] = []
    depth = 0
    for place, (kind, word) in enumerate(seen):
        if kind == "mark":
            depth += (word in _OPENS) - (word in _CLOSES)
        clause = _FROM.match(word) if kind in ("word", "name") and depth == 0 else None
        if clause is None:
            continue
        # An IRI with escapes is many tokens, of which no more are looked at than it may have.
        is_named, rest = bool(clause[1]), seen[place + 1 : place + 2 + _LONGEST]
        if kind == "name":  # ``FROMex:g``: the grammar needs no blank
            rest = [("name", word[clause.end() :])]
        elif clause.end() < len(word):
            continue
        elif rest and rest[0][1].upper() == "NAMED":
            is_named, rest = True, rest[1:]
        elif rest and rest[0][0] == "name" and rest[0][1].upper().startswith("NAMED"):
            is_named, rest = True, [("name", rest[0][1][len("NAMED") :])]
        if rest and rest[0] == ("mark", "<"):
            rest = [("iri", _whole_iri(rest))]
        (graphs if is_named else default).append(names.iri(*rest[0]))
    return default, graphs


def _whole_iri(tokens: Sequence[Token]) -> str:
    """Put together an IRI with escapes (``\\u0062``), which the tokens do not take for one."""
    parts: list[str] = []
    for _, word in tokens:
        parts.append(word)
        if word == ">":
            return "".join(parts)
    return ""


class Names:
    """What the names of a query stand for; raises what reading a declaration raises."""

    def __init__(self, tokens: Sequence[Token], base: str = "") -> None:
        self._base = base
        self._prefixes = dict(PREFIXES)
        declared = 0
        for place, (kind, word) in enumerate(tokens):
            if kind != "word" or word.upper() not in ("BASE", "PREFIX"):
                continue
            declared += 1
            if declared > _MOST_DECLARATIONS:
                raise ValueError(declared)
            following = tokens[place + 1 : place + 3]
            if word.upper() == "BASE" and following:
                self._base = self.iri(*following[0])
            elif len(following) > 1:
                self._prefixes[following[0][1].removesuffix(":")] = self.iri(*following[1])

    def iri(self, kind: str, word: str) -> str:
        """Return the IRI that a token means; raises what reading it raises."""
        if kind == "iri":
            plain = _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), word[1:-1])
            name = _resolved(self._base, plain) if self._base else plain
        elif kind == "name":
            prefix, _, local = word.partition(":")
            name = self._prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)
        else:
            raise ValueError(word)
        iri(name)
        return name
